"""The only writers of the register: each checks permission, locks, writes and journals in one transaction."""

from zongbu.desk.enterprises.actions.bulk import Outcome, Planned, plan, record_many
from zongbu.desk.enterprises.actions.cases import bar_for_case, confirm_for_case, declare_for_case, refer_for_case
from zongbu.desk.enterprises.actions.changes import Later, record_change, withdraw_change
from zongbu.desk.enterprises.actions.drafts import DraftChanged, discard_draft, save_draft
from zongbu.desk.enterprises.actions.events import (
    bar,
    end_referral,
    last_barred_day,
    list_dishonest,
    refer,
    remove_from_list,
    withdraw_ban,
    withdraw_listing,
)
from zongbu.desk.enterprises.actions.evidence import delete as delete_file
from zongbu.desk.enterprises.actions.evidence import upload
from zongbu.desk.enterprises.actions.facts import declare, find, record, register, take_back
from zongbu.desk.enterprises.actions.group import answer_tie, claim, end_tie, release, tie, withdraw_tie

__all__ = [
    "DraftChanged",
    "Later",
    "Outcome",
    "Planned",
    "answer_tie",
    "bar",
    "bar_for_case",
    "claim",
    "confirm_for_case",
    "declare",
    "declare_for_case",
    "delete_file",
    "discard_draft",
    "end_referral",
    "end_tie",
    "find",
    "last_barred_day",
    "list_dishonest",
    "plan",
    "record",
    "record_change",
    "record_many",
    "refer",
    "refer_for_case",
    "register",
    "release",
    "remove_from_list",
    "save_draft",
    "take_back",
    "tie",
    "upload",
    "withdraw_ban",
    "withdraw_change",
    "withdraw_listing",
    "withdraw_tie",
]
