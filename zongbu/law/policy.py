"""What a loaded policy is: clauses, and under each clause its parameters, rules, readings and measures.

These are plain frozen records. ``document.py`` makes them from a policy file; everything else reads them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from zongbu.law.facts import Dictionary
from zongbu.law.formula import ParsedLiteral
from zongbu.law.nodes import Node, Type, Width

if TYPE_CHECKING:
    from zongbu.law.assessor import Assessor
    from zongbu.law.explain.assessment import Assessment
    from zongbu.law.parameters import Overrides
    from zongbu.law.screen import Screening


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered passage of a policy: ``citation`` is （三）2, ``restatement`` is in our own words."""

    citation: str
    title: str
    restatement: str
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Period:
    """The value of a parameter from ``start`` to ``end`` (both included; None is open); None is 未公布."""

    start: date | None
    end: date | None
    value: ParsedLiteral | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the policy, cited by the clause it stands under; texts in it may be options of a choice."""

    identifier: str
    title: str
    type: Type
    width: Width | None
    periods: tuple[Period, ...]
    clause: str
    line: int
    words: Mapping[str, str] = field(default_factory=dict)
    """For sets and tables of a choice's options: accepted word → identifier of the option."""

    def at(self, moment: date) -> Period | None:
        """The period in force on a day, or None if no value is given for that day."""
        for period in self.periods:
            if (period.start is None or period.start <= moment) and (period.end is None or moment <= period.end):
                return period
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named formula: a published result (规则), a step towards one (步骤), the result of a measure (措施), or a
    notice (提示): a condition that changes no result, but that people have to be told of where it holds.

    ``policy`` is empty for the policy's own rules and names the other policy for rules built upon.
    """

    identifier: str
    title: str
    node: Node
    kind: Literal["规则", "步骤", "措施", "提示"]
    clause: str
    line: int
    policy: str = ""

    @property
    def is_step(self) -> bool:
        """Whether the rule is explained beneath whatever uses it, and is no result of its own."""
        return self.kind in ("步骤", "提示")


@dataclass(frozen=True, slots=True)
class Reading:
    """An ambiguity of the text with its possible meanings; ``options`` maps each to its explanation."""

    identifier: str
    title: str
    options: Mapping[str, str]
    default: str
    clause: str
    line: int


Level = Literal["city", "district", "department"]
Recipient = Literal["enterprise", "person", "district"]
Frequency = Literal["yearly", "once", "each"]
Way = Literal["claim", "offer", "combined", ""]


@dataclass(frozen=True, slots=True)
class Payer:
    """Who bears a measure (分担): the rule of its part in 元; an empty ``rule`` is the whole amount."""

    level: Level
    rule: str


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """A measure that makes good, in one sum, what somebody else paid under other measures.

    ``measures`` are those whose payments are added up (汇总), ``fact`` is the sum as a fact (支出), ``ceiling``
    the rule of 元 that limits what is made good (上限).
    """

    measures: tuple[str, ...]
    fact: str
    ceiling: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a policy offers: subsidy (奖补), quota (名额), referral (推荐), service (服务), encouragement (鼓励).

    ``eligible`` is the formula of 对象, ``amount`` that of 金额 (元) or 数量; ``details`` holds the other
    fields (责任单位, 方式, 出资, 期限, 材料, 说明 …) as written, with parameters in braces. What follows is read
    from them:

    ``way`` is how it is got (方式): by claim, by offer (免申即享), or as the outcome of other measures
    (``combined``, nothing to apply for). ``units`` are the 责任单位, ``level`` is who handles it. ``payers`` is
    empty where the policy does not declare who pays. ``not_stacking`` names measures, those of other policies
    as ``other-policy.identifier``: what was received for the same matter counts against this one.
    ``drew_other`` is the fact (是否) whether one of ``exclusive_with`` was drawn in an earlier year. ``barred_by``
    (不得) are conditions under which it is not given although the entitlement computes, ``needs_person`` (人工) those
    under which a person has to decide, with reasons.
    ``records`` pairs a fact with the rule whose value it has once the measure is paid.
    """

    identifier: str
    title: str
    category: str
    eligible: Node
    amount: Node | None
    exclusive_with: tuple[str, ...]
    details: Mapping[str, str]
    clause: str
    line: int
    way: Way = ""
    units: tuple[str, ...] = ()
    level: Level = "city"
    payers: tuple[Payer, ...] = ()
    recipient: Recipient = "enterprise"
    frequency: Frequency = "yearly"
    not_stacking: tuple[str, ...] = ()
    drew_other: str = ""
    barred_by: tuple[str, ...] = ()
    needs_person: tuple[str, ...] = ()
    records: tuple[tuple[str, str], ...] = ()
    reimburses: Reimbursement | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that the measure names beside its formulas."""
        found = [fact for fact, _ in self.records]
        found += [self.drew_other] if self.drew_other else []
        return (*found, self.reimburses.fact) if self.reimburses is not None else tuple(found)


@dataclass(frozen=True, slots=True)
class Example:
    """A case with its expected results; None stands for 待定. ``missing`` is compared only where given."""

    title: str
    as_of: date
    facts: Mapping[str, Any]
    parameters: Mapping[str, Any]
    readings: Mapping[str, str]
    results: Mapping[str, Any]
    missing: Mapping[str, frozenset[str]]
    clause: str
    line: int


@dataclass(frozen=True, repr=False)
class Policy:
    """A policy file, read and checked. Build one with ``load_policy``.

    ``rules`` is in an order in which each rule stands after those it needs; it includes the rules of
    other policies that this one builds on, under ``other-policy.identifier``. ``version`` is a content
    hash: equal versions give equal decisions.
    """

    identifier: str
    title: str
    head: Mapping[str, str]
    effective_from: date | None
    effective_until: date | None
    clauses: tuple[Clause, ...]
    dictionary: Dictionary
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Rule]
    readings: Mapping[str, Reading]
    measures: Mapping[str, Measure]
    examples: tuple[Example, ...]
    version: str
    path: Path = field(compare=False)
    based_on: Mapping[str, Policy] = field(compare=False, default_factory=dict)
    recognises: str = ""
    """The rule that recognition decides (head: 认定结果); empty where the policy names none."""
    base: Policy | None = field(compare=False, default=None)
    """The policy that this one was derived from, see ``decided``; None for a policy as it stands in its file."""
    decisions: tuple[str, ...] = ()
    """The results that have been decided by an authority, see ``decided``."""

    def __repr__(self) -> str:
        return f"Policy({self.identifier!r}, version={self.version[:12]!r})"

    @property
    def base_version(self) -> str:
        """The content hash of the policy file, whatever was decided under it."""
        return self.version if self.base is None else self.base.version

    @property
    def status(self) -> str:
        """施行, 征求意见 or 废止, as the head of the file says."""
        return self.head.get("状态", "")

    @property
    def may_be_activated(self) -> bool:
        """Whether decisions can be taken under it: no draft, not repealed, and its first day is fixed."""
        return self.status not in ("征求意见", "废止") and self.effective_from is not None

    def in_force(self, moment: date) -> bool:
        """Whether the policy applies on a day, by its own dates."""
        if not self.may_be_activated:
            return False
        assert self.effective_from is not None
        return self.effective_from <= moment and (self.effective_until is None or moment <= self.effective_until)

    @functools.cached_property
    def results(self) -> tuple[str, ...]:
        """The published results: its own rules (规则), then its measures that compute an amount."""
        rules = [rule.identifier for rule in self.rules.values() if rule.kind == "规则" and not rule.policy]
        order = {rule.identifier: rule.line for rule in self.rules.values()}
        amounts = [
            measure.identifier
            for measure in self.measures.values()
            if measure.amount is not None and measure.amount.type.unit == "元"
        ]
        return (*sorted(rules, key=order.__getitem__), *amounts)

    @functools.cached_property
    def notices(self) -> tuple[str, ...]:
        """Its own notices (提示), in the order of the file."""
        found = [rule for rule in self.rules.values() if rule.kind == "提示" and not rule.policy]
        return tuple(rule.identifier for rule in sorted(found, key=lambda rule: rule.line))

    @property
    def successor(self) -> str:
        """The document that takes its place (head: 被取代), or an empty text."""
        return self.head.get("被取代", "")

    def term_of(
        self, measure: str, as_of: date, parameters: Overrides | None = None
    ) -> tuple[int, Literal["个工作日", "天"]] | None:
        """How long the handling of a measure may take: the first parameter in its 期限 that counts days.

        Args:
            measure: identifier of a measure of this policy.
            as_of: the day whose value applies.
            parameters: values for unpublished or changed parameters, as for ``assess``.

        Returns:
            Number and unit; None where the policy gives no such term, or no value for it on that day.
        """
        from zongbu.law.parameters import term_in

        return term_in(self, self.measures[measure].details.get("期限", ""), as_of, parameters)

    def clause(self, citation: str) -> Clause:
        """The clause of that citation; KeyError if there is none."""
        return self._by_citation[citation]

    @functools.cached_property
    def _by_citation(self) -> dict[str, Clause]:
        return {clause.citation: clause for clause in self.clauses}

    def assessor(
        self,
        *,
        as_of: date,
        parameters: Overrides | None = None,
        readings: Mapping[str, str] | None = None,
        results: Iterable[str] | None = None,
    ) -> Assessor:
        """A ready assessor for many enterprises under one date, one set of parameters and readings.

        Raises:
            InputError: an unknown parameter, reading, option or result is named.
        """
        from zongbu.law.assessor import Assessor

        return Assessor(self, as_of=as_of, parameters=parameters, readings=readings, results=results)

    def assess(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        parameters: Overrides | None = None,
        readings: Mapping[str, str] | None = None,
        results: Iterable[str] | None = None,
    ) -> Assessment:
        """Assess one enterprise.

        Args:
            facts: identifier or Chinese title → value, in Python types or as people write them
                (``"12.3亿元"``); a fact that is absent, None or empty is unknown, never false or zero.
            as_of: the day whose law and facts apply; prior-year facts are those of ``as_of.year - 1``.
            parameters: values for unpublished or changed parameters, see ``read_overrides``.
            readings: identifier of a reading → option; the others keep their default.
            results: identifiers of results; default: all published ones.

        Returns:
            The assessment: values, reasons, missing facts, shortfalls and readings that matter.

        Raises:
            InputError: a fact is unknown or cannot be read; all faults are named together.
        """
        assessor = self.assessor(as_of=as_of, parameters=parameters, readings=readings, results=results)
        return assessor.assess(facts)

    def decided(self, results: Iterable[str]) -> Policy:
        """The policy as it applies where an authority has decided some results.

        Each of these rules reads a fact of its own, ``<rule>_decided`` (see ``decided.decided_fact``), that says
        what was decided; unknown where nothing was. All else is as before: explanations, missing facts,
        screening. The version is another one, so that a record made under it is verified under the same
        derivation only; ``base_version`` is that of the file.

        Args:
            results: identifiers or titles of conditions, also of the other policies that this one builds on
                (``hangzhou-2023.is_headquarters``). Decisions of a derived policy are kept.

        Raises:
            InputError: a result is unknown, or is no condition.
        """
        from zongbu.law.decided import decided

        return decided(self, results)

    def screen(
        self,
        source: str | Path,
        *,
        as_of: date,
        results: Iterable[str] | None = None,
        parameters: Overrides | None = None,
        readings: Mapping[str, str] | None = None,
        engine: str = "duckdb",
        output: str | Path | None = None,
        **options: Any,
    ) -> Screening:
        """Screen a table of enterprises with one compiled SELECT.

        Args:
            source: a CSV, XLSX or Parquet file, or the name of a table (``engine="postgres"``).
            as_of, results, parameters, readings: as for ``assess``.
            engine: ``duckdb``, ``spark`` or ``postgres``.
            output: CSV, XLSX or Parquet file for the rows; None computes the totals only.
            options: see ``screen.Request`` (``only``, ``sheet``, ``master``, ``database``, ``progress``).

        Returns:
            Counts of met / not met / undetermined per result, sums of amounts (yuan), the funnel, rejects.

        Raises:
            InputError: the source cannot be read or an option does not fit.
        """
        from zongbu.law.screen import Request, screen

        request = Request(
            policy=self,
            source=source,
            as_of=as_of,
            results=tuple(results) if results is not None else self.results,
            parameters=parameters,
            readings=dict(readings or {}),
            engine=engine,
            output=Path(output) if output is not None and engine != "postgres" else output,
            **options,
        )
        return screen(request)
