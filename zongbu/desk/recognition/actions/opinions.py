"""Departments are asked in parallel; each answers for itself. What they confirm enters the enterprise's record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.kernel import clock, flow, journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.actions.common import locked_application
from zongbu.desk.recognition.flow import APPLICATION, OPINION
from zongbu.desk.recognition.models import Application, Opinion, RoundCheck

SEEN_FOR = timedelta(days=365)
"""How long a department that was asked may read the enterprise's record."""


def ask_departments(viewer: Viewer, case: Application) -> Sequence[Opinion]:
    """Ask every department of the round that has not been asked yet, or not answered; within an act of the caller."""
    answered = set(case.opinions.exclude(state="void").values_list("check_asked_id", flat=True))
    checks = case.round.checks.select_related("organisation")
    return _ask(viewer, case, [one for one in checks if one.pk not in answered])


def _ask(viewer: Viewer, case: Application, checks: Sequence[RoundCheck]) -> Sequence[Opinion]:
    """Ask departments: the record of the enterprise is opened to them with the question."""
    if not checks:
        return ()
    today = timezone.localdate()
    days = case.round.department_days
    due = clock.working_days_after(today, days) if days is not None else None
    asked = [one.organisation for one in checks]
    made = [
        Opinion(application=case, check_asked=one, asked=one.organisation, organisation=one.organisation, due=due)
        for one in checks
    ]
    enterprises.refer_for_case(viewer, case.enterprise, asked, case.receipt, until=today + SEEN_FOR)
    flow.begin_many(OPINION, "ask", made, viewer)
    return made


def refer(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Application:
    """Have departments look at an application that the district did not recommend, or look again.

    Raises:
        NotPermitted: not the city office. Refused: no reason, or the round asks no department.
    """

    def change(case: Application) -> None:
        if not case.round.checks.exists():
            raise Refused(_("本批次没有设部门审查。"))

    with transaction.atomic(), journal.together():
        case = flow.perform(APPLICATION, "refer", Application, pk, viewer, reason, change, seen=seen)
        waiting = set(case.opinions.filter(state="requested").values_list("check_asked_id", flat=True))
        checks = case.round.checks.select_related("organisation")
        _ask(viewer, case, [one for one in checks if one.pk not in waiting])
    return case


def give(
    viewer: Viewer,
    pk: int,
    verdict: str,
    text: str = "",
    values: Mapping[str, str] | None = None,
    *,
    seen: int | None = None,
) -> Opinion:
    """Answer for one's department. Values that it confirms are recorded with the enterprise: findings as findings,
    figures as what the department's register says.

    Args:
        values: fact → value as people write it; only facts that the department was asked about.

    Raises:
        NotPermitted: not one's department. Refused: an objection without its reason, or a fact it was not asked about.
        InputError: a value that cannot be read.
    """
    given = {name: value for name, value in (values or {}).items() if str(value).strip()}

    def change(case: Opinion) -> None:
        if verdict not in Opinion.Verdict.values:
            raise Refused(_("请选择意见。"))
        if verdict != Opinion.Verdict.AGREE and not text.strip():
            raise Refused(_("有异议或不属职责的，须写明说明。"))
        if foreign := set(given) - set(case.check_asked.facts):
            raise Refused(_("没有就这些事实征求意见：%(facts)s。") % {"facts": _("、").join(sorted(foreign))})
        case.verdict, case.text, case.values = verdict, text.strip(), given
        case.given_at = timezone.now()
        if given:
            enterprises.confirm_for_case(
                viewer,
                case.application.enterprise,
                given,
                case=case.application.receipt,
                as_of=case.application.round.as_of,
                reason=text.strip() or str(_("部门审查确认")),
            )

    with transaction.atomic(), journal.together():
        application = locked_application(Opinion.objects.values_list("application", flat=True).get(pk=pk))
        done = flow.perform(OPINION, "give", Opinion, pk, viewer, text, change, seen=seen)
        collect_if_complete(viewer, application)
    return done


def delegate(viewer: Viewer, pk: int, to: int, reason: str, *, seen: int | None = None) -> Opinion:
    """Pass the question to another department, which then answers for it; the term goes on.

    Raises:
        NotPermitted: not one's department. Refused: no such department, it is asked already, or no reason.
    """

    def change(case: Opinion) -> None:
        target = Organisation.objects.filter(pk=to, kind=Organisation.Kind.DEPARTMENT, active=True).first()
        if target is None or target.pk == case.organisation_id:
            raise Refused(_("请选择另一个部门。"))
        if Opinion.objects.filter(application=case.application_id, organisation=target, state="requested").exists():
            raise Refused(_("%(name)s已在审查这份申请。") % {"name": target.name})
        enterprises.refer_for_case(
            viewer,
            case.application.enterprise,
            [target],
            case.application.receipt,
            until=timezone.localdate() + SEEN_FOR,
        )
        case.organisation = target

    with transaction.atomic(), journal.together():
        locked_application(Opinion.objects.values_list("application", flat=True).get(pk=pk))
        return flow.perform(OPINION, "delegate", Opinion, pk, viewer, reason, change, seen=seen)


def remind(viewer: Viewer, pk: int) -> Opinion:
    """Remind a department; once a day at most.

    Raises:
        Refused: it was reminded today.
    """

    def change(case: Opinion) -> None:
        if case.reminded_at is not None and timezone.localdate(case.reminded_at) == timezone.localdate():
            raise Refused(_("今天已经催办过。"))
        case.reminded_at = timezone.now()

    return flow.perform(OPINION, "remind", Opinion, pk, viewer, change=change)


def void(viewer: Viewer, pk: int) -> Opinion:
    """An opinion that is no longer needed."""
    return flow.perform(OPINION, "void", Opinion, pk, viewer)


def collect_if_complete(viewer: Viewer, case: Application) -> Application:
    """Move an application on to the city office once the last opinion is in."""
    if case.state != "departments" or case.opinions.filter(state="requested").exists():
        return case
    return flow.perform(APPLICATION, "collect", Application, case.pk, viewer)


def collect_without(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Application:
    """Wait no longer: the missing opinions stay missing and are shown as such wherever the case is.

    Raises:
        NotPermitted: not the city office. Refused: no reason is given.
    """
    with transaction.atomic(), journal.together():
        case = flow.perform(APPLICATION, "collect_without", Application, pk, viewer, reason, seen=seen)
        for opinion in case.opinions.filter(state="requested"):
            void(viewer, opinion.pk)
    return case
