"""What stands in the way of an act where no money is given: case and viewer → a sentence for the person, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.law.amounts import day as in_words
from zongbu.law.errors import InputError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zongbu.desk.support.models import Milestone, SelectionList, SupportRequest


def asking(case: SupportRequest, viewer: Viewer) -> StrOrPromise:
    """Nothing keeps the enterprise from the measure, as far as is known, and it has not been asked for already."""
    return _checked(case, strict=False)


def resubmitting(case: SupportRequest, viewer: Viewer) -> StrOrPromise:
    """Still not kept from it."""
    return _checked(case, strict=False)


def granting(case: SupportRequest, viewer: Viewer) -> StrOrPromise:
    """Entitled, as things are at the moment; what cannot be told has to be found out first."""
    return _checked(case, strict=True)


def reopening(case: SupportRequest, viewer: Viewer) -> StrOrPromise:
    """Its place has not been taken by another request meanwhile, and what it takes to decide is still there."""
    if case.forgotten_at is not None:
        return _("这份申请的个人信息已按保存期限删除，请企业重新申请。")
    return _checked(case, strict=False)


def proposing(case: SelectionList, viewer: Viewer) -> StrOrPromise:
    """Of each candidate it is said whether it is proposed, and why."""
    found = list(case.candidates.all())
    if not found:
        return _("名单里还没有候选。")
    if any(one.proposed is None for one in found):
        return _("还有候选没有写明是否拟列入。")
    if any(not one.grounds.strip() for one in found):
        return _("还有候选没有写明理由。")
    number = sum(one.proposed is True for one in found)
    if case.places is not None and number > case.places:
        return _("拟列入%(number)s个，超过名额%(places)s个。") % {"number": number, "places": case.places}
    return ""


def publishing(case: SelectionList, viewer: Viewer) -> StrOrPromise:
    """Nobody is published whom something keeps from the measure by now."""
    from zongbu.desk.support.unpaid.selecting import kept_from

    found = kept_from(case)
    if found:
        name, why = next(iter(found.items()))
        return _("%(name)s%(why)s，请决定人退回重拟。") % {"name": name, "why": why}
    return ""


def missing(case: Milestone, viewer: Viewer) -> StrOrPromise:
    """Nothing is missed before its day is over."""
    if timezone.localdate() <= case.due_on:
        return _("%(day)s才到期，不能现在确认未完成。") % {"day": in_words(case.due_on)}
    return ""


def _checked(case: SupportRequest, *, strict: bool) -> StrOrPromise:
    from zongbu.desk.support import checks
    from zongbu.desk.support.unpaid import requesting

    try:
        found = requesting.of(case)
    except (Refused, InputError) as error:
        return str(error)
    return checks.against(found, strict=strict)
