"""Material changes (十九): what happened on a day, and what follows from it for the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import permissions, queries, showing
from zongbu.desk.enterprises.actions.appending import (
    append,
    check_day,
    check_district,
    link,
    locked,
    need,
    refresh,
    still_standing,
)
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, FactRecord, MaterialChange, Source
from zongbu.desk.enterprises.values import Key, checked, key_of
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.law import InputError, amounts

Kind, Status = MaterialChange.Kind, Enterprise.Status


class Later(models.TextChoices):
    """What becomes of a change where the record says something else from a later day on."""

    ASK = "", gettext_lazy("先提示我")
    KEEP = "keep", gettext_lazy("更晚的记录是对的：只补记这段历史，现在的内容不变")
    REPLACE = "replace", gettext_lazy("更晚的记录有误：从那时起也按本次变更更正")


def record_change(
    viewer: Viewer,
    enterprise: Enterprise,
    kind: str,
    happened_on: date,
    *,
    after: str = "",
    before: str = "",
    district: str = "",
    other: Enterprise | None = None,
    absorbed: bool = False,
    note: str = "",
    source_name: str = "",
    later: str = Later.ASK,
    evidence: Iterable[EvidenceFile] = (),
) -> MaterialChange:
    """Record a material change and what follows from it for the record.

    A rename needs the new name in ``after``, a move in or within the city the ``district``. ``absorbed`` says of a
    merger that this enterprise went into ``other``. Where the record says something else from a later day on, the
    change would not show today: it is refused, unless ``later`` says which of the two is right.

    Raises:
        PermissionDenied: neither the city office nor the district.
        InputError: what is needed is missing, or does not fit; later records stand against it.
    """
    check_day(happened_on)
    if later not in Later.values:
        raise InputError(_("请选择如何处理更晚的记录"))
    if kind not in Kind.values:
        raise InputError(_("不认识的变更事项"))
    if kind in (Kind.MOVE_IN, Kind.MOVE_WITHIN) and district not in DISTRICTS:
        raise InputError(_("请选择迁入的区县"))
    if kind == Kind.RENAME and not after.strip():
        raise InputError(_("请填写新名称"))
    if kind == Kind.MERGER and absorbed and other is None:
        raise InputError(_("请填写并入的企业"))
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_record(viewer, enterprise):
            raise PermissionDenied
        if kind == Kind.RENAME:
            before = before or queries.facts_at(enterprise, happened_on).get("name", enterprise.name)
            if after.strip() == before:
                raise InputError(_("新名称与原名称相同"))
        if kind in (Kind.MOVE_IN, Kind.MOVE_WITHIN, Kind.MOVE_OUT):
            before = before or (district_name(enterprise.district) if kind != Kind.MOVE_IN else "")
            after = after or (district_name(district) if district else "")
        effects = _effects(kind, happened_on, after.strip(), district)
        if district:  # without one it moves out of the city and stays with the district that had it last
            check_district(viewer, enterprise, effects, happened_on)
        status = _status_after(kind, absorbed)
        against = _later_records(enterprise, effects, happened_on)
        _refuse_without_effect(enterprise, effects, happened_on, status, against, later)
        recording, was, now = append(
            enterprise,
            viewer,
            effects,
            valid_from=happened_on,
            source=Source.REGISTRY,
            source_name=source_name.strip() or str(Kind(kind).label),
            reason=note.strip(),
            always=True,
        )
        corrected = against if later == Later.REPLACE else []
        if corrected and recording is not None:
            texts = {key.fact.identifier: value for key, value in effects.items()}
            FactRecord.objects.bulk_create(
                FactRecord(
                    enterprise=enterprise,
                    fact=one.fact,
                    value=texts[one.fact],
                    valid_from=one.valid_from,
                    recording=recording,
                )
                for one in corrected
            )
            refresh(enterprise, recording.recorded_at)
        change = MaterialChange.objects.create(
            enterprise=enterprise,
            kind=kind,
            happened_on=happened_on,
            before=before.strip()[:300],
            after=after.strip()[:300],
            other=other,
            note=note.strip(),
            source_name=source_name.strip()[:200],
            recorded_by_id=viewer.person,
            status=status,
            recording=recording,
        )
        _bring_status_up_to_date(enterprise)
        names = link(evidence, enterprise, change=change)
        journal.record(
            "enterprises.record_change",
            viewer,
            enterprise,
            reason=note.strip(),
            before={"before": change.before, **was},
            after={
                "kind": kind,
                "happened_on": happened_on.isoformat(),
                "after": change.after,
                **now,
                **({"corrected_from": _days(corrected)} if corrected else {}),
                **({"evidence": names} if names else {}),
            },
        )
    return change


def _later_records(enterprise: Enterprise, effects: Mapping[Key, str], day: date) -> list[FactRecord]:
    """The records of later days that keep effects from showing today; none of a fact that today is as it should be."""
    wanted = {key.fact.identifier: value for key, value in effects.items()}
    found = FactRecord.objects.filter(enterprise=enterprise, fact__in=wanted, year=None, valid_from__gt=day)
    counting = {
        (one.fact, one.valid_from): one for one in found.select_related("recording").order_by("valid_from", "pk")
    }
    last = {one.fact: one for one in counting.values()}
    return [one for one in counting.values() if wanted[one.fact] not in (one.value, last[one.fact].value)]


def _refuse_without_effect(
    enterprise: Enterprise,
    effects: Mapping[Key, str],
    day: date,
    status: str,
    against: list[FactRecord],
    later: str,
) -> None:
    """Raises:
    InputError: the change would not show today, and nobody has said that this is meant.
    """
    if later == Later.KEEP:
        return
    if status:
        newer = MaterialChange.objects.filter(enterprise=enterprise, withdrawn_at=None, happened_on__gt=day)
        last = newer.exclude(status="").order_by("happened_on", "pk").last()
        if last is not None and last.status != status:
            raise InputError(
                _("之后（%(day)s）已记录“%(change)s”，企业状态以它为准。它有误的，请先撤销；无误的，请选择只补记历史")
                % {"day": amounts.day(last.happened_on, language()), "change": last.get_kind_display()}
            )
    if against and later != Later.REPLACE:
        facts = {key.fact.identifier: key.fact for key in effects}
        told = "；".join(
            _("%(fact)s自%(day)s起为“%(value)s”（%(source)s）")
            % {
                "fact": showing.title(facts[one.fact]),
                "day": amounts.day(one.valid_from, language()),
                "value": showing.show(facts[one.fact], one.value) or _("未知"),
                "source": one.recording.source_name or one.recording.get_source_display(),
            }
            for one in against
        )
        raise InputError(
            _(
                "已有更晚日期的记录：%s。按这个发生日期记录，档案现在的内容不会改变。请核对日期，或选择如何处理更晚的记录"
            )
            % told
        )


def _days(records: Iterable[FactRecord]) -> list[str]:
    return sorted({one.valid_from.isoformat() for one in records})


def withdraw_change(viewer: Viewer, old: MaterialChange, reason: str) -> None:
    """Withdraw a change that was recorded by mistake; what it changed in the record counts as it did before.

    Raises:
        PermissionDenied: as for ``record_change``.
        InputError: no reason, or it is withdrawn already.
    """
    need(reason)
    with transaction.atomic():
        enterprise = locked(old.enterprise)
        if not permissions.may_record(viewer, enterprise):
            raise PermissionDenied
        change = MaterialChange.objects.select_for_update().get(pk=old.pk)
        still_standing(change.withdrawn_at)
        days: dict[date, dict[Key, str]] = {}
        if change.recording_id is not None:
            made = FactRecord.objects.filter(enterprise=enterprise, recording=change.recording_id)
            for record in made.order_by("valid_from", "pk"):
                key = key_of(record.fact)
                if key is not None:
                    days.setdefault(record.valid_from, {})[key] = _without(enterprise, record)
        for day, back in days.items():
            if any(key.fact.identifier == "district" and value for key, value in back.items()):
                check_district(viewer, enterprise, back, day)
        for day, back in days.items():
            append(
                enterprise,
                viewer,
                back,
                valid_from=day,
                source=Source.REGISTRY,
                source_name=_("撤销误录的%s") % change.get_kind_display(),
                reason=reason.strip(),
                always=True,
            )
        change.withdrawn_at, change.withdrawn_reason = timezone.now(), reason.strip()[:300]
        change.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        _bring_status_up_to_date(enterprise)
        journal.record(
            "enterprises.withdraw_change",
            viewer,
            enterprise,
            reason=reason.strip(),
            before={"kind": change.kind, "happened_on": change.happened_on.isoformat(), "after": change.after},
            after={key.text: value for _day, back in sorted(days.items()) for key, value in back.items()},
        )


def _effects(kind: str, happened_on: date, after: str, district: str) -> dict[Key, str]:
    match kind:
        case Kind.RENAME:
            given: dict[str, object] = {"name": after}
        case Kind.MOVE_WITHIN:
            given = {"district": district}
        case Kind.MOVE_IN:
            given = {"district": district, "city_entry_date": happened_on, "registered_in_city": True}
        case Kind.MOVE_OUT:
            given = {"district": district, "registered_in_city": False}
        case _:
            given = {}
    return checked(given, happened_on.year - 1)


def _status_after(kind: str, absorbed: bool) -> str:
    match kind:
        case Kind.MOVE_IN:
            return Status.ACTIVE
        case Kind.MOVE_OUT:
            return Status.MOVED_OUT
        case Kind.LIQUIDATION:
            return Status.LIQUIDATING
        case Kind.DISSOLUTION:
            return Status.DISSOLVED
        case Kind.MERGER if absorbed:
            return Status.MERGED
        case _:
            return ""


def _bring_status_up_to_date(enterprise: Enterprise) -> None:
    latest = (
        MaterialChange.objects.filter(enterprise=enterprise, withdrawn_at=None)
        .exclude(status="")
        .order_by("happened_on", "pk")
        .last()
    )
    status = latest.status if latest is not None else Status.ACTIVE
    if enterprise.status != status:
        enterprise.status = status
        enterprise.save(update_fields=["status"])


def _without(enterprise: Enterprise, record: FactRecord) -> str:
    """What would count on the first day of a record if it had not been made."""
    others = FactRecord.objects.filter(
        enterprise=enterprise, fact=record.fact, year=None, valid_from__lte=record.valid_from
    )
    best = others.exclude(recording=record.recording_id).order_by("valid_from", "pk").last()
    return best.value if best is not None else ""
