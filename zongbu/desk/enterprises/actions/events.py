"""What is held against an enterprise and to whom it is referred: the dishonesty list, bans, referrals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions
from zongbu.desk.enterprises.actions.appending import check_day, link, locked, need, still_standing
from zongbu.desk.enterprises.models import (
    Ban,
    DishonestyListing,
    Enterprise,
    EvidenceFile,
    Referral,
)
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policies
from zongbu.desk.people.models import Organisation
from zongbu.law import InputError

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
        still_standing(listing.withdrawn_at)
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
    need(reason)
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
    need(reason)
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
    need(reason)
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
        still_standing(found.ended_at)
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
    still_standing(found.withdrawn_at)
    found.withdrawn_at, found.withdrawn_reason = timezone.now(), reason.strip()[:300]
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    _touch(enterprise)
    journal.record(act, viewer, enterprise, reason=reason.strip(), before={"entry": str(found)})
