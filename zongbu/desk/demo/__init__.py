"""Demonstration data: real listed enterprises, invented ones that say so in their names, people in every role.

Loading twice changes nothing that is there. Every page says 演示数据 while it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings

from zongbu.desk.demo.accounts import Account, accounts, make_accounts
from zongbu.desk.demo.listed import listed
from zongbu.desk.demo.organisations import make_organisations
from zongbu.desk.demo.synthetic import synthetic, uscc
from zongbu.desk.enterprises.actions import record_many
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Membership, Person
from zongbu.desk.people.viewers import viewer_as
from zongbu.law import InputError

__all__ = ["Account", "accounts", "load", "loaded"]

RECORDED_FROM = date(2026, 1, 1)
"""The day from which the demonstration facts hold; facts of a prior year tell of the two years before."""


def loaded() -> bool:
    """Whether there is any demonstration data already."""
    return Enterprise.objects.filter(uscc=uscc(0)).exists() and bool(accounts())


def load(enterprises: int, seed: int, report: Callable[[int, int], None] | None = None) -> None:
    """Load the organisations, accounts and enterprises; ``report(done, total)`` is told of the progress.

    Raises:
        InputError: the service is not one for demonstrations, or people work with it who are none of ours.
    """
    if not settings.DEMONSTRATION:
        raise InputError("这不是演示服务（ZONGBU_MODE=production），不能装入演示数据和演示账号")
    ours = {account.username for account in accounts()}
    if Person.objects.exclude(username__in=ours).exists():
        raise InputError("数据库里已有不属于演示的账号，不装入演示数据")
    organisations = make_organisations(uscc(0))
    make_accounts(organisations)
    officer = Membership.objects.filter(role=Role.CITY_OFFICER).select_related("person", "organisation").earliest("pk")
    viewer = viewer_as(officer, officer.person)
    real = list(listed())
    total = len(real) + enterprises

    def tell(before: int) -> Callable[[int], None]:
        return lambda done: report(before + done, total) if report is not None else None

    record_many(viewer, real, valid_from=RECORDED_FROM, batch="demo-listed", progress=tell(0))
    record_many(
        viewer,
        synthetic(enterprises, seed),
        valid_from=RECORDED_FROM,
        batch=f"demo-{seed}",
        prepared=True,
        progress=tell(len(real)),
    )
