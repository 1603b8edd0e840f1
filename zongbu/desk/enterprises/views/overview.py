"""The first page of an enterprise, its cases, its journal; opening a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import actions, assessing, groups, permissions, queries, showing, values
from zongbu.desk.enterprises.acts import ACTS
from zongbu.desk.enterprises.forms.acts import DayForm, ReferralForm, RegisterForm
from zongbu.desk.enterprises.models import Enterprise, Referral
from zongbu.desk.enterprises.views.common import act, day_of, enterprise_of, frame
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.provided import provided
from zongbu.desk.kernel.roles import ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.people.models import Organisation
from zongbu.law import InputError
from zongbu.law.facts import Fact


def detail(request: HttpRequest, uscc: str) -> HttpResponse:
    """What is known of an enterprise and what is missing; of the other members of one's group the basics."""
    viewer = viewer_of(request)
    try:
        enterprise = queries.get(viewer, uscc)
    except Enterprise.DoesNotExist:
        member = groups.related(viewer).filter(uscc=uscc).first()
        if member is None:
            raise Http404 from None
        shown = {"enterprise": member, "district_name": district_name(member.district) if member.district else ""}
        return render(request, "enterprises/basics.html", shown)
    as_of = day_of(request)
    facts = queries.everything_at([enterprise.pk], as_of)[enterprise.pk]
    assessed = [
        assessing.assess(enterprise, policy, as_of, values.only(facts, policy.dictionary))
        for policy in assessing.active(as_of)
    ]
    dictionary = values.dictionary()
    known = [
        (showing.title(dictionary[name]), showing.show(dictionary[name], text))
        for name, text in facts.items()
        if name in SHOWN
    ]
    shown = frame(request, enterprise, "detail") | {
        "as_of": as_of,
        "assessed": assessed,
        "known": known,
        "to_find": _to_find(viewer, enterprise, facts, assessed),
        "listed": facts.get(values.ON_LIST) == "true",
        "banned": facts.get(values.IS_BANNED) == "true",
        "banned_until": showing.show(dictionary[values.BANNED_UNTIL], facts.get(values.BANNED_UNTIL, "")),
        "referrals": queries.referrals(enterprise) if viewer.role not in ENTERPRISE else None,
        "drafts": queries.drafts(enterprise) if permissions.may_declare(viewer, enterprise) else None,
    }
    return render(request, "enterprises/detail.html", shown)


def _to_find(
    viewer: Viewer, enterprise: Enterprise, facts: Mapping[str, str], assessed: Iterable[assessing.Assessed]
) -> tuple[list[tuple[Fact, str]], list[tuple[Fact, str]]]:
    """The unknown findings that the viewer may make, with their titles: what results now depend on, and the others."""
    missing = {gap.title for one in assessed for gap in one.gaps}
    found: tuple[list[tuple[Fact, str]], list[tuple[Fact, str]]] = ([], [])
    for fact in showing.needed():
        if fact.kind != "finding" or facts.get(fact.identifier):
            continue
        if permissions.may_find(viewer, enterprise, fact.identifier, seen=True):
            title = showing.title(fact)
            found[title not in missing].append((fact, title))
    return found


SHOWN = (
    "industry_code", "state_ownership", "city_entry_date", "in_city_revenue", "rnd_expense", "stock_exchange",
    "branches_outside_city", "subsidiaries_outside_city", "star",
)  # fmt: skip
"""Facts that the first page shows."""


def cases(request: HttpRequest, uscc: str) -> HttpResponse:
    """Applications, claims, visits: what the other desks have under way or done with the enterprise."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    found = [line for lines in provided("cases", "cases") for line in lines(viewer, enterprise)]
    found.sort(key=lambda line: line.since, reverse=True)
    return render(request, "enterprises/cases.html", frame(request, enterprise, "cases") | {"cases": found})


def journal(request: HttpRequest, uscc: str) -> HttpResponse:
    """What has been done to the record. An enterprise sees for which office others acted, not their names."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    page = Paginator(queries.journal_of(viewer, enterprise), 50).get_page(request.GET.get("page"))
    rows = [
        {
            "entry": entry,
            "label": ACTS.get(entry.act, entry.act),
            "role": Role(entry.role).label if entry.role in Role.values else entry.role,
            "named": viewer.role not in ENTERPRISE or entry.organisation == viewer.organisation,
            "changes": _changes(entry.before, entry.after),
        }
        for entry in page
    ]
    shown = frame(request, enterprise, "journal") | {"page": page, "rows": rows}
    return render(request, "enterprises/journal.html", shown)


def _changes(before: object, after: object) -> list[tuple[str, str, str]]:
    was, now = (one if isinstance(one, dict) else {} for one in (before, after))
    rows = []
    for name in dict.fromkeys((*was, *now)):
        key = values.key_of(name)
        label = showing.title(key.fact) if key is not None else LABELS.get(name, name)
        rows.append(
            (
                f"{label}（{key.year}）" if key is not None and key.year else str(label),
                _said(key, was.get(name)),
                _said(key, now.get(name)),
            )
        )
    return rows


def _said(key: values.Key | None, value: object) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    return showing.show(key.fact, str(value)) if key is not None else str(value)


LABELS = {
    "valid_from": gettext_lazy("自哪天起"),
    "happened_on": gettext_lazy("发生日期"),
    "evidence": gettext_lazy("佐证材料"),
    "file": gettext_lazy("文件"),
    "size": gettext_lazy("大小"),
    "sha256": "SHA-256",
    "kind": gettext_lazy("类别"),
    "before": gettext_lazy("变更前"),
    "after": gettext_lazy("变更后"),
    "starts": gettext_lazy("自"),
    "until": gettext_lazy("至"),
    "share": gettext_lazy("控股比例"),
    "parent": gettext_lazy("上级企业"),
    "consent": gettext_lazy("对方意见"),
    "location": gettext_lazy("所在地"),
    "last_day": gettext_lazy("最后一日"),
    "listed_on": gettext_lazy("列入日期"),
    "removed_on": gettext_lazy("移出日期"),
    "early": gettext_lazy("提前移出"),
    "corrected_from": gettext_lazy("一并更正"),
    "source_name": gettext_lazy("依据文件"),
    "batch": gettext_lazy("批次"),
    "organisation": gettext_lazy("单位"),
    "metric": gettext_lazy("指标"),
    "year": gettext_lazy("年度"),
    "basis": gettext_lazy("计算口径"),
    "entities": gettext_lazy("主体"),
    "entry": gettext_lazy("记录"),
}


# --- opening a record -------------------------------------------------------------------------------------


def mine(request: HttpRequest) -> HttpResponse:
    """To the record of one's own enterprise, or to opening it."""
    own = queries.enterprises(viewer_of(request)).first()
    if own is not None:
        return redirect("enterprises:detail", own.uscc)
    return redirect("enterprises:register")


@once
def register(request: HttpRequest) -> HttpResponse:
    """Open the record of an enterprise."""
    viewer = viewer_of(request)
    initial = {"district": viewer.district}
    if viewer.role in ENTERPRISE:
        if queries.enterprises(viewer).exists():
            return redirect("enterprises:mine")
        confirmed = Organisation.objects.filter(pk=viewer.organisation or 0).values_list("district", flat=True).first()
        initial = {"uscc": viewer.uscc, "name": viewer.organisation_name, "district": confirmed or ""}
    form = RegisterForm(request.POST or None, initial=initial)
    if viewer.role in ENTERPRISE:
        form.fields["uscc"].disabled = True
        form.fields["district"].disabled = bool(initial["district"])
        del form.fields["source_name"]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.register(
                viewer,
                given["uscc"],
                given["name"],
                given["district"],
                registered_on=given["registered_on"],
                source_name=given.get("source_name", ""),
            )
        except InputError as error:
            form.add_error(None, str(error))
        except PermissionDenied:
            form.add_error("district", _("只能登记本区县的企业"))
        else:
            if odd := form.odd():
                messages.warning(request, _("统一社会信用代码%s") % odd)
            messages.success(request, _("已建立 %s 的档案。") % made.name)
            return redirect("enterprises:detail", made.uscc)
    return render(request, "enterprises/register.html", {"form": form, "own": viewer.role in ENTERPRISE})


# --- referrals --------------------------------------------------------------------------------------------


@once
def refer(request: HttpRequest, uscc: str) -> HttpResponse:
    """Let a department see the enterprise."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    if not permissions.may_record(viewer, enterprise):
        raise PermissionDenied
    return act(
        request,
        enterprise,
        ReferralForm(request.POST or None),
        lambda given: actions.refer(viewer, enterprise, given["organisation"], given["reason"], until=given["until"]),
        tab="detail",
        heading=_("转办"),
        submit=_("转办"),
        done=_("已转办，对方现在可以看到这家企业的档案。"),
        intro=_("转办后，该单位可以查看档案；市级部门还可以作出认定。"),
    )


@once
def end_referral(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """The department sees the enterprise no longer."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    found = Referral.objects.filter(pk=pk, enterprise=enterprise, ended_at=None).select_related("organisation").first()
    if found is None:
        raise Http404
    if not permissions.may_record(viewer, enterprise):
        raise PermissionDenied
    form = DayForm(request.POST or None)
    del form.fields["day"]
    return act(
        request,
        enterprise,
        form,
        lambda given: actions.end_referral(viewer, found, given["reason"]),
        tab="detail",
        heading=_("结束转办：%s") % found.organisation,
        submit=_("结束转办"),
        done=_("转办已结束，对方不再看到这家企业。"),
    )
