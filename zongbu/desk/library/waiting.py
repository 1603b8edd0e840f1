"""What waits in the library: proposals to be decided, comments to be looked at."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting
from zongbu.desk.library.models import Comment, EnteredValue, SuspensionOrder


def waiting(viewer: Viewer) -> list[Waiting]:
    """Proposals of others for a lead of the city office; comments to moderate for the whole office."""
    if viewer.role not in CITY or not viewer.writes:
        return []
    found: list[Waiting] = []
    if viewer.role == Role.CITY_LEAD:
        for label, model, route in (
            (_("待核准的参数值"), EnteredValue, "library:values"),
            (_("待核准的措施暂停或恢复"), SuspensionOrder, "library:suspensions"),
        ):
            count = model.objects.filter(state="proposed").exclude(proposed_by=viewer.person).count()
            if count:
                found.append(Waiting(label, count, f"{reverse(route)}?state=proposed"))
    comments = (
        Comment.objects.filter(state=Comment.State.WAITING)
        .values("consultation", "consultation__title")
        .annotate(number=Count("pk"))
        .order_by("consultation")
    )
    for row in comments:
        name = _("待审核的意见：%(title)s") % {"title": row["consultation__title"]}
        url = f"{reverse('library:comments', args=[row['consultation']])}?state=waiting"
        found.append(Waiting(name, row["number"], url))
    return found


_CONCERNED = frozenset({"library", "parameter_value", "measure_suspension", "people"})
COUNTINGS = (Counting(waiting, _CONCERNED, personal=True),)
