"""How long what is personal in requests is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import once
from zongbu.desk.support.actions import requests as actions
from zongbu.desk.support.forms.quotas import RetentionForm
from zongbu.desk.support.models import RetentionRule
from zongbu.desk.support.views.quotas.common import act_page, crumb


@require_http_methods(["GET", "HEAD", "POST"])
@once
def retention(request: HttpRequest) -> HttpResponse:
    """How long what is personal is kept; the lead of the city office sets it."""
    viewer = viewer_of(request)
    held = actions.rule()
    may = viewer.role == Role.CITY_LEAD and viewer.writes
    form = RetentionForm(
        request.POST if request.method == "POST" else None, initial={"days": held.days if held else None}
    )
    context = {
        "title": _("个人信息保存期限"),
        "lead": _("事项办结满这么多天，事项、说明、联系人和附件由每日任务删除；编号、措施和结果保留。"),
        "submit": _("设定"),
        "cancel": reverse("support:requests"),
        "crumbs": [crumb(_("服务申请"), "requests")],
        "rules": list(RetentionRule.objects.order_by("-pk")[:20]),
        "may": may,
    }
    return act_page(
        request,
        form,
        lambda: actions.keep_for(viewer, form.cleaned_data["days"], form.cleaned_data["reason"]),
        done=_("已设定，从今天的每日任务起执行。"),
        to=reverse("support:retention"),
        context=context,
        template="support/quotas/retention.html",
    )
