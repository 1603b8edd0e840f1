"""Certificates, letters, verification, revocation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import EVERYBODY, Access, only

READERS = CITY | DISTRICT | {Role.LEADING_GROUP, Role.AUDITOR}
"""They read the register of recognitions, each as far as they see."""

ROUTES: Mapping[str, Access] = {
    "recognition:verify": EVERYBODY,
    "recognition:verified": EVERYBODY,
    "recognition:titles": only(ENTERPRISE),
    "recognition:recognitions": only(READERS),
    # Sent as a form, because it is journalled; auditors, who change nothing else, take files away too.
    "recognition:recognitions_export": replace(only(READERS), own=True),
    "recognition:print": only(CITY, DISTRICT),
    "recognition:print_run": only(CITY, DISTRICT),
    "recognition:print_progress": only(CITY, DISTRICT),
    "recognition:print_again": only(CITY, DISTRICT),
    "recognition:print_file": only(CITY, DISTRICT),
    "recognition:recognition": only(READERS, ENTERPRISE),
    "recognition:certificate": only(READERS, ENTERPRISE),
    "recognition:revoke": only(CITY, DISTRICT),
    "recognition:revocations": only(READERS, ENTERPRISE),
    "recognition:revocation": only(READERS, ENTERPRISE),
    "recognition:revocation_act": only(CITY, Role.LEADING_GROUP, ENTERPRISE),
    "recognition:letter": only(READERS, ENTERPRISE),
    "recognition:notice_document": EVERYBODY,
    "recognition:announcement_document": EVERYBODY,
}
