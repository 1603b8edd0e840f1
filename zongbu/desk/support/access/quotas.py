"""Quotas, requests and referrals, selections, obligations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import EVERYBODY, Access, only

OFFICES = CITY | DISTRICT | DEPARTMENT
READERS = OFFICES | {Role.LEADING_GROUP, Role.AUDITOR}
DECIDING = OFFICES | {Role.LEADING_GROUP}

ROUTES: Mapping[str, Access] = {
    "support:quotas": only(READERS, ENTERPRISE),
    "support:quotas_allocate": only(OFFICES),
    # Exports are sent as forms, because they are journalled; auditors, who change nothing else, take files away too.
    "support:quotas_export": replace(only(READERS, ENTERPRISE), own=True),
    "support:quota": only(READERS, ENTERPRISE),
    "support:quota_return": only(OFFICES, ENTERPRISE),
    "support:quota_act": only(OFFICES, ENTERPRISE),
    "support:requests": only(READERS, ENTERPRISE),
    "support:ask": only(ENTERPRISE),
    "support:refer": only(OFFICES),
    "support:retention": only(CITY, Role.AUDITOR),
    "support:requests_export": replace(only(READERS, ENTERPRISE), own=True),
    "support:request": only(READERS, ENTERPRISE),
    "support:request_file": only(OFFICES, ENTERPRISE),
    "support:request_act": only(OFFICES, ENTERPRISE),
    "support:selections": only(READERS),
    "support:new_selection": only(OFFICES),
    "support:selection": only(READERS),
    "support:selection_export": replace(only(READERS), own=True),
    "support:selection_act": only(DECIDING),
    "support:selected": EVERYBODY,
    "support:selected_one": EVERYBODY,
    "support:obligations": only(READERS, ENTERPRISE),
    "support:new_obligation": only(OFFICES),
    "support:obligation": only(READERS, ENTERPRISE),
    "support:obligation_act": only(OFFICES),
    "support:milestone_act": only(OFFICES, ENTERPRISE),
    "support:milestone_file": only(READERS, ENTERPRISE),
}
