"""What happened to an enterprise on a day: material changes, the dishonesty list, bans, referrals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions, queries
from zongbu.desk.enterprises.actions.appending import append, check_day, check_district, link, locked
from zongbu.desk.enterprises.models import (
    Ban,
    DishonestyListing,
    Enterprise,
    EvidenceFile,
    FactRecord,
    MaterialChange,
    Referral,
    Source,
)
from zongbu.desk.enterprises.values import Key, checked, key_of
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policies
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.people.models import Organisation
from zongbu.law import InputError

Kind, Status = MaterialChange.Kind, Enterprise.Status


# --- material changes (十九) --------------------------------------------------------------------------------


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
    evidence: Iterable[EvidenceFile] = (),
) -> MaterialChange:
    """Record a material change and what follows from it for the record.

    A rename needs the new name in ``after``, a move in or within the city the ``district``. ``absorbed`` says of a
    merger that this enterprise went into ``other``.

    Raises:
        PermissionDenied: neither the city office nor the district.
        InputError: what is needed is missing, or does not fit.
    """
    check_day(happened_on)
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
            status=_status_after(kind, absorbed),
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
                **({"evidence": names} if names else {}),
            },
        )
    return change


def withdraw_change(viewer: Viewer, old: MaterialChange, reason: str) -> None:
    """Withdraw a change that was recorded by mistake; what it changed in the record counts as it did before.

    Raises:
        PermissionDenied: as for ``record_change``.
        InputError: no reason, or it is withdrawn already.
    """
    _need(reason)
    with transaction.atomic():
        enterprise = locked(old.enterprise)
        if not permissions.may_record(viewer, enterprise):
            raise PermissionDenied
        change = MaterialChange.objects.select_for_update().get(pk=old.pk)
        _still_standing(change.withdrawn_at)
        back: dict[Key, str] = {}
        if change.recording_id is not None:
            for record in FactRecord.objects.filter(enterprise=enterprise, recording=change.recording_id):
                key = key_of(record.fact)
                if key is not None:
                    back[key] = _without(enterprise, record)
        if any(key.fact.identifier == "district" and value for key, value in back.items()):
            check_district(viewer, enterprise, back, change.happened_on)
        if back:
            append(
                enterprise,
                viewer,
                back,
                valid_from=change.happened_on,
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
            after={key.text: value for key, value in back.items()},
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


# --- the dishonesty list ----------------------------------------------------------------------------------


def list_dishonest(
    viewer: Viewer,
    enterprise: Enterprise,
    listed_on: date,
    *,
    source_name: str,
    due_on: date | None = None,
    authority: str = "",
    ground: str = "",
    evidence: Iterable[EvidenceFile] = (),
) -> DishonestyListing:
    """Record that an enterprise was put on the list of seriously dishonest entities.

    Raises:
        PermissionDenied: neither the city office nor the district.
        InputError: no source, or a day that cannot be.
    """
    check_day(listed_on)
    if not source_name.strip():
        raise InputError(_("请写明数据来源（登记机关、文件或系统）"))
    if due_on is not None and due_on < listed_on:
        raise InputError(_("期满日期早于列入日期"))
    with transaction.atomic():
        enterprise = _for_recording(viewer, enterprise)
        listing = DishonestyListing.objects.create(
            enterprise=enterprise,
            listed_on=listed_on,
            due_on=due_on,
            authority=authority.strip()[:200],
            ground=ground.strip()[:300],
            source_name=source_name.strip()[:200],
            recorded_by_id=viewer.person,
        )
        link(evidence, enterprise, listing=listing)
        _touch(enterprise)
        journal.record(
            "enterprises.list_dishonest",
            viewer,
            enterprise,
            reason=ground.strip(),
            after={"listed_on": listed_on.isoformat(), "source_name": source_name.strip()},
        )
    return listing


def remove_from_list(
    viewer: Viewer, old: DishonestyListing, removed_on: date, *, source_name: str
) -> DishonestyListing:
    """Record the removal from the list; from that day on the enterprise is not listed.

    Raises:
        PermissionDenied, InputError: as for ``list_dishonest``.
    """
    check_day(removed_on)
    if not source_name.strip():
        raise InputError(_("请写明数据来源（登记机关、文件或系统）"))
    with transaction.atomic():
        enterprise = _for_recording(viewer, old.enterprise)
        listing = DishonestyListing.objects.select_for_update().get(pk=old.pk)
        _still_standing(listing.withdrawn_at)
        if listing.removed_on is not None:
            raise InputError(_("已经记录过移出"))
        if removed_on < listing.listed_on:
            raise InputError(_("移出日期早于列入日期"))
        listing.removed_on, listing.removal_recorded_at = removed_on, timezone.now()
        listing.removal_source = source_name.strip()[:200]
        listing.save(update_fields=["removed_on", "removal_recorded_at", "removal_source"])
        _touch(enterprise)
        journal.record(
            "enterprises.remove_from_list",
            viewer,
            enterprise,
            before={"listed_on": listing.listed_on.isoformat()},
            after={
                "removed_on": removed_on.isoformat(),
                "early": listing.removed_early,
                "source_name": source_name.strip(),
            },
        )
    return listing


def withdraw_listing(viewer: Viewer, old: DishonestyListing, reason: str) -> None:
    """Withdraw an entry of the list that was made by mistake."""
    _need(reason)
    with transaction.atomic():
        enterprise = _for_recording(viewer, old.enterprise)
        _withdraw("enterprises.withdraw_listing", viewer, enterprise, DishonestyListing, old.pk, reason)


# --- bans (二十二) -------------------------------------------------------------------------------------------


def last_barred_day(starts: date) -> date | None:
    """The last day of a ban that starts on a day, by the length that a policy in force then gives (``ban_years``):
    2024-03-15 and two years give 2026-03-15. None where no policy in force gives it."""
    for policy in policies():
        parameter = policy.parameters.get("ban_years")
        period = parameter.at(starts) if parameter is not None and policy.in_force(starts) else None
        if period is not None and isinstance(period.value, Decimal):
            return years_later(starts, int(period.value))
    return None


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def bar(
    viewer: Viewer,
    enterprise: Enterprise,
    starts: date,
    *,
    ground: str,
    source_name: str,
    last_day: date | None = None,
    evidence: Iterable[EvidenceFile] = (),
) -> Ban:
    """Bar an enterprise from applying, from the day of revocation to the last day (both included).

    Raises:
        PermissionDenied: not the city office.
        InputError: no ground or source; no policy in force gives a length and no last day is given.
    """
    check_day(starts)
    if not ground.strip() or not source_name.strip():
        raise InputError(_("请写明事由和依据"))
    last = last_day or last_barred_day(starts)
    if last is None:
        raise InputError(_("当时施行的政策没有规定禁申年限，请填写最后一日"))
    if last < starts:
        raise InputError(_("最后一日早于起算日"))
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_bar(viewer):
            raise PermissionDenied
        ban = Ban.objects.create(
            enterprise=enterprise,
            starts=starts,
            last_day=last,
            ground=ground.strip()[:300],
            source_name=source_name.strip()[:200],
            recorded_by_id=viewer.person,
        )
        link(evidence, enterprise, ban=ban)
        _touch(enterprise)
        journal.record(
            "enterprises.bar",
            viewer,
            enterprise,
            reason=ground.strip(),
            after={"starts": starts.isoformat(), "last_day": last.isoformat(), "source_name": source_name.strip()},
        )
    return ban


def withdraw_ban(viewer: Viewer, old: Ban, reason: str) -> None:
    """Withdraw a ban that was recorded by mistake or has been lifted as unlawful."""
    _need(reason)
    if not permissions.may_bar(viewer):
        raise PermissionDenied
    with transaction.atomic():
        _withdraw("enterprises.withdraw_ban", viewer, locked(old.enterprise), Ban, old.pk, reason)


# --- referrals --------------------------------------------------------------------------------------------


def refer(
    viewer: Viewer, enterprise: Enterprise, organisation: Organisation, reason: str, *, until: date | None = None
) -> Referral:
    """Let a department or an inspector see an enterprise, until a day (included) or until it is ended.

    Raises:
        PermissionDenied: neither the city office nor the district.
        InputError: no reason, not a department or inspector, or referred already.
    """
    _need(reason)
    if organisation.kind not in (Organisation.Kind.DEPARTMENT, Organisation.Kind.INSPECTOR):
        raise InputError(_("只能转给部门或第三方检查机构"))
    if until is not None and until < timezone.localdate():
        raise InputError(_("截止日期早于今天"))
    with transaction.atomic():
        enterprise = _for_recording(viewer, enterprise)
        try:
            with transaction.atomic():
                made = Referral.objects.create(
                    enterprise=enterprise,
                    organisation=organisation,
                    until=until,
                    reason=reason.strip()[:300],
                    recorded_by_id=viewer.person,
                )
        except IntegrityError:
            raise InputError(_("已经转给 %s") % organisation) from None
        journal.record(
            "enterprises.refer",
            viewer,
            enterprise,
            reason=reason.strip(),
            after={"organisation": organisation.name, "until": until.isoformat() if until else ""},
        )
    return made


def end_referral(viewer: Viewer, old: Referral, reason: str = "") -> None:
    """The department sees the enterprise no longer."""
    with transaction.atomic():
        enterprise = _for_recording(viewer, old.enterprise)
        found = Referral.objects.select_for_update().select_related("organisation").get(pk=old.pk)
        _still_standing(found.ended_at)
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        journal.record(
            "enterprises.end_referral",
            viewer,
            enterprise,
            reason=reason,
            before={"organisation": found.organisation.name},
        )


# --- what they share --------------------------------------------------------------------------------------


def _for_recording(viewer: Viewer, enterprise: Enterprise) -> Enterprise:
    found = locked(enterprise)
    if not permissions.may_record(viewer, found):
        raise PermissionDenied
    return found


def _need(reason: str) -> None:
    if not reason.strip():
        raise InputError(_("请写明理由"))


def _still_standing(ended: object) -> None:
    if ended is not None:
        raise InputError(_("已经撤销或终止"))


def _touch(enterprise: Enterprise) -> None:
    enterprise.updated_at = max(timezone.now(), enterprise.updated_at)
    enterprise.revision += 1
    enterprise.save(update_fields=["updated_at", "revision"])


def _withdraw(
    act: str,
    viewer: Viewer,
    enterprise: Enterprise,
    model: type[DishonestyListing] | type[Ban],
    key: int,
    reason: str,
) -> None:
    found = model._default_manager.select_for_update().get(pk=key)
    _still_standing(found.withdrawn_at)
    found.withdrawn_at, found.withdrawn_reason = timezone.now(), reason.strip()[:300]
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    _touch(enterprise)
    journal.record(act, viewer, enterprise, reason=reason.strip(), before={"entry": str(found)})
