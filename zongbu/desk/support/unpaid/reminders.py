"""Reminders by e-mail of milestones, once a day: a month and a week before their day, and once it is over.

What waits is shown on everybody's desk as well; the mail is for those who do not look every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from zongbu.desk.people.mails import send
from zongbu.desk.people.models import Membership
from zongbu.desk.support.models import Milestone, SupportReminder

Kind = SupportReminder.Kind
BEFORE = ((7, Kind.WEEK), (30, Kind.MONTH))
"""Days before its day on which a milestone is reminded of, the nearest first."""


def remind(today: date) -> int:
    """Send what is due today; how many. A day on which nobody called is made up for, and none goes out twice."""
    sent = 0
    for step, kind in _letters(today):
        to: list[dict[str, Any]] = [{"organisation__uscc": step.obligation.enterprise.uscc}]
        if kind == Kind.OVERDUE:
            to.append({"organisation": step.obligation.organisation_id})
        addresses = [address for one in to for address in _addresses(one, today)]
        try:
            with transaction.atomic():
                SupportReminder.objects.create(
                    kind=kind, case=step.number, last_day=step.due_on, recipients=len(addresses)
                )
                for address in dict.fromkeys(addresses):
                    send(address, "support/mail/milestone", {"step": step, "kind": kind, "link": _link(step)})
        except IntegrityError:
            continue  # it has gone out meanwhile
        sent += 1
    return sent


def _letters(today: date) -> Iterator[tuple[Milestone, str]]:
    """Milestones that are waited for, with what they are to be reminded of and have not been yet."""
    last = today + timedelta(days=BEFORE[-1][0])
    steps = Milestone.objects.filter(state="pending", due_on__lte=last).select_related("obligation__enterprise")
    waiting = list(steps.order_by("pk"))
    gone = set(
        SupportReminder.objects.filter(case__in=[one.number for one in waiting]).values_list("kind", "case", "last_day")
    )
    for step in waiting:
        left = (step.due_on - today).days
        kind = Kind.OVERDUE if left < 0 else next(kind for days, kind in BEFORE if left <= days)
        if (kind, step.number, step.due_on) not in gone:
            yield step, kind


def _addresses(organisation: dict[str, Any], today: date) -> list[str]:
    """The addresses of those who act for an organisation today."""
    found = Membership.objects.filter(**organisation, ended_at=None, organisation__active=True, person__is_active=True)
    members = found.exclude(person__email="").select_related("person").order_by("person__email")
    return list(dict.fromkeys(one.person.email for one in members if one.valid_on(today)))


def _link(step: Milestone) -> str:
    address = settings.PUBLIC_ADDRESS
    return f"{address}{reverse('support:obligation', args=[step.obligation.receipt])}" if address else ""
