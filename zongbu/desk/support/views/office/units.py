"""The table of responsible units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.actions import units as actions
from zongbu.desk.support.forms.office import ReasonForm, UnitForm
from zongbu.desk.support.measures import Offering, offerings
from zongbu.desk.support.models import Claim, Level, ResponsibleUnit
from zongbu.desk.support.views.office.common import handling_organisations
from zongbu.law.names import Names
from zongbu.law.policy import Policy


@dataclass
class Unit:
    """A responsible unit as a policy writes it, with its measures and who handles them now.

    ``nobody`` are those of its measures that take claims and that nobody handles.
    """

    policy: Policy
    name: str
    offerings: list[Offering]
    entry: ResponsibleUnit | None = None
    resolved: list[str] = field(default_factory=list)
    nobody: list[Offering] = field(default_factory=list)
    waiting: int = 0

    @property
    def claimed(self) -> bool:
        """Whether any of its measures is applied for or offered."""
        return any(one.takes_claims for one in self.offerings)

    @property
    def titles(self) -> list[str]:
        names = Names(self.policy, language())
        return [names.rule(one.measure.identifier) for one in self.offerings]


def every_unit() -> list[Unit]:
    """Every unit that any measure names, in the order of the files; three queries."""
    found: dict[tuple[str, str], Unit] = {}
    for one in offerings():
        for name in one.measure.units:
            unit = found.setdefault((one.policy.identifier, name), Unit(one.policy, name, []))
            unit.offerings.append(one)
    entered = {
        (one.policy, one.unit): one
        for one in ResponsibleUnit.objects.select_related("organisation")
        if one.organisation.active
    }
    city = Organisation.objects.filter(active=True, kind=Organisation.Kind.CITY_OFFICE).order_by("pk").first()
    unassigned = Claim.objects.filter(organisation=None, state__in=actions.WAITING).order_by()
    waits = {
        (policy, measure): many
        for policy, measure, many in unassigned.values_list("policy", "measure").annotate(many=Count("pk"))
    }
    for key, unit in found.items():
        unit.entry = entered.get(key)
        handlers = [_handler(one, entered, str(city) if city is not None else "") for one in unit.offerings]
        unit.resolved = list(dict.fromkeys(one for one in handlers if one))
        unit.nobody = [one for one, who in zip(unit.offerings, handlers, strict=True) if not who and one.takes_claims]
        unit.waiting = sum(waits.get((unit.policy.identifier, one.measure.identifier), 0) for one in unit.offerings)
    return list(found.values())


def _handler(one: Offering, entered: Mapping[tuple[str, str], ResponsibleUnit], city: str) -> str:
    """Who handles a measure, in words, by the same rule as ``handling.organisation_for``; empty: nobody."""
    for name in one.measure.units:
        if (found := entered.get((one.policy.identifier, name))) is not None:
            return str(found.organisation)
    match one.measure.level:
        case Level.DISTRICT:
            return _("企业所在区县的总部办")
        case Level.CITY:
            return city
        case _:
            return ""


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Every unit that a measure names, who stands behind it, and what waits for somebody."""
    viewer, every = viewer_of(request), every_unit()
    groups: dict[str, tuple[Policy, list[Unit]]] = {}
    for one in every:
        groups.setdefault(one.policy.identifier, (one.policy, []))[1].append(one)
    unassigned = Claim.objects.filter(organisation=None, state__in=actions.WAITING).count()
    shown = {
        "groups": list(groups.values()),
        "nobody": sum(bool(one.nobody) for one in every),
        "unassigned": unassigned,
        "may_enter": viewer.role == Role.CITY_LEAD and viewer.writes,
    }
    return render(request, "support/office/units.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def unit(request: HttpRequest, policy: str, unit: str) -> HttpResponse:
    """Say which organisation acts for a unit, or take the entry out again."""
    viewer = viewer_of(request)
    found = next((one for one in every_unit() if (one.policy.identifier, one.name) == (policy, unit)), None)
    if found is None:
        raise Http404
    removing = request.POST.get("decision") == "remove"
    form = UnitForm(
        request.POST if request.method == "POST" and not removing else None,
        organisations=handling_organisations(),
        waits=found.waiting,
        initial={"organisation": found.entry.organisation_id if found.entry is not None else None},
    )
    remove_form = ReasonForm(request.POST if removing else None, auto_id="remove_%s")
    entry = found.entry
    if removing and entry is not None and remove_form.is_valid():
        if performed(remove_form, lambda: actions.remove(viewer, entry.pk, remove_form.cleaned_data["reason"])):
            messages.success(request, _("已移除；以后按措施写明的层级确定办理单位。"))
            return redirect("support:units")
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done: list[Claim] = []

        def enter() -> None:
            waiting = given.get("waiting", False)
            done.extend(actions.enter(viewer, policy, unit, given["organisation"], given["reason"], waiting=waiting)[1])

        if performed(form, enter):
            said = _("已登记：「%(unit)s」由%(organisation)s办理。") % {
                "unit": unit, "organisation": given["organisation"],
            }  # fmt: skip
            if done:
                said += ngettext("%d 件申请已指派给它。", "%d 件申请已指派给它。", len(done)) % len(done)
            messages.success(request, said)
            return redirect("support:units")
    shown = {"unit": found, "form": form, "remove_form": remove_form if entry is not None else None}
    status = 422 if form.errors or remove_form.errors else 200
    return render(request, "support/office/unit.html", shown, status=status)
