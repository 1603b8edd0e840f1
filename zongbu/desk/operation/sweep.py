"""The daily round: what has been kept long enough is forgotten (nothing of the journal, of facts or of cases), and
what is due soon is reminded of."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from zongbu.desk.api.idempotency import KEPT
from zongbu.desk.api.models import KeptAnswer
from zongbu.desk.kernel import flow, submission
from zongbu.desk.library.actions.consultations import forget_contacts
from zongbu.desk.recognition.actions.notices import forget_contacts as forget_objectors
from zongbu.desk.recognition.printing import forget_old as forget_prints
from zongbu.desk.recognition.reminders import remind
from zongbu.desk.recognition.stars.actions.objections import forget_contacts as forget_star_objectors
from zongbu.desk.selfcheck.actions import forget_old
from zongbu.desk.support.actions.quotas import expire as expire_places
from zongbu.desk.support.actions.requests import forget as forget_personal
from zongbu.desk.support.running import forget_old as forget_offers
from zongbu.desk.support.unpaid.reminders import remind as remind_milestones

TASKS_KEPT = timedelta(days=14)
"""How long the records of finished background tasks stay."""


def sweep() -> dict[str, int]:
    """Forget what is over and send today's reminders; returns how many of each kind.

    May run at any time and as often as one likes.
    """
    now = timezone.now()
    return {
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "submissions": submission.sweep(),
        "answers": KeptAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0],
        "contacts": sum(
            forget(timezone.localdate()) for forget in (forget_contacts, forget_objectors, forget_star_objectors)
        ),
        "personal": forget_personal(),
        "places": expire_places(),
        "screenings": forget_old(now),
        "prints": forget_prints(now),
        "offers": forget_offers(now),
        "dues": flow.renew_every_due(),
        "reminders": remind(timezone.localdate()) + remind_milestones(timezone.localdate()),
        "tasks": DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_KEPT).delete()[0],
    }
