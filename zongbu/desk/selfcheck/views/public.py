"""The self-check: questions one at a time or all on one page, the result, the shared link, handing answers over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises import actions as enterprise_actions
from zongbu.desk.enterprises import queries as enterprise_queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy, policies
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.selfcheck import sharing
from zongbu.desk.selfcheck.answers import BadState, State, canonical, kept, pack, read, unpack
from zongbu.desk.selfcheck.asking import Checked, Question, checked, why_not
from zongbu.desk.selfcheck.asking import question as question_of
from zongbu.desk.selfcheck.presentation import present
from zongbu.desk.selfcheck.questions import facts_read
from zongbu.law import InputError, Policy
from zongbu.law.explain.outline import outline
from zongbu.law.explain.view import Figure
from zongbu.law.facts import Fact
from zongbu.law.facts.values import BadValue, parse
from zongbu.law.names import Names

DEFAULT_POLICY = "hangzhou-2023"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Choose a policy and a day, and begin."""
    found = policies()
    identifiers = {one.identifier for one in found}
    asked = request.GET.get("policy", DEFAULT_POLICY)
    chosen = asked if asked in identifiers else found[0].identifier
    return render(
        request,
        "selfcheck/start.html",
        {
            "policies": found,
            "chosen": chosen,
            "today": timezone.localdate(),
            "enterprise": own_enterprise(viewer_of(request)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest) -> HttpResponse:
    """The next question; takes the answer to the one before. Nothing is written: the state travels with the form.

    Opened by its address (``?policy=…&as_of=…``) it is the first question, or with ``&fact=…`` that one.
    """
    try:
        state = sent_state(request)
        where = checked(state, recorded_facts(request, state))
    except BadState:
        return broken(request)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("selfcheck:start")
    dictionary, lang = where.policy.dictionary, language()
    asked = dictionary.get(request.POST.get("fact", "") or request.GET.get("fact", ""))
    match request.POST.get("do", "" if request.method == "POST" else "change"):
        case "back":
            before = state.before(asked.identifier if asked is not None else None)
            if before is None:
                return redirect(f"{reverse('selfcheck:start')}?policy={where.policy.identifier}")
            return question_page(request, where, question_of(where, dictionary[before], lang))
        case "change" if asked is not None:
            return question_page(request, where, question_of(where, asked, lang))
        case "forget" if asked is not None:
            state = state.without(asked.identifier)
        case "skip" if asked is not None:
            state = state.answered(asked.identifier, None)
        case "result":
            return result_page(request, where)
        case _ if "goal" in request.POST:
            goal = request.POST["goal"]
            if goal in where.policy.rules and goal not in where.assessment.assessor.results:
                state = replace(state, goals=(*state.goals, goal))
        case _ if asked is not None:
            typed, unit = request.POST.get("value", "").strip(), request.POST.get("unit", "")
            try:
                value = read(asked, typed, unit) if typed else None
                if value is None:
                    raise BadValue(_("请先作答；不知道的可以选「不知道」"))
            except BadValue as error:
                wrong = why_not(error, asked, lang) if typed else error.reason
                again = question_of(where, asked, lang, typed=typed, unit=unit, error=wrong)
                return question_page(request, where, again, status=422)
            state = state.answered(asked.identifier, value)
    where = checked(state, where.recorded)
    fact = where.next
    if fact is None:
        return result_page(request, where)
    return question_page(request, where, question_of(where, fact, lang))


def question_page(request: HttpRequest, where: Checked, asked: Question, status: int = 200) -> HttpResponse:
    context = {
        "where": where,
        "question": asked,
        "progress": where.progress,
        "state": pack(where.state),
        "first": where.state.before(asked.identifier) is None,
        "draft": where.policy.status == "征求意见",
        "units": units(),
        "recorded_count": len(where.recorded),
    }
    return private(render(request, "selfcheck/question.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest) -> HttpResponse:
    """The result of what has been answered so far; opened by its address, that of knowing nothing."""
    try:
        state = sent_state(request)
        return result_page(request, checked(state, recorded_facts(request, state)))
    except BadState:
        return broken(request)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("selfcheck:start")


def result_page(request: HttpRequest, where: Checked) -> HttpResponse:
    """What follows from the answers, with ways to go on, to change an answer, to share and to hand over."""
    state, lang = where.state, language()
    known = {**where.recorded, **state.known}
    token = sharing.link(where.policy, state.as_of, known, state.goals)
    check = present(where.assessment, lang)
    context = {
        "where": where,
        "check": check,
        "state": pack(state),
        "progress": where.progress,
        "next": where.next,
        "answers": answer_lines(where, lang, check.outline.facts),
        "ask": True,
        "link": request.build_absolute_uri(reverse("selfcheck:shared", args=[token])),
        "link_expires": sharing.expires(),
        "link_days": sharing.days(),
        "enterprise": own_enterprise(viewer_of(request)) if state.own else None,
        "declarable": declarable(where.policy, state),
    }
    return private(render(request, "selfcheck/result.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def all_questions(request: HttpRequest) -> HttpResponse:
    """All facts on one page, for those who know them."""
    lang = language()
    try:
        state = sent_state(request)
        where = checked(state, recorded_facts(request, state))
    except BadState:
        return broken(request)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("selfcheck:start")
    policy = where.policy
    facts = [policy.dictionary[fact] for fact in facts_read(policy, where.assessment.assessor.results)]
    wrong: dict[str, tuple[str, str, str]] = {}
    if request.method == "POST" and request.POST.get("do") == "answer":
        answers = dict(state.answers)
        for fact in facts:
            typed = request.POST.get(fact.identifier, "").strip()
            unit = request.POST.get(f"{fact.identifier}__unit", "")
            try:
                value = read(fact, typed, unit) if typed else None
            except BadValue as error:
                wrong[fact.identifier] = typed, unit, why_not(error, fact, lang)
                continue
            answers.pop(fact.identifier, None)
            if value is not None and value != normal(fact, where.recorded.get(fact.identifier)):
                answers[fact.identifier] = value
        state = replace(state, answers=answers)
        where = checked(state, where.recorded)
        if not wrong:
            return result_page(request, where)
    groups: dict[tuple[str, str], list[Question]] = {}
    for fact in in_order(where, facts):
        refused = wrong.get(fact.identifier)
        more = {} if refused is None else dict(zip(("typed", "unit", "error"), refused, strict=True))
        asked = question_of(where, fact, lang, **more)
        groups.setdefault((asked.needs[0].citation, asked.needs[0].title), []).append(asked)
    context = {
        "where": where,
        "state": pack(state),
        "groups": [(citation, title, asked) for (citation, title), asked in groups.items()],
        "wrong": [asked for group in groups.values() for asked in group if asked.error],
        "draft": policy.status == "征求意见",
        "units": units(),
    }
    return private(render(request, "selfcheck/all.html", context, status=422 if wrong else 200))


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A result that somebody shared: recomputed from what the link holds."""
    try:
        held = sharing.opened(token)
        state = kept(held.state, policy_of(held.state.policy))
        where = checked(state)
    except sharing.BadLink as error:
        context = {"expired": error.expired, "days": sharing.days()}
        return private(render(request, "selfcheck/bad_link.html", context, status=410 if error.expired else 400))
    except UnknownPolicy:
        return private(render(request, "selfcheck/bad_link.html", {"expired": True}, status=410))
    check = present(where.assessment)
    shown: dict[str, Any] = {
        "where": where,
        "check": check,
        "answers": answer_lines(where, language(), check.outline.facts),
        "state": pack(state),
        "changed": not where.policy.version.startswith(held.version),
    }
    response = private(render(request, "selfcheck/shared.html", shown))
    response["X-Robots-Tag"] = "noindex"
    return response


# --- the record of one's own enterprise -------------------------------------------------------------------


@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """What would be declared of the answers, to look at before it is done. Writes nothing."""
    try:
        state = sent_state(request)
        where = checked(state, recorded_facts(request, state))
    except BadState:
        return broken(request)
    enterprise = own_enterprise(viewer_of(request))
    if enterprise is None:
        raise PermissionDenied
    lang = language()
    lines = answer_lines(where, lang)
    context = {
        "where": where,
        "state": pack(state),
        "enterprise": enterprise,
        "lines": [line for line in lines if line["identifier"] in declarable(where.policy, state)],
        "others": [line for line in lines if line["answered"] and line["kind"] != "declared"],
        "valid_from": min(state.as_of, timezone.localdate()),
        "year": state.as_of.year - 1,
        "draft": enterprise.drafts.filter(year=state.as_of.year - 1).exists(),
    }
    return private(render(request, "selfcheck/hand_over.html", context))


@require_POST
@once
def declare(request: HttpRequest) -> HttpResponse:
    """Declare the answers, as they were shown before."""
    try:
        state = sent_state(request)
    except BadState:
        return broken(request)
    enterprise = own_enterprise(viewer_of(request))
    if enterprise is None:
        raise PermissionDenied
    values = declarable(policy_of(state.policy), state)
    try:
        enterprise_actions.declare(
            viewer_of(request),
            enterprise,
            values,
            valid_from=min(state.as_of, timezone.localdate()),
            period=state.as_of.year - 1,
            reason=_("政策体检中填写"),
        )
    except InputError as error:
        messages.error(request, str(error))
        return redirect("selfcheck:start")
    messages.success(request, _("已作为申报事实交到企业档案，共 %d 项。") % len(values))
    return redirect("enterprises:detail", uscc=enterprise.uscc)


def in_order(where: Checked, facts: Iterable[Fact]) -> list[Fact]:
    """Facts in the order of the clauses that need them first, and there of the dictionary, findings last."""
    policy = where.policy
    clauses = {clause.citation: position for position, clause in enumerate(policy.clauses)}
    readers = facts_read(policy, where.assessment.assessor.results)
    dictionary = {fact: position for position, fact in enumerate(policy.dictionary)}

    def rank(fact: Fact) -> tuple[bool, int, bool, int]:
        rule = readers[fact.identifier][0]
        return bool(rule.policy), clauses.get(rule.clause, 0), fact.kind == "finding", dictionary[fact.identifier]

    return sorted(facts, key=rank)


def declarable(policy: Policy, state: State) -> dict[str, str]:
    """The answers that an enterprise itself may declare."""
    return {name: value for name, value in state.known.items() if policy.dictionary[name].kind == "declared"}


# --- pieces -----------------------------------------------------------------------------------------------


def sent_state(request: HttpRequest) -> State:
    """The state that came with the form, or a new one.

    Raises:
        BadState: it was altered or cut off.
        InputError: the policy is not known, or the day cannot be read.
    """
    if "state" not in request.POST:
        return new_state(request, request.POST if request.method == "POST" else request.GET)
    state = unpack(request.POST["state"])
    return kept(state, policy_of(state.policy))


def new_state(request: HttpRequest, given: Any) -> State:
    """A state without answers, for the policy and the day that were chosen.

    Raises:
        InputError: the policy is not known, or the day cannot be read.
    """
    identifier = given.get("policy", DEFAULT_POLICY)
    policy_of(identifier)
    text = given.get("as_of", "")
    try:
        as_of = date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise InputError(_("日期请写成 2026-06-30 的样子")) from None
    if not 2000 <= as_of.year <= 2100:
        raise InputError(_("基准日须在2000年至2100年之间"))
    return State(policy=identifier, as_of=as_of, own=bool(given.get("own")) and viewer_of(request).role in ENTERPRISE)


def own_enterprise(viewer: Viewer) -> Enterprise | None:
    """The enterprise for which the viewer acts, if it has a record."""
    if viewer.role not in ENTERPRISE or not viewer.uscc:
        return None
    return enterprise_queries.enterprises(viewer).filter(uscc=viewer.uscc).first()


def recorded_facts(request: HttpRequest, state: State) -> dict[str, str]:
    """What is recorded of the viewer's own enterprise, where it was asked to be used; read anew each time."""
    if not state.own:
        return {}
    enterprise = own_enterprise(viewer_of(request))
    if enterprise is None:
        if not viewer_of(request).signed_in:
            messages.warning(request, _("登录已结束，不再读取企业档案；已经作答的都还在。"))
        return {}
    return enterprise_queries.facts_at(enterprise, state.as_of, policy=policy_of(state.policy))


def answer_lines(where: Checked, lang: str, figures: Sequence[Figure] | None = None) -> list[dict[str, Any]]:
    """What is known, line by line: title, value in words, and whether it was answered or recorded."""
    policy = where.policy
    names = Names(policy, lang)
    if figures is None:
        figures = outline(where.assessment, lang).facts
    known = [name for name in policy.dictionary if where.assessment.facts.get(name) is not None]
    shown = {name: figure.value for name, figure in zip(known, figures, strict=True)}
    lines = [
        {
            "identifier": name,
            "title": names.fact(name),
            "value": value,
            "kind": policy.dictionary[name].kind,
            "answered": name in where.state.answers,
            "recorded": name in where.recorded,
        }
        for name, value in shown.items()
    ]
    lines += [
        {
            "identifier": name,
            "title": names.fact(name),
            "value": str(_("不知道")),
            "kind": policy.dictionary[name].kind,
            "answered": True,
            "recorded": False,
        }
        for name, value in where.state.answers.items()
        if value is None and name not in shown
    ]
    return lines


def normal(fact: Fact, text: str | None) -> str | None:
    """A recorded value as the self-check writes it, so that the two can be compared."""
    value = parse(fact, text) if text else None
    return None if value is None else canonical(fact, value)


def units() -> tuple[tuple[str, str], ...]:
    return (("亿", _("亿元")), ("万", _("万元")), ("", _("元")))


def broken(request: HttpRequest) -> HttpResponse:
    """The answers that came with the form are not those that were sent out."""
    return private(render(request, "selfcheck/broken.html", status=400))


def private(response: HttpResponse) -> HttpResponse:
    """Answers are nobody else's: no shared cache keeps the page."""
    response["Cache-Control"] = "private"
    return response
