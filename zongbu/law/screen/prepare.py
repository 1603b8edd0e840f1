"""From a request to compiled queries: what to read, what to compute, what to count."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from zongbu.law import nodes
from zongbu.law.assessor import check_readings, check_results
from zongbu.law.compile import needed_rules
from zongbu.law.errors import InputError
from zongbu.law.names import Names
from zongbu.law.parameters import DEMONSTRATION, ParameterValue, values_at
from zongbu.law.policy import Rule
from zongbu.law.screen.rejects import Rejects
from zongbu.law.screen.request import CARRIED, ENGINES, Count, Request, Screening, Step
from zongbu.law.sql import Column, Query, compile_query
from zongbu.law.sql.bits import Bits
from zongbu.law.sql.dialects import alias
from zongbu.law.sql.query import SOURCE


@dataclass(frozen=True, slots=True)
class Means:
    """What the source and the engine allow the compiler: facts without a column, facts never unknown,
    logic in bits, narrow decimals (see ``compile_query``)."""

    absent: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    bits: Bits | None = None
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What is to be said about the columns of a source: titles that are no fact, and remarks (Chinese)."""

    unknown_columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A checked request: identifiers resolved, parameters and readings in force, facts that matter."""

    request: Request
    results: tuple[str, ...]
    only: str | None
    parameters: Mapping[str, ParameterValue]
    readings: Mapping[str, str]
    facts: frozenset[str]
    conditions: Mapping[str, nodes.Node]
    condition_names: Mapping[str, tuple[Rule, str]]

    def rows_query(self, carried: Iterable[str], means: Means) -> Query:
        """The query of the rows: what is handed through, then one column per result."""
        results = self.results
        if self.only is not None and self.only not in results:
            results = (*results, self.only)
        return self._compile(results, carried, {}, means)

    def rows_text(self, query: str, carried: Iterable[str], *, ordered: bool, quote: str = '"') -> str:
        """The rows as they are written: asked columns only, those that meet ``only``, in the order of the source.

        Raises:
            InputError: ``only`` names a result that is neither a condition nor a number.
        """
        carried = tuple(carried)
        columns = [f"{quote}{column}{quote}" for column in (*carried, *self.results)]
        if self.note:
            columns.append(f"'{DEMONSTRATION}' AS {quote}{self.remarks_column(carried)}{quote}")
        text = f"SELECT {', '.join(columns)} FROM ({query}) AS answers"
        if self.only is not None:
            kind = self.request.policy.rules[self.only].node.type.kind
            if kind not in ("boolean", "number"):
                raise InputError(f"「{self.only}」不是条件也不是金额，不能用来筛选行")
            text += f" WHERE {quote}{self.only}{quote}" + (" > 0" if kind == "number" else "")
        return text if ordered else f"{text} ORDER BY _row"

    def remarks_column(self, carried: Iterable[str]) -> str:
        """The name of the column that marks demonstration values; none of the others has it."""
        taken = {*carried, *self.results}
        names = itertools.chain(["remarks"], (f"remarks_{number}" for number in itertools.count(2)))
        return next(name for name in names if name not in taken)

    @property
    def note(self) -> str:
        """What whoever opens a result must know: that demonstration values were read; empty if none was."""
        names = Names(self.request.policy, self.request.lang)
        demo = [names.parameter(name) for name, value in self.parameters.items() if value.demonstration]
        if not demo:
            return ""
        if self.request.lang == "en":
            return f"{DEMONSTRATION} (demonstration parameters): {', '.join(demo)} hold demonstration values"
        return f"{DEMONSTRATION}：{'、'.join(demo)} 用的是演示值，不是公布的标准"

    def screening(
        self, totals: Totals, means: Means, account: Account, rejects: Rejects, written: int | None
    ) -> Screening:
        """The answer to the request."""
        request = self.request
        return Screening(
            policy=request.policy,
            as_of=request.as_of,
            engine=request.engine,
            rows=totals.rows,
            rejected=rejects.rows,
            written=written,
            counts=totals.counts,
            funnel=totals.funnel,
            lacking=totals.lacking,
            parameters=self.parameters,
            absent=tuple(sorted(means.absent)),
            unknown_columns=account.unknown_columns,
            warnings=account.warnings,
            output=request.output,
            rejects=rejects.path,
            first_rejects=rejects.first,
        )

    def totals_query(self, means: Means) -> tuple[Query, str]:
        """The query of counts and sums over all rows, with its text (relation ``source``)."""
        facts = sorted(self.facts - means.absent) if self.request.funnel else []
        query = self._compile(self.results, facts, self.conditions, means, keep_bits=True)
        columns: list[exp.Expression] = [alias(exp.Count(this=exp.Star()), "rows")]
        for column in query.columns:
            columns += _counts(column, means.bits)
        columns += [alias(exp.Count(this=_column(fact)), f"fact:{fact}") for fact in facts]
        inner = exp.Subquery(this=query.tree, alias=exp.TableAlias(this=exp.to_identifier("answers")))
        totals = exp.Select(expressions=columns, from_=exp.From(this=inner))
        return query, totals.sql(dialect=query.dialect)

    def _compile(
        self,
        results: tuple[str, ...],
        carried: Iterable[str],
        conditions: Mapping[str, nodes.Node],
        means: Means,
        keep_bits: bool = False,
    ) -> Query:
        return compile_query(
            self.request.policy,
            results,
            as_of=self.request.as_of,
            parameters={name: value.value for name, value in self.parameters.items()},
            readings=self.readings,
            dialect=self.request.engine,
            carried=carried,
            certain=means.certain,
            absent=means.absent,
            conditions=conditions,
            bits=means.bits,
            narrow=means.narrow,
            keep_bits=keep_bits,
        )

    def read_totals(self, query: Query, found: Mapping[str, Any], absent: frozenset[str]) -> Totals:
        """Give the numbers of the totals query their meaning."""
        rows = int(found["rows"])
        counts: dict[str, Count] = {}
        steps = []
        for column in query.columns:
            met = int(found.get(f"met:{column.name}") or 0)
            if column.kind == "bits":
                known = met + int(found[f"failed:{column.name}"] or 0)
            else:
                known = int(found[f"known:{column.name}"])
            if column.name in self.condition_names:
                rule, name = self.condition_names[column.name]
                steps.append(Step(rule.identifier, name, rule.clause, known - met, rows - known))
                continue
            total = Decimal(found[f"sum:{column.name}"] or 0) if column.unit == "元" else None
            counts[column.name] = Count(met, known - met, rows - known, total)
        lacking = dict.fromkeys(sorted(absent & self.facts), rows) if self.request.funnel else {}
        lacking |= {
            name.partition(":")[2]: rows - int(number) for name, number in found.items() if name.startswith("fact:")
        }
        order = {fact: position for position, fact in enumerate(self.request.policy.dictionary)}
        ordered = dict(sorted(lacking.items(), key=lambda item: order[item[0]]))
        return Totals(rows, counts, tuple(steps), ordered)


@dataclass(frozen=True)
class Totals:
    """Counts and sums over all rows."""

    rows: int
    counts: Mapping[str, Count]
    funnel: tuple[Step, ...]
    lacking: Mapping[str, int]


def prepare_request(request: Request) -> Prepared:
    """Check a request.

    Raises:
        InputError: an unknown engine, result, reading or parameter.
    """
    policy = request.policy
    if request.engine not in ENGINES:
        raise InputError(f"没有引擎「{request.engine}」，可用：{'、'.join(ENGINES)}")
    results = check_results(policy, request.results)
    only = check_results(policy, [request.only])[0] if request.only else None
    conditions: dict[str, nodes.Node] = {}
    names: dict[str, tuple[Rule, str]] = {}
    titles = Names(policy, request.lang)
    for result in results if request.funnel else ():
        rule = policy.rules[result]
        if rule.kind == "规则" and isinstance(rule.node, nodes.And):
            for position, operand in enumerate(rule.node.operands):
                key = f"{result}#{position}"
                conditions[key] = operand
                names[key] = rule, _condition_name(operand, titles)
    roots = [*results, *([only] if only else [])]
    facts = frozenset(
        node.identifier
        for identifier in needed_rules(policy.rules, roots)
        for node in nodes.walk(policy.rules[identifier].node)
        if isinstance(node, nodes.FactRef)
    )
    parameters = values_at(policy, request.as_of, request.parameters)
    used = {
        node.identifier
        for identifier in needed_rules(policy.rules, roots)
        for node in nodes.walk(policy.rules[identifier].node)
        if isinstance(node, nodes.ParameterRef)
    }
    return Prepared(
        request,
        results,
        only,
        {name: value for name, value in parameters.items() if name in used},
        check_readings(policy, request.readings),
        facts,
        conditions,
        names,
    )


def _condition_name(node: nodes.Node, names: Names) -> str:
    match node:
        case nodes.FactRef():
            return names.fact(node.identifier)
        case nodes.RuleRef():
            return names.rule(node.identifier)
        case nodes.Not():
            return f"{'not' if names.lang == 'en' else '非'} {_condition_name(node.operand, names)}"
        case nodes.And() | nodes.Or():
            words = ("and", "or") if names.lang == "en" else ("且", "或")
            word = f" {words[isinstance(node, nodes.Or)]} "
            return word.join(_condition_name(operand, names) for operand in node.operands)
    inner = [_condition_name(child, names) for child in nodes.children(node) if isinstance(child, nodes.FactRef)]
    return "、".join(inner) or type(node).__name__


def carried_columns(available: Iterable[str]) -> tuple[str, ...]:
    """Name, code and district, as far as the source has them."""
    return tuple(fact for fact in CARRIED if fact in set(available))


def _column(name: str) -> exp.Expression:
    return exp.column(name, quoted=True)


def _counts(column: Column, bits: Bits | None) -> list[exp.Expression]:
    value = _column(column.name)
    if column.kind == "bits":
        assert bits is not None
        met, possible = (
            exp.Paren(this=exp.BitwiseAnd(this=value.copy(), expression=exp.Literal.number(mask)))
            for mask in (bits.must, bits.may)
        )
        zero = exp.Literal.number(0)
        return [
            alias(exp.CountIf(this=exp.NEQ(this=met, expression=zero)), f"met:{column.name}"),
            alias(exp.CountIf(this=exp.EQ(this=possible, expression=zero.copy())), f"failed:{column.name}"),
        ]
    found = [alias(exp.Count(this=value), f"known:{column.name}")]
    if column.kind == "boolean":
        found.append(alias(exp.CountIf(this=value.copy()), f"met:{column.name}"))
    elif column.unit == "元":
        positive = exp.GT(this=value.copy(), expression=exp.Literal.number(0))
        found.append(alias(exp.CountIf(this=positive), f"met:{column.name}"))
        found.append(alias(exp.Sum(this=value.copy()), f"sum:{column.name}"))
    return found


__all__ = ["SOURCE", "Account", "Means", "Prepared", "Totals", "carried_columns", "prepare_request"]
