"""What districts do on the page of an application: check, comment, return, recommend, except from the group rule."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import applications, review
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.entering import applying_members
from zongbu.desk.recognition.forms.applying_review import CheckForm, ExceptionForm, ReasonForm, titled
from zongbu.desk.recognition.models import Application
from zongbu.desk.recognition.showing import picture_of
from zongbu.desk.recognition.views.applying.application import comment_form_for, of_officials
from zongbu.desk.recognition.views.applying.common import act, application_of, corrections


@require_POST
@once
def check(request: HttpRequest, receipt: str) -> HttpResponse:
    """Keep the verdicts that were given; conditions left open stay open."""
    viewer, case = viewer_of(request), application_of(request, receipt)
    checks = {one.result: one for one in case.checks.all()}
    form = CheckForm(request.POST, conditions=titled(case, conditions(case.round)), checks=checks)
    if form.is_valid() and (
        not form.changed() or performed(form, lambda: review.check_list(viewer, case.pk, form.changed()))
    ):
        left = len(form.conditions) - case.checks.count()
        messages.success(request, _("核查已保存，还有%d项未填。") % left if left else _("核查已保存，各项都已填。"))
        return redirect("recognition:application", case.receipt)
    return of_officials(request, case, check_form=form)


@require_POST
@once
def comment(request: HttpRequest, receipt: str) -> HttpResponse:
    """Say what has to be corrected, and where."""
    viewer, case = viewer_of(request), application_of(request, receipt)
    form = comment_form_for(case, picture_of(case, every_condition=True), request.POST)
    if form.is_valid() and performed(
        form, lambda: review.comment(viewer, case.pk, form.cleaned_data["subject"], form.cleaned_data["text"])
    ):
        messages.success(request, _("已记下补正意见；退回以后企业才看到。"))
        return redirect("recognition:application", case.receipt)
    return of_officials(request, case, comment_form=form)


@require_POST
@once
def uncomment(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Take a comment back."""
    case = application_of(request, receipt)
    review.uncomment(viewer_of(request), case.pk, pk)
    messages.success(request, _("补正意见已撤销。"))
    return redirect("recognition:application", case.receipt)


@once
def decide(request: HttpRequest, receipt: str, name: str) -> HttpResponse:
    """Return, recommend or not recommend, with the reason."""
    beside = () if request.method == "POST" else ("checks", "comments")  # an act reads them anew, under its lock
    viewer, case = viewer_of(request), application_of(request, receipt, *beside)
    if not review.may_review(viewer, case) or (case.state == "city" and name != "return"):
        raise Http404
    match name:
        case "return":
            perform, label = review.return_to_enterprise, _("退回补正")
            intro = _("企业会在每一项旁边看到下面的意见。")
            done = _("已退回，企业看到逐项的补正意见；补正期间期限中止。")
        case "recommend":
            perform, label = review.recommend, pgettext("act", "推荐")
            intro, done = _("推荐以后同时征求本批次各部门的意见。"), _("已推荐，并已征求各部门意见。")
        case "not_recommend":
            perform, label = review.not_recommend, _("不推荐")
            intro = _("申请连同理由转市总部办汇总，是否认定由市里决定。")
            done = _("已转市总部办，并附不推荐的理由。")
        case _unknown:
            raise Http404
    return act(
        request,
        case,
        ReasonForm(request.POST or None, initial={"seen": case.version}),
        lambda said: perform(viewer, case.pk, said["reason"], seen=said["seen"]),
        heading=label,
        submit=label,
        done=done,
        intro=intro,
        danger=name == "not_recommend",
        more=lambda: _before_deciding(viewer, case, name),
    )


def _before_deciding(viewer: Viewer, case: Application, name: str) -> dict[str, Any]:
    """What is to be looked at before an act: the comments that go back, or the result beside the check list."""
    if name == "return":
        return {"act": name, "corrections": corrections(case, queries.comments(viewer, case), case.round.law)}
    return {"act": name, "picture": picture_of(case, deciding_only=True), "checks": list(case.checks.all())}


@once
def group_exception(request: HttpRequest) -> HttpResponse:
    """Let a member of a group apply beside the others: the enterprise names its number, the district the reason."""
    viewer = viewer_of(request)
    form = ExceptionForm(request.POST or None, initial={"receipt": request.GET.get("receipt", "")})
    found = None
    if request.method == "POST" and form.is_valid():
        found = queries.of_number(viewer, form.cleaned_data["receipt"])
        if found is None:
            form.add_error("receipt", _("%(district)s没有这个受理号。") % {"district": district_name(viewer.district)})
        elif not (members := applying_members(found.enterprise, found.round)) and not found.group_exception:
            form.add_error("receipt", _("%(name)s的集团没有别的成员在本批次申报，不需要例外。") % {
                "name": found.enterprise.name})  # fmt: skip
        else:
            case = found
            if performed(form, lambda: applications.allow_beside_group(viewer, case.pk, form.cleaned_data["reason"])):
                names = _("、").join(one.enterprise.name for one in members)
                messages.success(
                    request,
                    _("已备案：%(name)s可以与%(names)s分别申报。") % {"name": found.enterprise.name, "names": names},
                )
                if found.submitted_at is not None:
                    return redirect("recognition:application", found.receipt)
                return redirect("recognition:applications")
    return render(request, "recognition/applying/exception.html", {"form": form})
