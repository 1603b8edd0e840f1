"""Reminders by e-mail, once a day: drafts before the window closes, opinions before and after they are due.

What waits is shown on everybody's desk as well; the mail is for those who do not look every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from zongbu.desk.people.mails import send
from zongbu.desk.people.models import Membership
from zongbu.desk.recognition.models import Application, Opinion, Reminder

BEFORE_CLOSING = (7, 1)
"""Days before the window closes on which drafts are reminded of it."""
BEFORE_DUE, AFTER_DUE = 2, 1
"""Days before and after the last day on which a department is reminded."""


@dataclass(frozen=True, slots=True)
class _Letter:
    kind: str
    case: str
    last_day: date
    organisation: dict[str, Any]
    template: str
    context: dict[str, Any]


def remind(today: date) -> int:
    """Send today's reminders; how many went out. Called again on the same day it sends none twice."""
    sent = 0
    for letter in _letters(today):
        addresses = _addresses(letter.organisation, today)
        try:
            with transaction.atomic():
                Reminder.objects.create(
                    kind=letter.kind,
                    case=letter.case,
                    last_day=letter.last_day,
                    days=(letter.last_day - today).days,
                    recipients=len(addresses),
                )
                for address in addresses:
                    send(address, letter.template, letter.context)
        except IntegrityError:
            continue  # it has gone out already
        sent += 1
    return sent


def _letters(today: date) -> Iterator[_Letter]:
    closing = [today + timedelta(days=days) for days in BEFORE_CLOSING]
    drafts = Application.objects.filter(state="draft", round__state="open", round__closes__in=closing)
    for case in drafts.select_related("round", "enterprise").order_by("pk"):
        yield _Letter(
            Reminder.Kind.DRAFT,
            case.receipt,
            case.round.closes,
            {"organisation__uscc": case.enterprise.uscc},
            "recognition/mail/draft",
            {"case": case, "link": _link("recognition:submit", case.receipt)},
        )
    soon, late = today + timedelta(days=BEFORE_DUE), today - timedelta(days=AFTER_DUE)
    waiting = Opinion.objects.filter(state="requested", due__in=[soon, late])
    for opinion in waiting.select_related("application__enterprise", "check_asked").order_by("pk"):
        assert opinion.due is not None
        overdue = opinion.due == late
        yield _Letter(
            Reminder.Kind.OVERDUE if overdue else Reminder.Kind.OPINION,
            opinion.number,
            opinion.due,
            {"organisation": opinion.organisation_id},
            "recognition/mail/opinion",
            {"opinion": opinion, "overdue": overdue, "link": _link("recognition:opinion", opinion.pk)},
        )


def _addresses(organisation: dict[str, Any], today: date) -> list[str]:
    """The addresses of those who act for an organisation today."""
    found = Membership.objects.filter(**organisation, ended_at=None, organisation__active=True, person__is_active=True)
    members = found.exclude(person__email="").select_related("person").order_by("person__email")
    return list(dict.fromkeys(one.person.email for one in members if one.valid_on(today)))


def _link(route: str, *arguments: Any) -> str:
    address = settings.PUBLIC_ADDRESS
    return f"{address}{reverse(route, args=arguments)}" if address else ""
