"""Demonstration data: real listed enterprises, invented ones that say so in their names, people in every role.

Loading twice changes nothing that is there. Every page says 演示数据 while it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.conf import settings

from zongbu.desk.demo.accounts import Account, accounts, make_accounts
from zongbu.desk.demo.days import on
from zongbu.desk.demo.listed import listed
from zongbu.desk.demo.organisations import make_organisations
from zongbu.desk.demo.rounds import MOST, play_finished, play_running
from zongbu.desk.demo.stars import play_computed, play_published
from zongbu.desk.demo.support import play_last_year, play_this_year
from zongbu.desk.demo.synthetic import synthetic, uscc
from zongbu.desk.demo.unpaid import play_last_years_unpaid, play_this_years_unpaid
from zongbu.desk.enterprises.actions import record_many
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Membership, Person
from zongbu.desk.people.viewers import viewer_as
from zongbu.law import InputError

__all__ = ["Account", "accounts", "load", "loaded"]


def recorded_from() -> date:
    """The day from which the demonstration facts hold: early enough for last year's round."""
    return date(date.today().year - 1, 1, 1)


def loaded() -> bool:
    """Whether there is any demonstration data already."""
    return Enterprise.objects.filter(uscc=uscc(0)).exists() and bool(accounts())


def load(enterprises: int, seed: int, report: Callable[[int, int], None] | None = None, *, rounds: bool = True) -> None:
    """Load the organisations, accounts and enterprises; ``report(done, total)`` is told of the progress.

    Args:
        rounds: also play a finished and a running round of recognition with some of the invented enterprises, and
            their stars, awards, claims and payments, places, requests and obligations.

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
    ending = f"@{date.today().year - 1}"
    early = (_without(row, ending) for row in synthetic(enterprises, seed))
    late = (_only(row, ending) for row in synthetic(enterprises, seed))
    played = 4 * min(enterprises, MOST) if rounds else 0
    progress = _Progress(len(real) + 2 * enterprises + played, report)
    record_many(viewer, real, valid_from=recorded_from(), batch="demo-listed", progress=progress.part(len(real)))
    # What was known when last year's round was decided, and what came since: each recorded on its own day.
    part = progress.part(enterprises)
    with on(recorded_from()):
        record_many(viewer, early, valid_from=recorded_from(), batch=f"demo-{seed}", prepared=True, progress=part)
    if rounds:
        play_finished(enterprises, progress.one)
        play_published(date.today().year - 1)
        play_last_year(progress.one)
        play_last_years_unpaid(progress.one)
    part, day = progress.part(enterprises), date(date.today().year, 1, 15)
    with on(day):
        record_many(viewer, late, valid_from=day, batch=f"demo-{seed}-later", prepared=True, progress=part)
    if rounds:
        play_running(enterprises, progress.one)
        play_computed(date.today().year)
        play_this_year(progress.one)
        play_this_years_unpaid(progress.one)
    progress.end()


def _without(row: Mapping[str, str], ending: str) -> dict[str, str]:
    return {key: value for key, value in row.items() if not key.endswith(ending)}


def _only(row: Mapping[str, str], ending: str) -> dict[str, str]:
    return {key: value for key, value in row.items() if key == "uscc" or key.endswith(ending)}


class _Progress:
    """Adds up what parts of the loading tell."""

    def __init__(self, total: int, report: Callable[[int, int], None] | None) -> None:
        self._total, self._report, self._done = total, report, 0

    def part(self, length: int) -> Callable[[int], None]:
        """For a part of so many steps that tells how many of them are done."""
        before = self._done
        self._done += length
        return lambda done: self._tell(before + done)

    def one(self) -> None:
        """One more step is done."""
        self._done += 1
        self._tell(self._done)

    def end(self) -> None:
        self._tell(self._total)

    def _tell(self, done: int) -> None:
        if self._report is not None:
            self._report(min(done, self._total), self._total)
