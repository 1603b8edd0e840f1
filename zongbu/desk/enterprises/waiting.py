"""What waits in the register for somebody: findings to be made, a draft to be submitted, a record to be opened."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises import groups, queries
from zongbu.desk.enterprises.access import KEEPERS_OF_GROUPS, RECORDERS
from zongbu.desk.enterprises.exchange.queries import to_confirm
from zongbu.desk.kernel.roles import DEPARTMENT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting

ORIENTATION = "fits_industrial_orientation"
"""The finding that every recognition needs."""


def waiting(viewer: Viewer) -> list[Waiting]:
    """At most three short queries; nothing for those who only look."""
    found = _own_work(viewer)
    if viewer.role in KEEPERS_OF_GROUPS and (count := groups.to_answer(viewer).count()):
        found.append(Waiting(_("待答复的集团关系"), count, reverse("enterprises:proposals")))
    return found


def _own_work(viewer: Viewer) -> list[Waiting]:
    if viewer.role in ENTERPRISE:
        own = queries.enterprises(viewer).first()
        if own is None:
            return [Waiting(_("建立企业档案"), 1, reverse("enterprises:register"))]
        if years := list(queries.drafts(own).values_list("year", flat=True)):
            there = f"{reverse('enterprises:declare', args=[own.uscc])}?year={years[0]}"
            return [Waiting(_("草稿·未提交"), len(years), there)]
        last = timezone.localdate().year - 1
        if not any(key.endswith(f"@{last}") for key in own.known):
            return [Waiting(_("上年度数据待申报"), 1, reverse("enterprises:declare", args=[own.uscc]))]
    if viewer.role in DEPARTMENT:
        count = queries.enterprises(viewer).exclude(known__has_key=ORIENTATION).count()
        if count:
            return [Waiting(_("待认定产业导向"), count, f"{reverse('enterprises:list')}?lacks={ORIENTATION}")]
    if viewer.role in RECORDERS:
        count = to_confirm(viewer).count()
        if count:
            return [Waiting(_("待确认的导入"), count, reverse("enterprises:imports"))]
    return []


COUNTINGS = (Counting(waiting, frozenset({"enterprises", "people", "registration"})),)
