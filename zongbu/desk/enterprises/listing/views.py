"""The list of enterprises and its saved views."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.enterprises.exchange.actions import may_import
from zongbu.desk.enterprises.listing import actions, queries
from zongbu.desk.enterprises.listing.catalogue import DEFAULT_COLUMNS, Column, catalogue
from zongbu.desk.enterprises.listing.criteria import MOST, Criteria, read
from zongbu.desk.enterprises.listing.industry import SECTIONS
from zongbu.desk.enterprises.listing.models import SavedView
from zongbu.desk.enterprises.listing.rows import listed
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.lists import Chip, Heading
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import DISTRICTS
from zongbu.law import InputError

STARS = ("5", "4", "3", "2", "1", "0")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The list: what the address asks for, or the person's default view where it asks for nothing."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    saved = list(queries.views(viewer))
    criteria, chosen = _asked_for(request, viewer, saved)
    found = listed(viewer, criteria, figures_year(request))
    criteria = found.criteria
    current = chosen or next((view for view in saved if criteria_of(view).plain_data() == criteria.plain_data()), None)
    return render(
        request,
        "enterprises/listing/list.html",
        {
            "found": found,
            "criteria": criteria,
            "rows": list(found.rows()),
            "headings": [_heading(column, criteria, found.year) for column in found.columns],
            "chips": _chips(criteria, found.year),
            "choices": _choices(viewer, criteria),
            "columns": _column_choice(criteria, found.year),
            "saved": [(view, view == current, view.owner_id == viewer.person) for view in saved],
            "current": current if current is not None and current.owner_id == viewer.person else None,
            "everything": criteria == Criteria(page=criteria.page),
            "most": MOST,
            "may_import": may_import(viewer),
        },
    )


@require_POST
@once
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows as a view."""
    criteria = criteria_from(request.POST.get("query", ""))
    try:
        view = actions.save_view(
            request.viewer,  # type: ignore[attr-defined]
            request.POST.get("name", ""),
            criteria,
            shared="shared" in request.POST,
            default="default" in request.POST,
        )
    except InputError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(address_of(criteria))
    messages.success(request, _("已保存视图「%(name)s」") % {"name": view.name})
    return HttpResponseRedirect(f"{reverse('enterprises:list')}?view={view.pk}")


@require_POST
@once
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view."""
    name = actions.remove_view(request.viewer, pk)  # type: ignore[attr-defined]
    messages.success(request, _("已删除视图「%(name)s」") % {"name": name})
    return HttpResponseRedirect(f"{reverse('enterprises:list')}?all=1")


@require_POST
@once
def default_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list begin with a view, or no longer."""
    view = actions.make_default(request.viewer, pk, request.POST.get("default") == "1")  # type: ignore[attr-defined]
    text = _("以后打开企业列表先显示「%(name)s」") if view.default else _("「%(name)s」不再是默认视图")
    messages.success(request, text % {"name": view.name})
    return HttpResponseRedirect(f"{reverse('enterprises:list')}?view={view.pk}")


# --- what is asked for ------------------------------------------------------------------------------------


def figures_year(request: HttpRequest) -> int:
    """The year that yearly figures tell of: the one before the year on which somebody works."""
    year: int = getattr(request, "year", timezone.localdate().year)
    return year - 1


def criteria_from(query: str) -> Criteria:
    """The criteria that a query string asks for."""
    return read(parse_qs(query, keep_blank_values=True, max_num_fields=1000), DISTRICTS, Enterprise.Status.values)


def criteria_of(view: SavedView) -> Criteria:
    """The criteria of a view, without what has ceased to exist since."""
    given = {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in view.criteria.items()
    }
    return read(given, DISTRICTS, Enterprise.Status.values)


def address_of(criteria: Criteria, **changes: Any) -> str:
    """The address of the list for criteria with changes."""
    return f"{reverse('enterprises:list')}{criteria.address(**changes)}"


def _asked_for(request: HttpRequest, viewer: Viewer, saved: list[SavedView]) -> tuple[Criteria, SavedView | None]:
    given = {name: list(map(str, values)) for name, values in request.GET.lists()}
    asked = read(given, DISTRICTS, Enterprise.Status.values)
    wanted = (given.get("view") or [""])[-1]
    chosen: SavedView | None = None
    if wanted:
        chosen = next((view for view in saved if str(view.pk) == wanted), None)
    elif not set(given) - {"page"}:
        chosen = next((view for view in saved if view.default and view.owner_id == viewer.person), None)
    if chosen is None:
        return asked, None
    return criteria_of(chosen).on_page(asked.page), chosen


# --- what the page shows ----------------------------------------------------------------------------------


def _heading(column: Column, criteria: Criteria, year: int) -> Heading:
    order = ""
    if criteria.sorted_by == column.name:
        order = "descending" if criteria.descending else "ascending"
    # Figures are first wanted from the largest down, everything else from the beginning.
    first = f"-{column.name}" if column.numeric or column.name == "updated_at" else column.name
    other = column.name if first.startswith("-") else f"-{column.name}"
    sort = other if criteria.sort == first else first
    address = criteria.address(sort=sort) if column.sortable else ""
    return Heading(column.title(year), address, order, column.numeric)


def _chips(criteria: Criteria, year: int) -> list[Chip]:
    offered = catalogue().columns
    labels: list[tuple[str, str, str]] = []
    if criteria.q:
        labels.append(("q", "", _("含「%(words)s」") % {"words": criteria.q}))
    labels += [("district", code, str(DISTRICTS[code])) for code in criteria.district]
    labels += [("status", value, str(Enterprise.Status(value).label)) for value in criteria.status]
    labels += [("star", value, star_name(value)) for value in criteria.star]
    labels += [("industry", value, industry_name(value)) for value in criteria.industry]
    labels += [("has", name, _("已有：%(fact)s") % {"fact": offered[name].title(year)}) for name in criteria.has]
    labels += [("lacks", name, _("缺：%(fact)s") % {"fact": offered[name].title(year)}) for name in criteria.lacks]
    return [Chip(label, criteria.without(name, value)) for name, value, label in labels]


def star_name(value: str) -> str:
    """一星级 … 五星级, or not rated."""
    names = (_("未评星"), _("一星级"), _("二星级"), _("三星级"), _("四星级"), _("五星级"))
    return names[int(value)]


def industry_name(value: str) -> str:
    """A section by its title, a code by itself."""
    if value in SECTIONS:
        return f"{value} {SECTIONS[value].title}"
    return _("行业代码 %(code)s 开头") % {"code": value}


def _choices(viewer: Viewer, criteria: Criteria) -> dict[str, Any]:
    facts = [(name, column.title()) for name, column in catalogue().facts.items()]
    codes = ",".join(value for value in criteria.industry if value not in SECTIONS)
    return {
        # Whose view ends at one district has no use for choosing among thirteen.
        "districts": [] if viewer.case_reach == Reach.DISTRICT else _ticked(DISTRICTS.items(), criteria.district),
        "statuses": _ticked(Enterprise.Status.choices, criteria.status),
        "stars": _ticked(((value, star_name(value)) for value in STARS), criteria.star),
        "sections": _ticked(((letter, industry_name(letter)) for letter in SECTIONS), criteria.industry),
        "codes": codes,
        "has": _ticked(facts, criteria.has),
        "lacks": _ticked(facts, criteria.lacks),
        "kept": [("sort", criteria.sort), ("columns", ",".join(criteria.columns))],
        "chosen": {name: len(getattr(criteria, name)) for name in ("district", "status", "star", "industry")},
        "facts_chosen": len(criteria.has) + len(criteria.lacks),
    }


def _ticked(options: Any, chosen: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    return [(value, str(label), value in chosen) for value, label in options]


def _column_choice(criteria: Criteria, year: int) -> dict[str, Any]:
    """The columns shown, each with the address that moves it forward or takes it out; and those to add."""
    offered = catalogue().optional
    shown = list(criteria.columns)
    moved = []
    for place, name in enumerate(shown):
        forward = [*shown]
        if place:
            forward[place - 1], forward[place] = forward[place], forward[place - 1]
        moved.append(
            {
                "name": name,
                "title": offered[name].title(year),
                "forward": criteria.address(columns=tuple(forward)) if place else "",
            }
        )
    others = [(name, column.title(year), False) for name, column in offered.items() if name not in shown]
    return {"shown": moved, "others": others, "usual": criteria.address(columns=DEFAULT_COLUMNS)}
