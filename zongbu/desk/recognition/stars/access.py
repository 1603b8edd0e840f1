"""Who may ask for the pages of stars. Which rows they see is the business of ``queries.py``."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import EVERYBODY, Access, only

READERS = only(CITY, Role.LEADING_GROUP, Role.AUDITOR)
CONCERNED = only(CITY, DISTRICT, ENTERPRISE, Role.LEADING_GROUP, Role.AUDITOR)

ROUTES: Mapping[str, Access] = {
    "recognition:stars": EVERYBODY,
    "recognition:stars_export": EVERYBODY,
    "recognition:star_notice": EVERYBODY,
    "recognition:star_object": EVERYBODY,
    "recognition:star_objection_receipt": EVERYBODY,
    "recognition:star_objection": READERS,
    "recognition:star_own": only(ENTERPRISE),
    "recognition:star_sets": READERS,
    "recognition:star_set": READERS,
    "recognition:star_set_new": only(CITY),
    "recognition:star_set_edit": only(CITY),
    "recognition:star_set_act": only(CITY),
    "recognition:star_demonstration": only(CITY),
    "recognition:star_evaluations": READERS,
    "recognition:star_evaluation_new": only(CITY),
    "recognition:star_evaluation": READERS,
    "recognition:star_evaluation_act": only(CITY),
    "recognition:star_notify": only(CITY),
    "recognition:star_progress": READERS,
    "recognition:star_scores": only(CITY),
    "recognition:star_what_if": READERS,
    "recognition:star_verify": READERS,
    "recognition:star_export": READERS,
    "recognition:star_result": CONCERNED,
    "recognition:star_override": only(CITY),
    "recognition:star_override_act": only(CITY),
}
