"""Who may do what with a record; the pages ask before they show a button, the actions before they write."""

from __future__ import annotations

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.models import Enterprise, MetricClaim
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policies
from zongbu.desk.people.districts import DISTRICTS
from zongbu.law.facts import load_dictionary


def sees(viewer: Viewer, enterprise: Enterprise) -> bool:
    """Whether the viewer may read the record in full."""
    return queries.enterprises(viewer).filter(pk=enterprise.pk).exists()


def may_declare(viewer: Viewer, enterprise: Enterprise) -> bool:
    """An enterprise's own people declare its facts."""
    return viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == enterprise.uscc


def may_record(viewer: Viewer, enterprise: Enterprise) -> bool:
    """The city office and the enterprise's district record what registers and departments say, and what happened."""
    return viewer.writes and (
        viewer.role in CITY
        or (viewer.role in DISTRICT and bool(viewer.district) and viewer.district == enterprise.district)
    )


def may_place(viewer: Viewer, district: str, before: str) -> bool:
    """Who says in which district an enterprise that has a record is (``before``: what is recorded; may be empty).

    Only the city office moves it from one district to another, whichever way it is recorded. A district may fill in
    its own code where none is recorded.
    """
    if viewer.role in CITY or district == before:
        return True
    return viewer.role in DISTRICT and not before and bool(viewer.district) and district == viewer.district


CITY_FINDINGS = frozenset(
    ("star", "group_exception_recorded", "leading_group_approved", "office_approved", "revocation_approved")
)
"""Findings that say what the leading group or its office has decided: no other department makes them."""
DISTRICT_FINDINGS = frozenset(("is_gone_out_enterprise",))
"""Findings of the city's policies that the districts make: their surveys of enterprises gone out (十四)."""


def may_find(viewer: Viewer, enterprise: Enterprise, fact: str = "", *, seen: bool = False) -> bool:
    """Who makes a finding (``fact`` empty: any at all; ``seen``: the record was got by asking for this viewer).

    On what a district's own policy asks, that district, about its own enterprises. On everything else the city
    office, and departments to which the enterprise has been referred, except for what the city office keeps to itself.
    """
    if not viewer.writes:
        return False
    of_district = viewer.role in DISTRICT and bool(viewer.district) and viewer.district == enterprise.district
    if not fact:
        return of_district or viewer.role in CITY or (viewer.role in DEPARTMENT and (seen or sees(viewer, enterprise)))
    owner = district_of_finding(fact)
    if owner:
        return of_district and viewer.district == owner
    if viewer.role in CITY:
        return True
    if of_district:
        return fact in DISTRICT_FINDINGS
    return viewer.role in DEPARTMENT and fact not in CITY_FINDINGS and (seen or sees(viewer, enterprise))


def district_of_finding(fact: str) -> str:
    """The district whose own policy asks for a finding; empty where the city's do."""
    if fact in load_dictionary():
        return ""
    owners = (policy.head.get("行政区划", "") for policy in policies() if fact in policy.dictionary)
    return next((owner for owner in owners if owner in DISTRICTS), "")


def may_bar(viewer: Viewer) -> bool:
    """Bans and referrals are the city office's business."""
    return viewer.writes and viewer.role in CITY


def may_tie(viewer: Viewer, enterprise: Enterprise) -> bool:
    """Who keeps the group of an enterprise: its own people, its district, the city office.

    They also answer for it when another enterprise names it as a member of its group.
    """
    return may_declare(viewer, enterprise) or may_record(viewer, enterprise)


def may_release(viewer: Viewer, claim: MetricClaim) -> bool:
    """Who gives a claimed figure free: whoever keeps the group of the claimant, or of the entity whose figure it is."""
    return may_tie(viewer, claim.claimant) or may_tie(viewer, claim.entity)
