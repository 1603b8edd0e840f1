"""Rounds: the list, preparing and editing, a round's page, announcing, extending, concluding, cancelling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of, whole
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import policies, policy
from zongbu.desk.library.showing import links
from zongbu.desk.people.districts import district_name
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition import queries, settings
from zongbu.desk.recognition.actions import rounds as acts
from zongbu.desk.recognition.flow import APPLICATION, ROUND
from zongbu.desk.recognition.forms.office import ExtendForm, PlainForm, ReasonForm, RoundForm, row_sets
from zongbu.desk.recognition.models import Application, Notice, Opinion, Round
from zongbu.desk.recognition.sheet import track_titles
from zongbu.desk.recognition.terms import OF_FLOW
from zongbu.desk.recognition.views.office.common import act_page, crumbs, of_office, round_or_404
from zongbu.law import Policy
from zongbu.law.names import Names

STAGES = {
    "draft": "neutral", "ahead": "action", "open": "action", "reviewing": "open", "concluded": "met",
    "cancelled": "neutral",
}  # fmt: skip


def stage_label(round: Round) -> tuple[str, str]:
    """Where a round is today: label and tone."""
    labels = {
        "draft": _("筹备"),
        "ahead": _("已发布，未开始"),
        "open": _("申报中"),
        "reviewing": _("审查中"),
        "concluded": _("已结束"),
        "cancelled": _("已取消"),
    }
    return labels[round.stage], STAGES[round.stage]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All rounds that the viewer may see, the latest first."""
    viewer = viewer_of(request)
    submitted = Q(applications__submitted_at__isnull=False)
    found = queries.rounds(viewer).annotate(
        applied=Count("applications", filter=submitted),
        recognised=Count("applications", filter=Q(applications__state="recognised")),
    )
    page = page_of(request, found.order_by("-year", "-pk"))
    context = {
        "page": page,
        "rows": [{"round": one, "stage": stage_label(one)} for one in page],
        "may_prepare": of_office(viewer),
    }
    return render(request, "recognition/office/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a round: the policy first, then everything else."""
    identifier = request.GET.get("policy", "")
    offered = [one for one in policies() if one.may_be_activated]
    law = next((one for one in offered if one.identifier == identifier), None)
    if law is None and len(offered) == 1:
        law = offered[0]
    if law is None:
        choices = [(one.identifier, links.short_title(one, language()), one.title) for one in offered]
        return render(request, "recognition/office/choose-policy.html", {"choices": choices, "crumbs": crumbs()})
    before = Round.objects.filter(policy=law.identifier).exclude(state="cancelled").order_by("-year").first()
    return _form(request, law, Round(policy=law.identifier), before)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the settings of a round that has not been announced."""
    found = round_or_404(viewer_of(request), pk)
    if found.state != "draft":
        return redirect("recognition:round", pk)
    return _form(request, policy(found.policy), found, found)


def _form(request: HttpRequest, law: Policy, made: Round, like: Round | None) -> HttpResponse:
    viewer = viewer_of(request)
    posted = request.POST if request.method == "POST" else None
    is_new = made.pk is None
    initial = _like(like, new=is_new)
    if not is_new:
        initial["seen"] = made.version
    deciding = (posted.get("qualifies", "") if posted else "") or (like.qualifies if like else made.qualifies)
    if deciding not in settings.conditions_of(law):
        deciding = made.qualifies
    checks, materials = _rows_like(like)
    form = RoundForm(law, posted, instance=made, initial=initial)
    check_rows, material_rows = row_sets(law, deciding, posted, checks, materials)
    more = posted is not None and "more" in posted
    if posted is not None and not more:
        valid = [form.is_valid(), check_rows.is_valid(), material_rows.is_valid()]
        if all(valid):

            def act() -> Round:
                given = (check_rows.checks, material_rows.materials)
                if is_new:
                    return acts.prepare(viewer, Round(policy=law.identifier, **form.values), *given)
                seen = form.cleaned_data["seen"]
                return acts.edit(viewer, made.pk, form.values, *given, seen=seen)

            done = whole(form, act)
            if done is not None:
                return redirect("recognition:round", done.pk)
    if more:
        check_rows, material_rows = row_sets(law, deciding, _with_more(posted), checks, materials)
        form = RoundForm(law, posted, instance=made, initial=initial)
    wrong = not more and bool(
        posted is not None
        and (form.errors or any(check_rows.errors) or any(material_rows.errors) or check_rows.non_form_errors())
    )
    context = {
        "form": form,
        "law": law,
        "policy_title": links.short_title(law, language()),
        "policy_url": links.policy_url(law),
        "checks": check_rows,
        "materials": material_rows,
        "rows_wrong": wrong and (any(check_rows.errors) or any(material_rows.errors)),
        "like": like if is_new else None,
        "round": None if is_new else made,
        "cancel": reverse("recognition:rounds") if is_new else reverse("recognition:round", args=[made.pk]),
        "crumbs": crumbs(None if is_new else Round.objects.get(pk=made.pk)),
    }
    return render(request, "recognition/office/round-form.html", context, status=400 if wrong else 200)


def _with_more(posted: Any) -> Any:
    """The sent form with two more empty rows of each kind."""
    copied = posted.copy()
    for prefix in ("checks", "materials"):
        name = f"{prefix}-TOTAL_FORMS"
        copied[name] = str(min(int(copied.get(name) or 0) + 2, 60))
    return copied


def _like(like: Round | None, *, new: bool) -> dict[str, Any]:
    """What a form begins with: for a new round the settings of the latest one, moved to this year."""
    today = timezone.localdate()
    if like is None:
        return {
            "year": today.year,
            "as_of": today,
            "title": _("%(year)s年度总部企业认定") % {"year": today.year},
            "declaration": _(
                "本企业承诺所填写的数据和提交的材料真实、准确、完整；如有虚假，愿意承担取消称号、两年内不得申请等后果。"
            ),
        }
    if not new:
        return {}
    names = (
        "qualifies", "admits", "tracks", "approver", "notice_days", "district_days", "department_days",
        "correction_days", "office_days", "valid_years", "declaration", "contact",
    )  # fmt: skip
    given: dict[str, Any] = {name: getattr(like, name) for name in names}
    given |= {f"basis_{name}": text for name, text in like.basis.items()}
    year = max(today.year, like.year + 1)
    given |= {name: _moved(getattr(like, name), year - like.year) for name in ("as_of", "opens", "closes")}
    given |= {"year": year, "title": like.title.replace(str(like.year), str(year))}
    return given


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return (day - timedelta(days=1)).replace(year=day.year + years)


def _rows_like(like: Round | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if like is None:
        return [], []
    checks = [
        {"organisation": one.organisation_id, "task": one.task, "facts": one.facts}
        for one in like.checks.select_related("organisation")
        if one.organisation.active and one.organisation.kind == Organisation.Kind.DEPARTMENT
    ]
    materials = [
        {"title": one.title, "note": one.note, "track": one.track, "required": one.required}
        for one in like.materials.all()
    ]
    return checks, materials


# --- a round's page ----------------------------------------------------------------------------------------


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its settings with reasons, how many applications are where, who is late."""
    viewer = viewer_of(request)
    found = round_or_404(viewer, pk)
    law = found.law
    names = Names(law, language())
    applications = Application.objects.filter(round=found, submitted_at__isnull=False)
    counted: dict[str, int] = dict(applications.order_by().values_list("state").annotate(many=Count("pk")))
    drafts = Application.objects.filter(round=found, state="draft").count()
    faults = settings.faults(found) if found.state == "draft" else []
    possible = {act.name for act in flow.possible(ROUND, found, viewer)}
    context = {
        "round": found,
        "stage": stage_label(found),
        "law": law,
        "policy_title": links.short_title(law, language()),
        "policy_url": links.policy_url(law),
        "changed": bool(found.policy_version) and found.policy_version != policy(found.policy).version,
        "qualifies": _title(law, names, found.qualifies),
        "admits": _title(law, names, found.admits),
        "tracks": track_titles(law, found.tracks),
        "settings": _settings(found),
        "checks": [
            {"check": one, "facts": [names.fact(name) for name in one.facts if name in law.dictionary]}
            for one in found.checks.select_related("organisation")
        ],
        "materials": [{"material": one, "track": _title(law, names, one.track)} for one in found.materials.all()],
        "counts": [
            {"state": state.name, "label": state.label, "number": counted[state.name]}
            for state in APPLICATION.states
            if state.name in counted
        ],
        "total": sum(counted.values()),
        "drafts": drafts,
        "late": _late(found) if found.state == "open" else {},
        "notices": Notice.objects.filter(round=found),
        "approved": counted.get("approved", 0),
        "faults": faults,
        "possible": possible,
        "why_not": {
            name: flow.hindrance(ROUND, name, found, viewer)
            for name in ("announce", "conclude")
            if name not in possible and found.state == ROUND.act(name).start
        },
        "history": [{"one": one, "act": ROUND.act(one.act).label} for one in reversed(flow.history(ROUND, found))],
        "office": of_office(viewer),
        "crumbs": crumbs(),
    }
    return render(request, "recognition/office/round.html", context)


def _title(law: Policy, names: Names, name: str) -> str:
    return names.rule(name) if name in law.rules else name


def _settings(round: Round) -> list[dict[str, Any]]:
    """The open settings with value and reason."""
    from zongbu.law.amounts import day

    def written(value: date) -> str:
        return day(value, language())

    def days(value: int | None) -> str:
        return _("%(days)s个工作日") % {"days": value} if value is not None else _("不设期限")

    terms = (
        (_("区县初审"), round.district_days),
        (_("部门意见"), round.department_days),
        (_("补正"), round.correction_days),
        (_("汇总"), round.office_days),
    )
    values = {
        "window": _("%(opens)s至%(closes)s") % {"opens": written(round.opens), "closes": written(round.closes)},
        "as_of": written(round.as_of),
        "approver": str(round.get_approver_display()),
        "notice_days": _("%(days)s天（自然日）") % {"days": round.notice_days},
        "materials": _("见下面的材料清单"),
        "terms": _("；").join(f"{name} {days(value)}" for name, value in terms),
    }
    return [
        {"title": title, "value": values[name], "reason": round.basis.get(name, "")}
        for name, title in settings.OPEN_SETTINGS.items()
    ]


def _late(round: Round) -> dict[str, Any]:
    """Who is overdue: departments by their opinions, districts and the office by the terms of the flow."""
    today = timezone.localdate()
    departments = list(
        Opinion.objects.filter(application__round=round, state="requested", due__lt=today)
        .order_by()
        .values_list("organisation__name")
        .annotate(many=Count("pk"))
        .order_by("-many", "organisation__name")
    )
    late = Application.objects.filter(round=round, state__in=OF_FLOW, due_on__lt=today).order_by()
    by_district: dict[str, int] = {}
    office = correcting = 0
    for state, district, many in late.values_list("state", "district").annotate(many=Count("pk")):
        if state == "district":
            by_district[district] = many
        elif state == "city":
            office += many
        else:
            correcting += many
    districts = sorted(
        ((code, district_name(code), number) for code, number in by_district.items()), key=lambda one: (-one[2], one[0])
    )
    return {
        "departments": departments,
        "districts": districts,
        "office": office,
        "correcting": correcting,
        "any": bool(departments or districts or office or correcting),
    }


# --- acts --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Announce, extend, conclude or cancel a round."""
    viewer = viewer_of(request)
    found = round_or_404(viewer, pk)
    posted = request.POST if request.method == "POST" else None
    here = reverse("recognition:round", args=[pk])
    context: dict[str, Any] = {"cancel": here, "crumbs": crumbs(found), "faults": []}
    if act == "announce":
        form: Any = PlainForm(posted, initial={"seen": found.version})
        context |= {
            "title": _("发布通知"),
            "lead": _("发布以后，企业看到这个批次和每项设定的理由，各项设定不能再改（申报截止日可以延长）。"),
            "submit": _("发布"),
            "faults": settings.faults(found),
        }

        def perform() -> Round:
            return acts.announce(viewer, pk, seen=form.cleaned_data["seen"])

        done = _("批次已发布，企业现在可以看到。")
    elif act == "extend":
        form = ExtendForm(posted, initial={"closes": found.closes})
        context |= {
            "title": _("延长申报"),
            "lead": _("新的截止日和理由公开。"),
            "submit": _("延长"),
        }

        def perform() -> Round:
            return acts.extend(viewer, pk, form.cleaned_data["closes"], form.cleaned_data["reason"])

        done = _("申报截止日已延长。")
    elif act == "conclude":
        form = PlainForm(posted, initial={"seen": found.version})
        context |= {
            "title": _("结束批次"),
            "lead": _("结束以后公布批次统计，不能再办理其中的申请。"),
            "submit": _("结束"),
        }

        def perform() -> Round:
            return acts.conclude(viewer, pk)

        done = _("批次已结束，统计已公布。")
    elif act == "cancel":
        form = ReasonForm(posted, initial={"seen": found.version})
        context |= {
            "title": _("取消批次"),
            "lead": _("没有发布的批次可以取消，不能恢复；同一年度可以另行筹备。"),
            "submit": _("取消批次"),
            "danger": True,
        }

        def perform() -> Round:
            return acts.cancel(viewer, pk, form.cleaned_data["reason"])

        done = _("批次已取消。")
    else:
        raise Http404(act)
    return act_page(request, form, perform, done=done, to=here, context=context)
