"""The service that performs acts: the only writer of a case's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zongbu.desk.kernel import clock, journal
from zongbu.desk.kernel.flow.models import Case, Participation
from zongbu.desk.kernel.flow.refusals import NotPermitted, Overtaken, Refused
from zongbu.desk.kernel.flow.table import Act, Flow, Term
from zongbu.desk.kernel.provided import provided
from zongbu.desk.kernel.roles import ENTERPRISE, Role, excludes
from zongbu.desk.kernel.scope import Viewer

SomeCase = TypeVar("SomeCase", bound=Case)


def begin(flow: Flow, name: str, case: SomeCase, viewer: Viewer, reason: str = "") -> SomeCase:
    """Open a case by an act: check who may, write the new case and journal it, in one transaction.

    Args:
        case: a new, unsaved case with its data in place.

    Raises:
        Refused: what stands in the way. ValidationError: the case's data breaks a rule of its model.
    """
    act = flow.act(name)
    if not act.opens:
        raise ValueError(f"{flow.name}.{name} does not open a case; use perform")
    with transaction.atomic():
        _permit(act, case, viewer)
        _guard(act, case, viewer)
        _reason(act, reason)
        moment = timezone.now()
        case.state, case.state_since = act.end, moment
        _note_due(flow, case, [_participation(flow, act, case, viewer, "", moment, reason)])
        _write(case, force_insert=True)
        _record(flow, act, case, viewer, "", moment, reason, None, _snapshot(case))
    return case


def begin_many(flow: Flow, name: str, cases: Sequence[SomeCase], viewer: Viewer, reason: str = "") -> None:
    """Open many cases by the same act, in one transaction and few statements; each checked and journalled as by
    ``begin``.

    Args:
        cases: new, unsaved cases of one model. On both databases they have their primary keys afterwards.

    Raises:
        Refused: what stands in the way of one of them. ValidationError: the data of one breaks a rule of its model.
        IntegrityError: a constraint of the database; nothing has been written.
    """
    act = flow.act(name)
    if not act.opens:
        raise ValueError(f"{flow.name}.{name} does not open a case; use perform")
    _reason(act, reason)
    if not cases:
        return
    model, moment = type(cases[0]), timezone.now()
    relations = {field.name for field in model._meta.concrete_fields if field.is_relation}
    with transaction.atomic():
        calendar = clock.calendar() if model.due_field else None
        for case in cases:
            _permit(act, case, viewer)
            _guard(act, case, viewer)
            case.state, case.state_since = act.end, moment
            _note_due(flow, case, [_participation(flow, act, case, viewer, "", moment, reason)], calendar)
            case.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)
        model._base_manager.bulk_create(cases, batch_size=500)
        Participation.objects.bulk_create(
            [_participation(flow, act, case, viewer, "", moment, reason) for case in cases], batch_size=500
        )
        from zongbu.desk.kernel.journal.append import Item  # models: not before the apps are ready

        items = (Item(case, case.number, reason, None, _snapshot(case)) for case in cases)
        journal.record_many(f"{flow.name}.{act.name}", viewer, items)


def perform(
    flow: Flow,
    name: str,
    model: type[SomeCase],
    pk: Any,
    viewer: Viewer,
    reason: str = "",
    change: Callable[[SomeCase], object] | None = None,
    *,
    seen: int | None = None,
) -> SomeCase:
    """Perform an act on a case, in one transaction: lock, read anew, check, change, write, journal.

    Args:
        change: what else changes: is given the locked case before it is moved, and may raise ``Refused``.
        seen: the ``version`` of the case that the person had before their eyes; refused if it is no longer that.

    Returns:
        The case as it was written.

    Raises:
        NotPermitted: role, scope, or a duty that the person already has in this case.
        Overtaken: the act is not possible in the present state, or somebody acted meanwhile; says who and when.
        Refused: the guard objects, a reason is missing, or there is no such case.
        ValidationError: the changed case breaks a rule of its model.
    """
    act = flow.act(name)
    if act.opens:
        raise ValueError(f"{flow.name}.{name} opens a case; use begin")
    with transaction.atomic():
        case = _locked(model, pk)
        past = history(flow, case)
        _permit(act, case, viewer)
        if case.state not in act.starts or (seen is not None and seen != case.version):
            raise Overtaken(_what_happened(flow, act, case, past, viewer))
        _separate(act, past, viewer)
        _guard(act, case, viewer)
        _reason(act, reason)
        before = _snapshot(case)
        if change is not None:
            change(case)
        start, moment = before["state"], timezone.now()
        case.state, case.state_since, case.version = act.end, moment, case.version + 1
        _note_due(flow, case, [*past, _participation(flow, act, case, viewer, start, moment, reason)])
        _write(case, force_update=True)
        after = _snapshot(case)
        changed = [name for name in after if after[name] != before[name]]
        _record(
            flow, act, case, viewer, start, moment, reason,
            {name: before[name] for name in changed}, {name: after[name] for name in changed},
        )  # fmt: skip
    return case


def possible(flow: Flow, case: Case, viewer: Viewer, past: Sequence[Participation] | None = None) -> list[Act]:
    """The acts that the viewer could perform now; one query, none where ``past`` (its ``history``) is given."""
    past = history(flow, case) if past is None else past
    return [act for act in flow.from_state(case.state) if not _hindrance(act, case, viewer, past)]


def hindrance(flow: Flow, name: str, case: Case, viewer: Viewer, past: Sequence[Participation] | None = None) -> str:
    """What keeps the viewer from performing an act now, for them to read; empty if nothing does. One query, none
    where ``past`` (its ``history``) is given."""
    act, past = flow.act(name), history(flow, case) if past is None else past
    if case.state not in act.starts:
        return _what_happened(flow, act, case, past, viewer)
    return _hindrance(act, case, viewer, past)


def history(flow: Flow, case: Case) -> list[Participation]:
    """What has been done to a case, from the first act to the latest."""
    if case.pk is None:
        return []
    return list(Participation.objects.filter(flow=flow.name, case=str(case.pk)).order_by("pk"))


def due(flow: Flow, case: Case, past: Sequence[Participation] | None = None) -> clock.Deadline | None:
    """By when the case's next act is due (the earliest of those possible in its state); None if no term runs."""
    return _due(flow, case, history(flow, case) if past is None else past, clock.calendar())


def dues(flow: Flow, cases: Sequence[Case]) -> dict[Any, clock.Deadline | None]:
    """``due`` of many cases by primary key, in one query for all of them."""
    past: dict[str, list[Participation]] = {str(case.pk): [] for case in cases}
    for one in Participation.objects.filter(flow=flow.name, case__in=past).order_by("pk"):
        past[one.case].append(one)
    calendar = clock.calendar()
    return {case.pk: _due(flow, case, past[str(case.pk)], calendar) for case in cases}


def renew_every_due() -> int:
    """Bring the days that cases keep (``due_field``) up to the calendars in force; how many changed.

    Which days are working days is often published after a term has begun. Every app names its cases in ``terms.py``
    (``KEPT_DUES``); done after a calendar is imported, and daily.
    """
    return sum(renew_dues(*kept) for several in provided("terms", "KEPT_DUES") for kept in several)


def renew_dues(flow: Flow, model: type[Case]) -> int:
    """The same for the cases of one flow."""
    field = model.due_field
    waiting = [state.name for state in flow.states if any(act.due is not None for act in flow.from_state(state.name))]
    changed, last = 0, 0
    found = model._base_manager.filter(state__in=waiting)
    if model.beside:
        found = found.select_related(*model.beside)
    while cases := list(found.filter(pk__gt=last).order_by("pk")[:500]):
        last = cases[-1].pk
        until = dues(flow, cases)
        for case in cases:
            deadline = until[case.pk]
            day = deadline.date if deadline is not None else None
            if getattr(case, field) != day:  # not over what somebody does at this moment
                changed += model._base_manager.filter(pk=case.pk, version=case.version).update(**{field: day})
    return changed


# --- checks ------------------------------------------------------------------------------------------------


def _locked(model: type[SomeCase], pk: Any) -> SomeCase:
    """The case, read anew and locked until the transaction ends (on SQLite the transaction itself is the lock)."""
    locked = model._base_manager.select_for_update(of=("self",))
    if model.beside:
        locked = locked.select_related(*model.beside)
    found: SomeCase | None = locked.filter(pk=pk).first()
    if found is None:
        raise Refused(_("这个事项不存在，可能已经删除。"))
    return found


def _permit(act: Act, case: Case, viewer: Viewer) -> None:
    if not act.performers.allows(case, viewer):
        raise NotPermitted(_("您的角色不能对这个事项办理「%(act)s」。") % {"act": act.label})


def _separate(act: Act, past: Iterable[Participation], viewer: Viewer) -> None:
    """The same person never has two different duties in a case, nor two roles that exclude each other."""
    for one in past:
        if one.person is None or one.person != viewer.person:
            continue
        if act.duty is not None and one.duty and one.duty != act.duty:
            raise NotPermitted(
                _("您已经以另一职责参与过这个事项，按职责分离的要求不能再办理「%(act)s」，请交由他人办理。")
                % {"act": act.label}
            )
        if excludes(Role(one.role), viewer.role):
            raise NotPermitted(
                _("您曾以「%(role)s」身份参与过这个事项，按职责分离的要求不能再办理「%(act)s」，请交由他人办理。")
                % {"role": Role(one.role).label, "act": act.label}
            )


def _guard(act: Act, case: Case, viewer: Viewer) -> None:
    objection = act.guard(case, viewer) if act.guard is not None else ""
    if objection:
        raise Refused(str(objection))


def _reason(act: Act, reason: str) -> None:
    if act.needs_reason and not reason.strip():
        raise Refused(_("办理「%(act)s」须说明理由。") % {"act": act.label})


def _hindrance(act: Act, case: Case, viewer: Viewer, past: Iterable[Participation]) -> str:
    try:
        _permit(act, case, viewer)
        _separate(act, past, viewer)
        _guard(act, case, viewer)
    except Refused as refused:
        return str(refused)
    return ""


def _what_happened(flow: Flow, act: Act, case: Case, past: Sequence[Participation], viewer: Viewer) -> str:
    """Why the act is no longer possible: who did what and when, and where the case is now."""
    state = flow.label(case.state)
    if not past:
        return _("「%(act)s」没有办理：事项现在的状态是「%(state)s」。") % {"act": act.label, "state": state}
    last = past[-1]
    outsider = viewer.role in ENTERPRISE and last.role not in ENTERPRISE
    if last.person is not None and last.person == viewer.person:
        who = _("您")
    else:
        # Enterprises deal with an office, not with the person who happens to sit there.
        who = (last.organisation_name if outsider else last.person_name) or _("他人")
    return _(
        "「%(act)s」没有办理：%(who)s已于%(moment)s办理「%(done)s」，事项现在的状态是「%(state)s」。请查看最新情况后再决定。"
    ) % {
        "act": act.label,
        "who": who,
        "moment": date_format(timezone.localtime(last.moment), "Y-m-d H:i:s"),
        "done": next((one.label for one in flow.acts if one.name == last.act), last.act),
        "state": state,
    }


# --- writing -----------------------------------------------------------------------------------------------


def _write(case: Case, **how: Any) -> None:
    """Check the fields of a case and write it.

    Keys and constraints are the database's to check: asking it for each beforehand costs a query each, a third of the
    whole act. Only when it refuses are they looked at one by one, for words that tell which rule was broken.

    Raises:
        ValidationError: a field or a rule of the model.
    """
    relations = {field.name for field in case._meta.concrete_fields if field.is_relation}
    case.full_clean(exclude=relations, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            case.save(**how)
    except IntegrityError:
        case.full_clean()
        raise


def _note_due(flow: Flow, case: Case, past: Sequence[Participation], calendar: clock.Calendar | None = None) -> None:
    """Leave in the case by when its next act is due, where its model has a field for that."""
    if not case.due_field:
        return
    runs = any(act.due is not None for act in flow.from_state(case.state))
    deadline = _due(flow, case, past, calendar or clock.calendar()) if runs else None
    setattr(case, case.due_field, deadline.date if deadline is not None else None)


def _snapshot(case: Case) -> dict[str, Any]:
    """The values of a case's fields, as far as the journal may keep them; ``state`` always."""
    left_out = case.unjournalled | {"version", "state_since", case.due_field}
    return {
        field.attname: field.value_from_object(case)
        for field in case._meta.concrete_fields
        if field.name not in left_out and field.attname not in left_out
    }


def _record(
    flow: Flow,
    act: Act,
    case: Case,
    viewer: Viewer,
    start: str,
    moment: datetime,
    reason: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    _participation(flow, act, case, viewer, start, moment, reason).save(force_insert=True)
    journal.record(f"{flow.name}.{act.name}", viewer, case, case=case.number, reason=reason, before=before, after=after)


def _participation(
    flow: Flow, act: Act, case: Case, viewer: Viewer, start: str, moment: datetime, reason: str
) -> Participation:
    return Participation(
        flow=flow.name,
        case=str(case.pk),
        act=act.name,
        duty=act.duty or "",
        start=start,
        end=act.end,
        moment=moment,
        person=viewer.person,
        person_name=viewer.name,
        role=viewer.role,
        organisation=viewer.organisation,
        organisation_name=viewer.organisation_name,
        reason=reason,
    )


# --- terms -------------------------------------------------------------------------------------------------


def _due(flow: Flow, case: Case, past: Sequence[Participation], calendar: clock.Calendar) -> clock.Deadline | None:
    pauses = _pauses(flow, case, past)
    found = [
        deadline
        for act in flow.from_state(case.state)
        if act.due is not None and (deadline := _deadline(act.due, case, past, pauses, calendar)) is not None
    ]
    # A clock that stands still has no date yet: it comes after those that have one.
    return min(found, key=lambda one: (one.date is None, one.date or date.max), default=None)


def _deadline(
    term: Term,
    case: Case,
    past: Sequence[Participation],
    pauses: Sequence[clock.Pause],
    calendar: clock.Calendar,
) -> clock.Deadline | None:
    length = term.length(case) if callable(term.length) else term.length
    moment = _began(term, past) if term.origins else case.state_since
    if length is None or moment is None:
        return None
    start = timezone.localdate(moment)
    return clock.Deadline(
        start,
        length,
        term.unit,
        tuple(pause for pause in pauses if term.stops and (pause.end is None or pause.end > start)),
        source=term.source,
        rolls=term.rolls,
        calendar=calendar,
    )


def _began(term: Term, past: Sequence[Participation]) -> datetime | None:
    """When a term that runs from acts began; None if none of them has been done."""
    latest = next((one.moment for one in reversed(past) if one.act in term.origins), None)
    if term.restarts is None:
        return latest
    anew = next((one.moment for one in reversed(past) if one.act in (term.restarts or ())), None)
    return anew or next((one.moment for one in past if one.act in term.origins), None)


def _pauses(flow: Flow, case: Case, past: Sequence[Participation]) -> list[clock.Pause]:
    """The times the case has spent in states that stop the clock, from what was recorded."""
    found: list[clock.Pause] = []
    for one, following in zip(past, chain(past[1:], [None]), strict=False):  # a case may have no past at all
        state = flow.by_name.get(one.end)
        if state is None or not state.stops:
            continue
        end = timezone.localdate(following.moment) if following is not None else None
        found.append(clock.Pause(timezone.localdate(one.moment), end, state.stops))
    return found
