"""What stands in the addresses of routes that have parameters: ``test_routes.py`` asks here.

For a route with parameters either give a function that makes what the address names and returns the parameters::

    @arguments("library:consultation")
    def _consultation() -> Given:
        return {"pk": Consultation.objects.create(…).pk}

so that the walk sees the real page (``district_officer`` and others act for district 330108, enterprise people for
``tests.desk.conftest.USCC``); or, where only the door is to be tried and the page itself is tested elsewhere::

    PLACEHOLDERS["library:moderate"] = {"pk": 0}

An app may keep its own in ``tests/desk/<app>/route_arguments.py``; it is found by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.desk.conftest import USCC, membership_as, organisation_for
from zongbu.desk.kernel.roles import Role

Given = dict[str, Any]
Maker = Callable[[], Given]

MAKERS: dict[str, Maker] = {}
PLACEHOLDERS: dict[str, Given] = {}


def arguments(*routes: str) -> Callable[[Maker], Maker]:
    """Declare a function as what makes the parameters of routes; it is called once in each test database state."""

    def declare(make: Maker) -> Maker:
        for route in routes:
            assert route not in MAKERS, f"declared twice: {route}"
            MAKERS[route] = make
        return make

    return declare


@cache
def gather() -> None:
    """Import the files that the apps keep."""
    here = Path(__file__).parent
    for file in sorted(here.glob("*/route_arguments.py")):
        import_module(f"tests.desk.{file.parent.name}.route_arguments")


def given(route: str, made: dict[Maker, Given]) -> tuple[Given, bool]:
    """The parameters of a route, and whether they name something real. ``made`` remembers what was made already.

    Raises:
        LookupError: nobody has said what stands in the address.
    """
    gather()
    if route in MAKERS:
        maker = MAKERS[route]
        if maker not in made:
            made[maker] = maker()
        return made[maker], True
    if route in PLACEHOLDERS:
        return PLACEHOLDERS[route], False
    raise LookupError(
        f"nobody has said what stands in the address of {route}: add it to {os.path.relpath(__file__)}, "
        "which begins by saying how"
    )


# --- signing in -------------------------------------------------------------------------------------------

PLACEHOLDERS |= {
    "account_confirm_email": {"key": "none"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
    "mfa_remove_webauthn": {"pk": 0},
    "mfa_edit_webauthn": {"pk": 0},
    "openid_connect_login": {"provider_id": "none"},
    "openid_connect_callback": {"provider_id": "none"},
}

# --- people -----------------------------------------------------------------------------------------------


@arguments("people:membership", "people:end_membership")
def _member() -> Given:
    return {"pk": membership_as(Role.DISTRICT_OFFICER).pk}


@arguments("people:confirm_membership")
def _proposed() -> Given:
    waiting = membership_as(Role.DISTRICT_LEAD)
    waiting.confirmed_at, waiting.proposed_by = None, membership_as(Role.DISTRICT_LEAD).person
    waiting.save()
    return {"pk": waiting.pk}


@arguments("people:renew_invitation", "people:withdraw_invitation")
def _invitation() -> Given:
    return {"pk": _open_invitation().pk}


@arguments("people:accept")
def _link() -> Given:
    from zongbu.desk.people import actions

    return {"token": actions.link_of(_open_invitation()).rstrip("/").rpartition("/")[2]}


@arguments("people:organisation", "people:change_organisation", "people:invite_administrator")
def _organisation() -> Given:
    return {"pk": organisation_for(Role.DEPARTMENT_LEAD).pk}


@arguments("people:registration", "people:decide_registration")
def _registration() -> Given:
    from zongbu.desk.kernel.scope import PUBLIC
    from zongbu.desk.people import actions
    from zongbu.desk.people.actions.registrations import Account

    made, _code = actions.register(
        PUBLIC,
        uscc="91330000142916567N",
        name="示例制造有限公司",
        district="330108",
        contact_name="张三",
        contact_phone="0571-80000000",
        account=Account("routes-applicant", "Correct-Horse-7-Battery"),
    )
    return {"pk": made.pk}


@arguments("people:account")
def _account() -> Given:
    return {"pk": membership_as(Role.CITY_OFFICER).person.pk}


@arguments("people:account_act")
def _account_act() -> Given:
    return {"pk": membership_as(Role.CITY_OFFICER).person.pk, "act": "lock"}


PLACEHOLDERS["people:end_session"] = {"pk": 0}


def _open_invitation() -> Any:
    from datetime import timedelta

    from zongbu.desk.people.models import Invitation

    manager = membership_as(Role.DISTRICT_LEAD)
    return Invitation.objects.create(
        organisation=manager.organisation,
        role=Role.DISTRICT_OFFICER,
        name="王一",
        nonce=f"nonce-{Invitation.objects.count()}",
        invited_by=manager.person,
        expires_at=timezone.now() + timedelta(days=1),
    )


# --- kernel -----------------------------------------------------------------------------------------------


@arguments("kernel:entry")
def _entry() -> Given:
    from django.db import transaction

    from zongbu.desk.kernel import journal
    from zongbu.desk.kernel.scope import PUBLIC

    with transaction.atomic():
        return {"sequence": journal.record("tests.walk", PUBLIC).sequence}


@arguments("kernel:calendar_year")
def _calendar_year() -> Given:
    from zongbu.desk.kernel.clock.models import CalendarYear

    found = CalendarYear.objects.order_by("year").first()
    assert found is not None
    return {"year": found.year, "version": found.version}


# --- library ----------------------------------------------------------------------------------------------

POLICY = "hangzhou-2023"


@arguments("library:policy", "library:print", "library:official")
def _policy() -> Given:
    return {"policy": POLICY}


@arguments("library:consult")
def _draft() -> Given:
    return {"policy": "binjiang-draft"}


@arguments("library:clause")
def _clause() -> Given:
    from zongbu.desk.library.policies import policy

    return {"policy": POLICY, "citation": policy(POLICY).clauses[-1].citation}


@arguments("library:rule")
def _rule() -> Given:
    return {"policy": POLICY, "rule": "is_headquarters"}


@arguments("library:parameter")
def _parameter() -> Given:
    return {"policy": POLICY, "parameter": "rent_subsidy_ratio"}


@arguments("library:propose")
def _propose() -> Given:
    return {"policy": POLICY, "parameter": "rent_subsidy_ratio"}


@arguments("library:measure", "library:review", "library:suspend")
def _measure() -> Given:
    return {"policy": POLICY, "measure": "rent_subsidy"}


@arguments("library:fact")
def _fact() -> Given:
    return {"fact": "in_city_revenue"}


PLACEHOLDERS |= {
    "library:value": {"pk": 0},
    "library:value_act": {"pk": 0, "act": "approve"},
    "library:suspension": {"pk": 0},
    "library:suspension_act": {"pk": 0, "act": "approve"},
    "library:consultation": {"pk": 0},
    "library:comment": {"pk": 0},
    "library:comments": {"pk": 0},
    "library:summary": {"pk": 0},
    "library:close": {"pk": 0},
    "library:export": {"pk": 0},
    "library:moderate": {"pk": 0},
}

# --- enterprises ------------------------------------------------------------------------------------------


@arguments(
    "enterprises:detail", "enterprises:cases", "enterprises:journal", "enterprises:assessments", "enterprises:refer",
    "enterprises:upload", "enterprises:facts", "enterprises:declare", "enterprises:draft", "enterprises:discard",
    "enterprises:group", "enterprises:tie", "enterprises:claim", "enterprises:events", "enterprises:change",
    "enterprises:listing", "enterprises:ban",
)  # fmt: skip
def _enterprise() -> Given:
    from tests.desk.people.conftest import viewing
    from zongbu.desk.enterprises import actions

    office = viewing(membership_as(Role.CITY_OFFICER))
    actions.register(office, USCC, "示例科技有限公司", "滨江区", registered_on=date(2015, 3, 1), source_name="登记库")
    return {"uscc": USCC}


PLACEHOLDERS |= (
    {
        f"enterprises:{name}": {"uscc": USCC, "pk": 0}
        for name in (
            "end_referral", "answer_tie", "end_tie", "withdraw_tie", "release", "withdraw_change", "remove_listing",
            "withdraw_listing", "withdraw_ban",
        )
    }
    | {f"enterprises:{name}": {"uscc": USCC, "fact": "in_city_revenue"} for name in ("fact", "record", "adopt")}
    | {"enterprises:find": {"uscc": USCC, "fact": "is_gone_out_enterprise"}}  # both city and districts find it
    | {
        f"enterprises:{name}": {"pk": 0}
        for name in (
            "evidence", "delete_file", "remove_view", "default_view", "import", "import_progress", "import_commit",
            "import_discard", "import_go_on", "import_rejects",
        )
    }
)  # fmt: skip

# --- self-check -------------------------------------------------------------------------------------------

PLACEHOLDERS |= {
    "selfcheck:shared": {"token": "none"},
    "selfcheck:screening": {"pk": 0},
    "selfcheck:progress": {"pk": 0},
    "selfcheck:cancel": {"pk": 0},
    "selfcheck:export": {"pk": 0, "kind": "csv"},
    "selfcheck:row": {"pk": 0, "uscc": USCC},
}

# --- interface --------------------------------------------------------------------------------------------

PLACEHOLDERS |= {
    "api:revoke": {"pk": 0},
    "api-v1:read_policy": {"identifier": POLICY},
    "api-v1:read_enterprise": {"uscc": USCC},
    "api-v1:read_facts": {"uscc": USCC},
    "api-v1:record_facts": {"uscc": USCC},
    "api-v1:read_screening": {"id": "0"},
} | {
    f"api-v1:{name}": {"receipt": "RD20000101-AAAAAA"}
    for name in ("read_application", "fill_application", "hand_in", "submit_application", "withdraw_application")
}
