"""A question as its page shows it: plain words for a fact, how it is answered, and which clause needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.selfcheck import questions
from zongbu.desk.selfcheck.answers import State, typed_amount
from zongbu.desk.selfcheck.presentation import clause_url
from zongbu.desk.selfcheck.questions import Progress
from zongbu.law import Policy
from zongbu.law.amounts import UNITS_EN
from zongbu.law.explain.assessment import Assessment
from zongbu.law.facts import Fact
from zongbu.law.facts.values import BadValue
from zongbu.law.names import Names

MOST_RADIOS = 8
"""Choices up to this number are shown at once, more as a list to pull down."""
UNITS = (("亿", "亿元"), ("万", "万元"), ("", "元"))


@dataclass(frozen=True, slots=True)
class Need:
    """A clause that needs a fact."""

    citation: str
    title: str
    restatement: str
    url: str
    policy: str


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to be asked for. ``widget`` is boolean, choice, select, money, integer, ratio, date, code or text.

    ``value`` and ``unit`` are what the field starts with, ``again`` says that a finer code is wanted, ``finding``
    that a department decides, ``year`` of which year the value is (None: of the day).
    """

    fact: Fact
    title: str
    definition: str
    prompt: str
    widget: str
    options: tuple[tuple[str, str], ...]
    unit_label: str
    value: str
    unit: str
    year: int | None
    needs: tuple[Need, ...]
    finding: bool
    again: bool
    recorded: bool
    error: str = ""

    @property
    def identifier(self) -> str:
        return self.fact.identifier


@dataclass(frozen=True, slots=True)
class Checked:
    """Where somebody stands: the policy, the state, the facts of the enterprise's record, the assessment of it all."""

    policy: Policy
    state: State
    recorded: dict[str, str]
    assessment: Assessment

    @property
    def next(self) -> Fact | None:
        """The fact to ask for next."""
        return questions.choose(self.assessment, self.state.answers, self.state.coarse)

    @property
    def progress(self) -> Progress:
        return questions.progress(self.assessment, self.state.answers, self.state.coarse)


def checked(state: State, recorded: dict[str, str] | None = None) -> Checked:
    """Assess what a state knows, and the recorded facts.

    Raises:
        InputError: the policy is not known, or a fact cannot be read.
    """
    policy = policy_of(state.policy)
    recorded = recorded or {}
    assessor = questions.assessor_for(policy, state.as_of, state.goals, overrides(policy.identifier, state.as_of))
    return Checked(policy, state, recorded, assessor.assess(questions.facts_of(state.answers, recorded)))


def question(
    where: Checked, fact: Fact, lang: str, *, typed: str | None = None, unit: str | None = None, error: str = ""
) -> Question:
    """A fact as a question; ``typed`` is what was typed and refused."""
    policy, state = where.policy, where.state
    return ask(
        policy,
        fact,
        lang,
        as_of=state.as_of,
        value=state.answers.get(fact.identifier),
        recorded=where.recorded.get(fact.identifier),
        results=where.assessment.assessor.results,
        typed=typed,
        unit=unit,
        error=error,
    )


def ask(
    policy: Policy,
    fact: Fact,
    lang: str,
    *,
    as_of: date,
    value: str | None,
    recorded: str | None = None,
    results: Iterable[str] = (),
    typed: str | None = None,
    unit: str | None = None,
    error: str = "",
) -> Question:
    """A fact as a question; ``value`` is the answer given before, ``results`` those that somebody wants to know."""
    names = Names(policy, lang)
    before = value if value is not None else recorded
    shown, chosen = (before or "", "")
    if fact.type == "money":
        shown, chosen = typed_amount(before) if before else ("", "万")
    elif fact.type == "ratio" and before:
        shown = f"{float(before) * 100:g}"
    elif fact.type == "boolean" and before:
        shown = "是" if before in ("是", "true") else "否"
    options = options_of(fact, lang)
    return Question(
        fact=fact,
        title=names.fact(fact.identifier),
        definition=(fact.definition if lang == "zh" else fact.definition_en) or "",
        prompt=_prompt(fact),
        widget=widget_of(fact, options),
        options=options,
        unit_label=UNITS_EN.get(fact.unit, fact.unit) if lang == "en" else fact.unit,
        value=shown if typed is None else typed,
        unit=chosen if unit is None else unit,
        year=as_of.year - 1 if fact.period == "prior_year" else None,
        needs=needs_of(policy, fact, results, names),
        finding=fact.kind == "finding",
        again=value is not None and fact.type == "code",
        recorded=recorded is not None and value is None,
        error=error,
    )


def widget_of(fact: Fact, options: tuple[tuple[str, str], ...]) -> str:
    if fact.type == "boolean":
        return "boolean"
    if options:
        return "choice" if len(options) <= MOST_RADIOS else "select"
    return fact.type


def options_of(fact: Fact, lang: str) -> tuple[tuple[str, str], ...]:
    """The answers to choose from, identifier and words; empty where a value has to be typed."""
    if fact.type == "integer" and fact.option_aliases:
        aliases = fact.option_aliases.items()
        return tuple((number, words[0] if lang == "zh" else number) for number, words in aliases)
    if fact.choices and (fact.type == "choice" or fact.format == "division"):
        return tuple((option, title if lang == "zh" else _option_en(option)) for option, title in fact.choices.items())
    return ()


def _option_en(option: str) -> str:
    """An option as English words: ``none`` → ``None``; codes and abbreviations as they are."""
    plain = not option.isascii() or option.isupper() or option.isdigit()
    return option if plain else option.replace("_", " ").capitalize()


def _prompt(fact: Fact) -> str:
    return {
        "boolean": _("是这样吗？"),
        "money": _("是多少？"),
        "integer": _("是多少？"),
        "ratio": _("是百分之几？"),
        "date": _("是哪一天？"),
        "choice": _("是哪一种？"),
        "code": _("是哪一个？"),
    }.get(fact.type, _("请填写。"))


def needs_of(policy: Policy, fact: Fact, results: Iterable[str], names: Names) -> tuple[Need, ...]:
    """The clauses whose rules read a fact on the way to the results."""
    found: dict[tuple[str, str], Need] = {}
    for rule in questions.facts_read(policy, results).get(fact.identifier, ()):
        owner = policy.based_on[rule.policy] if rule.policy else policy
        key = owner.identifier, rule.clause
        if key not in found:
            clause = owner.clause(rule.clause)
            title = clause.title if names.lang == "zh" else Names(owner, "en").clause_title(rule.clause)
            number = owner.head.get("文号", "") if owner is not policy else ""
            found[key] = Need(f"{number}{rule.clause}", title, clause.restatement, clause_url(*key), owner.identifier)
    return tuple(found.values())


def why_not(error: BadValue, fact: Fact, lang: str) -> str:
    """What is wrong with a value. The engine says it in Chinese; in English what to write is said by type."""
    if lang == "zh":
        return error.reason
    return {
        "money": "Write one amount of yuan as a number, such as 12.3, and choose the unit beside it.",
        "integer": "Write a whole number, such as 3.",
        "ratio": "Write a percentage, such as 30 or 12.5.",
        "date": "Write a date as year-month-day, such as 2021-12-31.",
        "code": "Write the code in digits, such as 6513 (two to four digits for an industry).",
        "boolean": "Choose yes or no.",
        "choice": "Choose one of the options.",
    }.get(fact.type, "This cannot be read.")
