"""Facts, parameters and rules: what they mean and where they are used."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.library import policies, queries
from zongbu.desk.library.showing import links, values
from zongbu.desk.library.showing.reader import Reader, category_label
from zongbu.desk.library.showing.usage import Usage, usage
from zongbu.desk.library.showing.views import HistoryLine
from zongbu.desk.library.views.common import crumbs, reader_of
from zongbu.law.explain.words import word
from zongbu.law.facts import Fact


def _used(reader: Reader, found: Usage) -> dict[str, Any]:
    """A usage with titles and addresses."""
    rules = reader.policy.rules

    def shown(identifier: str) -> dict[str, str]:
        rule = rules[identifier]
        measure = reader.policy.measures.get(identifier)
        return {
            "title": reader.names.rule(identifier),
            "url": links.rule_url(reader.policy, identifier),
            "kind": category_label(measure.category) if measure else reader.rule(rule).kind,
            "clause": rule.clause,
            "clause_url": links.clause_url(reader.policy, rule.clause),
        }

    return {
        "policy": reader.title,
        "url": links.policy_url(reader.policy),
        "direct": [shown(name) for name in found.direct],
        "results": [shown(name) for name in found.results],
        "measures": [shown(name) for name in found.measures],
    }


def _type_label(fact: Fact) -> str:
    return {
        "text": _("文字"),
        "code": _("代码"),
        "boolean": _("是否"),
        "integer": _("整数"),
        "money": _("金额（元）"),
        "ratio": _("比例"),
        "date": _("日期"),
        "choice": _("选项"),
    }[fact.type]


def _supplier(fact: Fact, lang: str) -> str:
    return word(f"supplied_{fact.kind}", lang)


@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    """The dictionary of facts: what each means, who supplies it, which policies read it."""
    lang, today = language(), timezone.localdate()
    rows: dict[str, dict[str, Any]] = {}
    for policy in policies.policies():
        reader = Reader(policy, lang, today)
        graph = usage(policy)
        for fact in policy.dictionary.values():
            row = rows.setdefault(
                fact.identifier,
                {
                    "title": reader.names.fact(fact.identifier),
                    "url": links.fact_url(fact.identifier),
                    "definition": fact.definition_en if lang == "en" and fact.definition_en else fact.definition,
                    "kind": fact.kind,
                    "supplier": _supplier(fact, lang),
                    "type": _type_label(fact),
                    "policies": [],
                },
            )
            if graph.of("fact", fact.identifier).used:
                row["policies"].append({"title": reader.title, "url": links.policy_url(policy)})
    kind = request.GET.get("kind", "")
    shown = [row for row in rows.values() if kind in ("", row["kind"])]
    kinds = [(name, word(f"supplied_{name}", lang)) for name in ("declared", "registry", "finding")]
    return render(
        request,
        "library/facts.html",
        {"rows": shown, "kind": kind, "kinds": kinds, "total": len(rows), "crumbs": crumbs()},
    )


@require_safe
def fact(request: HttpRequest, fact: str) -> HttpResponse:
    """A fact: its meaning, and the rules and measures that hang on it, policy by policy."""
    lang, today = language(), timezone.localdate()
    readers = [Reader(policy, lang, today) for policy in policies.policies() if fact in policy.dictionary]
    if not readers:
        raise Http404(f"no fact {fact}")
    known, names = readers[0].policy.dictionary[fact], readers[0].names
    found = [(reader, usage(reader.policy).of("fact", fact)) for reader in readers]
    return render(
        request,
        "library/fact.html",
        {
            "fact": known,
            "title": names.fact(fact),
            "definition": known.definition_en if lang == "en" and known.definition_en else known.definition,
            "supplier": _supplier(known, lang),
            "type": _type_label(known),
            "options": [names.option(fact, option) for option in known.choices],
            "usages": [_used(reader, one) for reader, one in found if one.used],
            "crumbs": crumbs(None, (_("事实字典"), reverse("library:facts"))),
        },
    )


@require_safe
def parameter(request: HttpRequest, policy: str, parameter: str) -> HttpResponse:
    """A parameter: its value and period, where it stands, what was entered for it, what hangs on it."""
    reader = reader_of(policy)
    known = reader.policy.parameters.get(parameter)
    if known is None or "." in parameter:
        raise Http404(f"{policy} has no parameter {parameter}")
    viewer = viewer_of(request)
    view = reader.parameter(known)
    entries = list(queries.values(viewer).filter(policy=policy, parameter=parameter))
    approved = sorted(
        (one for one in entries if one.state == "approved"), key=lambda one: (one.valid_from, one.decided_at, one.pk)
    )
    started = [one for one in approved if one.valid_from <= reader.day]
    now = started[-1] if started and started[-1].covers(reader.day) else None
    last = {one.pk: place for place, one in enumerate(approved)}
    history = [
        HistoryLine(
            entry=entry,
            value=values.entered(known, entry, reader.lang),
            period=values.span(entry.valid_from, entry.valid_until, reader.lang),
            now=entry is now and view.source == entry.source,
            superseded=entry.pk in last and last[entry.pk] + 1 < len(approved),
        )
        for entry in entries
    ]
    return render(
        request,
        "library/parameter.html",
        {
            "reader": reader,
            "policy": reader.policy,
            "parameter": view,
            "history": history,
            "usage": _used(reader, usage(reader.policy).of("parameter", parameter)),
            "crumbs": crumbs(reader, (f"{known.clause} {reader.names.clause_title(known.clause)}", view.clause_url)),
            "may_propose": viewer.role in CITY and view.open,
        },
    )


@require_safe
def rule(request: HttpRequest, policy: str, rule: str) -> HttpResponse:
    """A rule or step: formula, tree, the facts that it rests on, what hangs on it."""
    reader = reader_of(policy)
    known = reader.policy.rules.get(rule)
    if known is None or known.policy or known.kind == "措施":
        raise Http404(f"{policy} has no rule {rule}")
    graph = usage(reader.policy)
    view = reader.rule(known)
    return render(
        request,
        "library/rule.html",
        {
            "reader": reader,
            "policy": reader.policy,
            "rule": view,
            "facts": [{"title": reader.names.fact(name), "url": links.fact_url(name)} for name in graph.facts(rule)],
            "usage": _used(reader, graph.of("rule", rule)),
            "crumbs": crumbs(reader, (f"{known.clause} {reader.names.clause_title(known.clause)}", view.clause_url)),
        },
    )
