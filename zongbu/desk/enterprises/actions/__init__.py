"""The only writers of the register: each checks permission, locks, writes and journals in one transaction."""

from zongbu.desk.enterprises.actions.bulk import Outcome, plan, record_many
from zongbu.desk.enterprises.actions.facts import declare, find, record, register, take_back

__all__ = ["Outcome", "declare", "find", "plan", "record", "record_many", "register", "take_back"]
