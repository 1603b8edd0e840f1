"""What may be seen of recognition: every function names who asks. Drafts are their enterprise's alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.roles import CITY, Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.flow import OPINION
from zongbu.desk.recognition.models import (
    Application,
    Batch,
    FieldComment,
    Notice,
    Objection,
    Opinion,
    PrintRun,
    Recognition,
    Revocation,
    Round,
)

SEEN_BY_DEPARTMENTS = ("district", "returned", "departments", "withdrawn")
"""The states that departments see as they are; all that come later are ``city`` for them."""


def rounds(viewer: Viewer) -> QuerySet[Round]:
    """The rounds that the viewer may read: announced ones everybody, the others the city office and auditors."""
    found = Round.objects.all()
    if viewer.case_reach is Reach.CITY:
        return found
    return found.filter(state__in=["open", "concluded"])


def applications(viewer: Viewer) -> QuerySet[Application]:
    """The applications that the viewer may read."""
    found = Application.objects.select_related("round", "enterprise", "batch")
    match viewer.case_reach:
        case Reach.ENTERPRISE if viewer.uscc:
            return found.filter(enterprise__uscc=viewer.uscc)
        case Reach.CITY:
            return found.exclude(state="draft").filter(submitted_at__isnull=False)
        case Reach.DISTRICT if viewer.district:
            return found.filter(district=viewer.district, submitted_at__isnull=False)
        case Reach.REFERRED if viewer.organisation is not None:
            asked = Opinion.objects.filter(
                Q(organisation=viewer.organisation) | Q(asked=viewer.organisation), application=OuterRef("pk")
            ).exclude(state="void")
            return found.filter(Exists(asked))
        case _:
            return found.none()


def application(viewer: Viewer, receipt: str, *beside: str) -> Application:
    """The application of a number, with what else is read along (``beside``, as for ``prefetch_related``).

    Raises:
        Application.DoesNotExist: there is none, or not for this viewer: the two are not told apart.
    """
    found = applications(viewer).prefetch_related(*beside).get(receipt=receipt)
    veil(viewer, [found])
    return found


def passed_on(viewer: Viewer, cases: Iterable[Application]) -> dict[int, datetime | None]:
    """Applications on which a department was asked and passed its question on, with the moment when it did so."""
    if viewer.case_reach is not Reach.REFERRED or viewer.organisation is None:
        return {}
    asked = Opinion.objects.filter(application__in=[one.pk for one in cases]).exclude(state="void").order_by()
    holding = set(asked.filter(organisation=viewer.organisation).values_list("application", flat=True))
    gone = dict(
        asked.filter(asked=viewer.organisation).exclude(application__in=holding).values_list("pk", "application")
    )
    if not gone:
        return {}
    found: dict[int, datetime | None] = dict.fromkeys(gone.values())
    acts = Participation.objects.filter(
        flow=OPINION.name, act="delegate", organisation=viewer.organisation, case__in=[str(pk) for pk in gone]
    )
    for one in acts.order_by("pk"):
        found[gone[int(one.case)]] = one.moment
    return found


def in_states(viewer: Viewer, found: QuerySet[Application], states: Collection[str]) -> QuerySet[Application]:
    """Applications in states, as the viewer sees these."""
    if viewer.case_reach is not Reach.REFERRED:
        return found.filter(state__in=states)
    holding = Opinion.objects.filter(organisation=viewer.organisation, application=OuterRef("pk")).exclude(state="void")
    seen = Q(state__in=[one for one in states if one in SEEN_BY_DEPARTMENTS])
    if "city" in states:
        seen |= ~Q(state__in=SEEN_BY_DEPARTMENTS)
    seen = Q(Exists(holding)) & seen
    return found.filter(seen | ~Exists(holding) if "departments" in states else seen)


def veil(viewer: Viewer, cases: Sequence[Application]) -> None:
    """Let applications look to departments as far as they were asked: what the city does with them afterwards is not
    theirs to see, and of a question that was passed on no more than that. For showing; such a case is never saved."""
    if viewer.case_reach is not Reach.REFERRED:
        return
    gone = passed_on(viewer, cases)
    for one in cases:
        if one.pk in gone:
            one.state = "departments"
        elif one.state not in SEEN_BY_DEPARTMENTS:
            one.state = "city"
        one.contact_name = one.contact_phone = one.district_opinion = ""
        one.recommended = None
        one.decided_at = None
        # When and how often the city acted would tell what it did.
        one.state_since, one.version = one.submitted_at or one.state_since, 0


def is_own(viewer: Viewer, case: Application) -> bool:
    """Whether the enterprise itself looks at its application."""
    return viewer.case_reach is Reach.ENTERPRISE and bool(viewer.uscc) and viewer.uscc == case.enterprise.uscc


def comments(viewer: Viewer, case: Application) -> list[FieldComment]:
    """Open comments; what a reviewer is still writing the enterprise sees once the application is returned, and
    departments never."""
    if viewer.case_reach is Reach.REFERRED:
        return []
    if is_own(viewer, case) and case.state not in ("returned", "returned_by_city"):
        return []
    return [one for one in case.comments.all() if one.resolved_at is None]


def of_number(viewer: Viewer, receipt: str) -> Application | None:
    """An application that an enterprise names to its district, a draft too; None where there is none of the number.

    Drafts are otherwise their enterprise's alone: whoever gets one here shows its name and its number only.
    """
    if viewer.case_reach is not Reach.DISTRICT or not viewer.district:
        return None
    found = Application.objects.select_related("round", "enterprise").filter(district=viewer.district)
    return found.filter(receipt=receipt.strip().upper()).first()


def opinions(viewer: Viewer) -> QuerySet[Opinion]:
    """The opinions that the viewer may read: a department its own, everybody else those of the applications seen;
    the enterprise sees who has been asked, and what was said only with the decision (the page sees to it)."""
    found = Opinion.objects.select_related("application__enterprise", "application__round", "organisation", "asked")
    if viewer.case_reach is Reach.REFERRED:
        return found.filter(organisation=viewer.organisation or 0)
    return found.filter(application__in=applications(viewer).order_by().values("pk"))


def opinions_on(viewer: Viewer, case: Application) -> QuerySet[Opinion]:
    """``opinions`` on one application that was found for the viewer, in the order in which they were asked for."""
    found = case.opinions.select_related("organisation", "asked", "check_asked").order_by("pk")
    return found.filter(organisation=viewer.organisation or 0) if viewer.case_reach is Reach.REFERRED else found


def batches(viewer: Viewer) -> QuerySet[Batch]:
    """Batches: the city office and auditors all, whoever decides those that have been submitted."""
    if viewer.case_reach is not Reach.CITY:
        return Batch.objects.none()
    found = Batch.objects.select_related("round")
    if viewer.role in CITY or viewer.role == "auditor":
        return found
    return found.exclude(state__in=["draft", "dissolved"])


def notices(viewer: Viewer) -> QuerySet[Notice]:
    """Notices are public from their first day."""
    found = Notice.objects.select_related("round")
    return found if viewer.role in CITY else found.filter(starts__lte=timezone.localdate())


def objections(viewer: Viewer) -> QuerySet[Objection]:
    """Objections: the city office and auditors all, an enterprise those that it has filed against its own decision."""
    found = Objection.objects.select_related("application__enterprise", "application__round", "notice")
    if viewer.case_reach is Reach.CITY:
        return found
    if viewer.case_reach is Reach.ENTERPRISE and viewer.uscc:
        return found.filter(kind=Objection.Kind.DECISION, application__enterprise__uscc=viewer.uscc)
    return found.none()


def recognitions(viewer: Viewer) -> QuerySet[Recognition]:
    """Recognitions are public: name, district, tracks, number. What is not is the business of the application."""
    return Recognition.objects.select_related("round", "enterprise")


def holding(day: date) -> Q:
    """Recognitions that hold on a day."""
    return (
        Q(recognised_on__lte=day)
        & (Q(revoked_on=None) | Q(revoked_on__gt=day))
        & (Q(valid_until=None) | Q(valid_until__gte=day))
    )


def revocations(viewer: Viewer) -> QuerySet[Revocation]:
    """Revocations under way or done: the city, the district, the enterprise concerned."""
    found = Revocation.objects.select_related("recognition__enterprise", "recognition__round", "ban")
    match viewer.case_reach:
        case Reach.CITY:
            return found
        case Reach.DISTRICT if viewer.district:
            return found.filter(recognition__district=viewer.district)
        case Reach.ENTERPRISE if viewer.uscc:
            return found.filter(recognition__enterprise__uscc=viewer.uscc)
        case _:
            return found.none()


def titles(viewer: Viewer) -> QuerySet[Recognition]:
    """The recognitions that the viewer may open with certificate, history and revocations: an enterprise its own, a
    district those of its enterprises, the city office, the leading group and auditors all."""
    found = recognitions(viewer)
    match viewer.case_reach:
        case Reach.ENTERPRISE if viewer.uscc:
            return found.filter(enterprise__uscc=viewer.uscc)
        case Reach.CITY:
            return found
        case Reach.DISTRICT if viewer.district:
            return found.filter(district=viewer.district)
        case _:
            return found.none()


def print_runs(viewer: Viewer) -> QuerySet[PrintRun]:
    """Batches of certificates: the city office all, a district those that its people asked for, of its enterprises."""
    found = PrintRun.objects.select_related("round", "asked_by")
    if viewer.role in CITY:
        return found
    if viewer.case_reach is not Reach.DISTRICT or not viewer.district or viewer.person is None:
        return found.none()
    # Whoever has changed to another district does not take the certificates of the old one along.
    return found.filter(asked_by=viewer.person, district=viewer.district)
