"""The pages of lead departments, of district offices and of the city office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import Access, only
from zongbu.desk.support.flow import LEADS

HANDLERS = DISTRICT | DEPARTMENT | CITY
READERS = HANDLERS | {Role.LEADING_GROUP, Role.AUDITOR}
"""Officials who see any claim at all; finance bureaus have pages of their own."""

ROUTES: Mapping[str, Access] = {
    "support:claims": only(READERS),
    # Sent as a form, because it is journalled; auditors, who change nothing else, take files away too.
    "support:claims_export": replace(only(READERS), own=True),
    "support:approve_many": only(*LEADS),
    "support:approved": only(*LEADS),
    "support:claim": only(ENTERPRISE, READERS),
    "support:claim_act": only(HANDLERS),
    "support:claim_comment": only(HANDLERS),
    "support:claim_uncomment": only(HANDLERS),
    "support:letter": only(ENTERPRISE, READERS),
    "support:objections": only(READERS),
    "support:objection": only(READERS),
    "support:offers": only(READERS),
    "support:offer_run": only(READERS),
    "support:offer_export": replace(only(READERS), own=True),
    "support:offer_progress": only(READERS),
    "support:offer_start": only(HANDLERS),
    "support:offer_again": only(HANDLERS),
    "support:units": only(CITY, Role.LEADING_GROUP, Role.AUDITOR),
    "support:unit": only(Role.CITY_LEAD),
    "support:measures": only(READERS),
}
