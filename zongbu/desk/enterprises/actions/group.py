"""Keeping groups: ties between members, and who claims which figure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import groups, permissions, values
from zongbu.desk.enterprises.actions.appending import check_day, link, locked, need
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, GroupRegister, GroupTie, MetricClaim, Source
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.law import InputError

Kind, Location = GroupTie.Kind, GroupTie.Location


def tie(
    viewer: Viewer,
    parent: Enterprise,
    *,
    kind: str,
    name: str,
    location: str,
    starts: date,
    until: date | None = None,
    uscc: str = "",
    share: Decimal | str | None = None,
    district: str = "",
    place: str = "",
    source_name: str = "",
    reason: str = "",
    evidence: Iterable[EvidenceFile] = (),
) -> GroupTie:
    """Add a branch or a subsidiary; ``share`` as a ratio (0.5 is 50 %).

    If it has a record of its own the tie is proposed, and counts when somebody who answers for it confirms it; it
    counts at once if the viewer answers for both. What the city office records needs nobody's answer.

    Raises:
        PermissionDenied: neither its own people, nor its district, nor the city office.
        InputError: it would close a circle, is there already, or does not fit together.
    """
    check_day(starts)
    held = _share(kind, share)
    if not name.strip():
        raise InputError(_("请填写名称"))
    if location not in Location.values or (location == Location.IN_CITY and district and district not in DISTRICTS):
        raise InputError(_("所在地不对"))
    if until is not None and until < starts:
        raise InputError(_("结束日期早于开始日期"))
    code = uscc.strip().upper()
    with transaction.atomic():
        _lock_register()
        parent = locked(parent)
        if not permissions.may_tie(viewer, parent):
            raise PermissionDenied
        child = Enterprise.objects.filter(uscc=code).first() if code else None
        sure = viewer.role in CITY or (child is not None and permissions.may_tie(viewer, child))
        if child is not None:
            _refuse_circle(parent, child, starts, until)
        same = GroupTie.objects.filter(parent=parent, withdrawn_at=None, kind=kind)
        same = same.filter(uscc=code) if code else same.filter(name=name.strip(), uscc="")
        if any(_overlap((one.starts, one.until), (starts, until)) for one in same):
            raise InputError(_("%s 在这段时间已经登记过；比例有变化的，先终止原来的一条") % name.strip())
        made = GroupTie.objects.create(
            parent=parent,
            child=child,
            kind=kind,
            name=child.name if child is not None and sure else name.strip()[:200],
            uscc=code[:18],
            share=held,
            location=location,
            district=district if location == Location.IN_CITY else "",
            place=place.strip()[:100],
            starts=starts,
            until=until,
            source=Source.DECLARED if permissions.may_declare(viewer, parent) else Source.REGISTRY,
            source_name=source_name.strip()[:200],
            reason=reason.strip()[:300],
            recorded_by_id=viewer.person,
            consent=GroupTie.Consent.CONFIRMED if sure else GroupTie.Consent.PROPOSED,
        )
        link(evidence, parent, tie=made)
        journal.record("enterprises.tie", viewer, parent, reason=reason.strip(), after=_told(made))
    return made


def answer_tie(viewer: Viewer, old: GroupTie, agreed: bool, reason: str = "") -> GroupTie:
    """Confirm or refuse a proposed tie for the enterprise that it names; what was refused may still be confirmed.

    Raises:
        PermissionDenied: neither its own people, nor its district, nor the city office.
        InputError: it has been answered or withdrawn already; refused without a reason; it would close a circle.
    """
    if not agreed:
        need(reason)
    with transaction.atomic():
        _lock_register()
        found = GroupTie.objects.select_for_update(of=("self",)).select_related("parent", "child").get(pk=old.pk)
        child = found.child
        if child is None or not permissions.may_tie(viewer, child):
            raise PermissionDenied
        answer = GroupTie.Consent.CONFIRMED if agreed else GroupTie.Consent.REFUSED
        if found.withdrawn_at is not None or found.consent in (GroupTie.Consent.CONFIRMED, answer):
            raise InputError(_("这条关系已经答复或撤销"))
        if agreed:
            _refuse_circle(found.parent, child, found.starts, found.until)
            found.name = child.name
        found.consent, found.answer_reason = answer, reason.strip()[:300]
        found.answered_at, found.answered_by_id = timezone.now(), viewer.person
        found.save(update_fields=["name", "consent", "answer_reason", "answered_at", "answered_by"])
        told = {"parent": found.parent.name, **_told(found), "consent": found.get_consent_display()}
        for subject in (found.parent, child):
            journal.record("enterprises.answer_tie", viewer, subject, reason=reason.strip(), after=told)
    return found


def end_tie(viewer: Viewer, old: GroupTie, until: date, reason: str = "") -> GroupTie:
    """The last day (included) of a tie.

    Raises:
        PermissionDenied, InputError: as for ``tie``; also where it has ended already.
    """
    with transaction.atomic():
        _lock_register()
        found = GroupTie.objects.select_for_update().select_related("parent").get(pk=old.pk)
        if not permissions.may_tie(viewer, found.parent):
            raise PermissionDenied
        if found.withdrawn_at is not None or found.until is not None:
            raise InputError(_("这条关系已经终止或撤销"))
        if not found.starts <= until <= timezone.localdate():
            raise InputError(_("终止日期应在开始日期之后、今天之前"))
        found.until, found.ended_at = until, timezone.now()
        found.save(update_fields=["until", "ended_at"])
        journal.record(
            "enterprises.end_tie", viewer, found.parent, reason=reason, before={"until": None}, after=_told(found)
        )
    return found


def withdraw_tie(viewer: Viewer, old: GroupTie, reason: str) -> GroupTie:
    """Withdraw a tie that was recorded by mistake.

    Raises:
        PermissionDenied, InputError: as for ``tie``; also without a reason.
    """
    if not reason.strip():
        raise InputError(_("请写明撤销理由"))
    with transaction.atomic():
        _lock_register()
        found = GroupTie.objects.select_for_update().select_related("parent").get(pk=old.pk)
        if not permissions.may_tie(viewer, found.parent):
            raise PermissionDenied
        if found.withdrawn_at is not None:
            raise InputError(_("这条关系已经终止或撤销"))
        found.withdrawn_at, found.reason = timezone.now(), reason.strip()[:300]
        found.save(update_fields=["withdrawn_at", "reason"])
        journal.record("enterprises.withdraw_tie", viewer, found.parent, reason=reason.strip(), before=_told(found))
    return found


def _share(kind: str, share: Decimal | str | None) -> Decimal | None:
    if kind == Kind.BRANCH:
        return None
    if kind != Kind.SUBSIDIARY:
        raise InputError(_("类别应为分公司或子公司"))
    try:
        held = Decimal(share) if share is not None else Decimal(0)
    except InvalidOperation:
        held = Decimal(0)
    if not 0 < held <= 1:
        raise InputError(_("控股比例应大于0%，不超过100%"))
    return held.quantize(Decimal("0.000001"))


def _told(made: GroupTie) -> dict[str, str]:
    return {
        "kind": made.kind,
        "name": made.name,
        "uscc": made.uscc,
        "share": str(made.share) if made.share is not None else "",
        "location": made.location,
        "starts": made.starts.isoformat(),
        "until": made.until.isoformat() if made.until is not None else "",
    }


def _lock_register() -> GroupRegister:
    """Whoever changes groups waits for whoever else does: together they might close a circle."""
    register, _made = GroupRegister.objects.select_for_update().get_or_create(pk=1)
    register.revision += 1
    register.save(update_fields=["revision"])
    return register


Span = tuple[date, date | None]


def _overlap(one: Span, other: Span) -> Span | None:
    start = max(one[0], other[0])
    ends = [end for end in (one[1], other[1]) if end is not None]
    end = min(ends) if ends else None
    return (start, end) if end is None or start <= end else None


def _refuse_circle(parent: Enterprise, child: Enterprise, starts: date, until: date | None) -> None:
    """What others merely say of the child stands in nobody's way: only ties that count make a circle.

    Raises:
        InputError: on some day of the span the child would hold the parent, by whatever way round.
    """
    if parent.pk == child.pk:
        raise InputError(_("企业不能是自己的分支机构"))
    waiting = deque([(child.pk, (starts, until), child.name)])
    seen: set[tuple[int, Span]] = set()
    while waiting:
        at, span, way = waiting.popleft()
        ties = GroupTie.objects.filter(groups.agreed(), parent=at, withdrawn_at=None).exclude(child=None)
        for found in ties.select_related("child"):
            common = _overlap(span, (found.starts, found.until))
            if common is None or found.child is None:
                continue
            told = f"{way} → {found.child.name}"
            if found.child_id == parent.pk:
                raise InputError(_("会形成循环持股：%s") % told)
            if (found.child.pk, common) not in seen:
                seen.add((found.child.pk, common))
                waiting.append((found.child.pk, common, told))


# --- whose figure is it -----------------------------------------------------------------------------------


def claim(
    viewer: Viewer, claimant: Enterprise, metric: str, year: int, *, basis: str, purpose: str = ""
) -> list[MetricClaim]:
    """Claim a figure: on its own basis that of the enterprise alone, on the group's basis also those of all members
    below it, by ties that count, that nobody has claimed yet.

    Raises:
        PermissionDenied: as for ``tie``.
        InputError: the enterprise's own figure is claimed already (the message says by whom).
    """
    fact = values.dictionary().get(metric)
    if fact is None or fact.period != "prior_year" or fact.type not in ("money", "integer"):
        raise InputError(_("只有按年度的金额和数量可以登记归属"))
    if basis not in MetricClaim.Basis.values:
        raise InputError(_("口径应为单体或集团"))
    with transaction.atomic():
        _lock_register()
        claimant = locked(claimant)
        if not permissions.may_tie(viewer, claimant):
            raise PermissionDenied
        below = groups.descendants(claimant, date(year, 12, 31)) if basis == MetricClaim.Basis.GROUP else {}
        members = {child for children in below.values() for child in children} - {claimant.pk}
        standing = {
            one.entity_id: one
            for one in MetricClaim.objects.filter(
                entity__in={claimant.pk, *members}, metric=metric, year=year, released_at=None
            ).select_related("claimant")
        }
        mine = standing.get(claimant.pk)
        if mine is not None:
            raise InputError(
                _("%(year)s年%(metric)s已由 %(claimant)s 申报，不能重复计入")
                % {"year": year, "metric": fact.title, "claimant": mine.claimant.name}
            )
        made = [
            MetricClaim.objects.create(
                entity_id=key,
                metric=metric,
                year=year,
                claimant=claimant,
                basis=basis,
                purpose=purpose.strip()[:200],
                recorded_by_id=viewer.person,
            )
            for key in (claimant.pk, *sorted(members - standing.keys()))
        ]
        journal.record(
            "enterprises.claim",
            viewer,
            claimant,
            reason=purpose.strip(),
            after={"metric": metric, "year": year, "basis": basis, "entities": [one.entity.uscc for one in made]},
        )
    return made


def release(viewer: Viewer, old: MetricClaim, reason: str) -> None:
    """Give a claimed figure free; if it is the claimant's own, everything that it claimed with it.

    Whoever answers for the entity whose figure it is may do so too, against the claimant's will: then only this one.

    Raises:
        PermissionDenied: neither the people of the claimant or the entity, nor their districts, nor the city office.
        InputError: no reason, or it is free already.
    """
    if not reason.strip():
        raise InputError(_("请写明理由"))
    with transaction.atomic():
        _lock_register()
        found = MetricClaim.objects.select_related("claimant", "entity").get(pk=old.pk)
        if not permissions.may_release(viewer, found):
            raise PermissionDenied
        if found.released_at is not None:
            raise InputError(_("已经释放"))
        concerned = MetricClaim.objects.filter(pk=found.pk)
        if found.entity_id == found.claimant_id:
            concerned = MetricClaim.objects.filter(
                claimant=found.claimant_id, metric=found.metric, year=found.year, released_at=None
            )
        entities = list(concerned.order_by("pk").values_list("entity__uscc", flat=True))
        concerned.update(released_at=timezone.now())
        for subject in dict.fromkeys((found.claimant, found.entity)):
            journal.record(
                "enterprises.release",
                viewer,
                subject,
                reason=reason.strip(),
                before={"metric": found.metric, "year": found.year, "entities": entities},
            )
