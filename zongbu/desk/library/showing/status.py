"""Where a policy stands on a day, and what its reader must know first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.library.showing.views import Banner
from zongbu.law import Policy, amounts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LABELS: dict[str, tuple[StrOrPromise, str]] = {
    "draft": (gettext_lazy("征求意见稿"), "open"),
    "repealed": (gettext_lazy("已废止"), "refused"),
    "ahead": (gettext_lazy("尚未施行"), "open"),
    "expired": (gettext_lazy("有效期已过"), "refused"),
    "superseded": (gettext_lazy("施行中，已有接续文件"), "open"),
    "in_force": (gettext_lazy("施行中"), "met"),
}
"""Status → label and tone."""


def status_of(policy: Policy, day: date) -> str:
    """``draft``, ``repealed``, ``ahead``, ``expired``, ``superseded`` (in force by its own dates, but a successor
    exists) or ``in_force``."""
    if policy.status == "征求意见":
        return "draft"
    if policy.status == "废止":
        return "repealed"
    if policy.effective_from is None or day < policy.effective_from:
        return "ahead"
    if policy.effective_until is not None and day > policy.effective_until:
        return "expired"
    return "superseded" if policy.head.get("被取代") else "in_force"


def status_label(policy: Policy, day: date) -> tuple[StrOrPromise, str]:
    """Label and tone of the status."""
    return LABELS[status_of(policy, day)]


def banners(policy: Policy, day: date, lang: str, demonstrated: Iterable[str]) -> Iterator[Banner]:
    """What a reader must know first; ``demonstrated`` are the titles of parameters with demonstration values."""
    status = status_of(policy, day)
    if status == "draft":
        yield Banner(
            "open",
            _("征求意见稿，不是生效的政策"),
            _("可以阅读、试评和模拟，不能据以作出决定。文字以后可能改变。"),
        )
    elif status == "repealed":
        yield Banner("refused", _("已废止"), _("不再作为新决定的依据，只供查阅和核对以往的决定。"))
    elif status == "ahead":
        start = amounts.day(policy.effective_from, lang) if policy.effective_from else _("未定")
        yield Banner("open", _("尚未施行"), _("施行日期：%(day)s。") % {"day": start})
    elif status == "expired":
        assert policy.effective_until is not None
        yield Banner(
            "refused",
            _("有效期已过"),
            _("有效期至%(day)s。只供查阅和核对以往的决定。") % {"day": amounts.day(policy.effective_until, lang)},
        )
    if successor := policy.head.get("被取代"):
        yield Banner(
            "open",
            _("已有接续文件：%(document)s") % {"document": successor},
            _("本文件按自身写明的有效期仍可查阅和核对；新的事项以接续文件为准。接续文件全文未取得，这里不推算。"),
        )
    if titles := list(demonstrated):
        joined = ("、" if lang == "zh" else ", ").join(titles)
        yield Banner(
            "open",
            _("演示参数"),
            _("下列参数没有公布，现用演示值，不代表任何官方标准：%(titles)s。") % {"titles": joined},
            demonstration=True,
        )
