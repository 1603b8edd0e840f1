"""Viewers, roles, and how far each one sees."""

from __future__ import annotations

import dataclasses
from itertools import product

import pytest

from zongbu.desk.kernel.roles import (
    CITY,
    DEPARTMENT,
    DISTRICT,
    ENTERPRISE,
    FINANCE,
    KEEPERS,
    OFFICIALS,
    REACH,
    READ_ONLY,
    SIGNED_IN,
    Reach,
    Role,
    excludes,
)
from zongbu.desk.kernel.scope import PUBLIC, Viewer


def test_every_role_has_a_reach() -> None:
    assert set(REACH) == set(Role)


@pytest.mark.parametrize(
    ("roles", "reach"),
    [
        ({Role.PUBLIC}, Reach.PUBLISHED),
        (ENTERPRISE, Reach.ENTERPRISE),
        (DISTRICT, Reach.DISTRICT),
        (DEPARTMENT | {Role.INSPECTOR}, Reach.REFERRED),
        (CITY | {Role.LEADING_GROUP, Role.AUDITOR}, Reach.CITY),
        ({Role.CITY_FINANCE}, Reach.CITY),
        ({Role.DISTRICT_FINANCE}, Reach.DISTRICT),
        (KEEPERS - {Role.AUDITOR}, Reach.PUBLISHED),
    ],
)
def test_how_far_each_role_sees(roles: set[Role], reach: Reach) -> None:
    assert {Viewer(role).reach for role in roles} == {reach}


def test_finance_pays_and_reads_no_cases() -> None:
    for role in Role:
        viewer = Viewer(role)
        assert viewer.case_reach == (Reach.PUBLISHED if role in FINANCE else viewer.reach)


def test_groups_of_roles_do_not_overlap() -> None:
    single = [{Role.PUBLIC}, {Role.INSPECTOR}, {Role.LEADING_GROUP}]
    groups = [ENTERPRISE, DISTRICT, DEPARTMENT, CITY, FINANCE, KEEPERS, *single]
    assert sum(map(len, groups)) == len(set().union(*groups)) == len(Role)
    assert set(Role) - {Role.PUBLIC} == SIGNED_IN


def test_who_exclude_each_other() -> None:
    for one, other in product(Role, Role):
        assert excludes(one, other) == excludes(other, one)
        if one == other:
            assert not excludes(one, other)
        elif (
            {one, other} & KEEPERS
            or Role.INSPECTOR in (one, other)
            or (one in ENTERPRISE and other in OFFICIALS | FINANCE)
            or (other in ENTERPRISE and one in OFFICIALS | FINANCE)
        ):
            assert excludes(one, other)
        else:
            assert not excludes(one, other)


def test_auditors_and_the_public_write_nothing() -> None:
    writers = {role for role in Role if Viewer(role, person=1).writes}
    assert writers == set(Role) - READ_ONLY
    assert {Role.AUDITOR} == READ_ONLY
    assert not any(Viewer(role).writes for role in Role)
    assert not PUBLIC.signed_in
    assert PUBLIC.role == Role.PUBLIC


def test_a_viewer_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PUBLIC.role = Role.CITY_LEAD  # type: ignore[misc]
    assert Viewer(Role.CITY_LEAD).may(Role.CITY_LEAD, Role.CITY_OFFICER)
    assert not Viewer(Role.AUDITOR).may(*CITY)
