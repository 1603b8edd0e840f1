"""The pages of enterprises, districts and departments: applications, reviews, opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import Access, only

READERS = DISTRICT | DEPARTMENT | CITY | {Role.LEADING_GROUP, Role.AUDITOR}
"""Officials who see any application at all."""
REVIEWERS = DISTRICT | CITY

ROUTES: Mapping[str, Access] = {
    "recognition:mine": only(ENTERPRISE),
    "recognition:precheck": only(ENTERPRISE),
    "recognition:start": only(ENTERPRISE),
    "recognition:fill": only(ENTERPRISE),
    "recognition:take_out": only(ENTERPRISE),
    "recognition:submit": only(ENTERPRISE),
    "recognition:withdraw": only(ENTERPRISE),
    "recognition:answer": only(ENTERPRISE),
    "recognition:appeal": only(ENTERPRISE),
    "recognition:drop_appeal": only(ENTERPRISE),
    "recognition:application": only(ENTERPRISE, READERS),
    "recognition:receipt": only(ENTERPRISE, READERS),
    "recognition:applications": only(READERS),
    # Sent as a form, because it is journalled; auditors, who change nothing else, take files away too.
    "recognition:applications_export": replace(only(READERS), own=True),
    "recognition:paper": only(DISTRICT),
    "recognition:paper_sheet": only(DISTRICT),
    "recognition:group_exception": only(DISTRICT),
    "recognition:check": only(REVIEWERS),
    "recognition:comment": only(REVIEWERS),
    "recognition:uncomment": only(REVIEWERS),
    "recognition:review": only(REVIEWERS),
    "recognition:opinions": only(DEPARTMENT),
    "recognition:opinion": only(DEPARTMENT),
    "recognition:delegate": only(DEPARTMENT),
}
