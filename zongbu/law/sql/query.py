"""One compiled SELECT per request: only the asked results and what they need, one layer per depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from zongbu.law import exact, nodes
from zongbu.law.compile import needed_rules
from zongbu.law.exact import MAX_DIGITS, Exact, Lowering
from zongbu.law.formula import ParsedLiteral
from zongbu.law.nodes import MONEY, Node, Width
from zongbu.law.policy import Policy
from zongbu.law.simplify import Simplifier
from zongbu.law.sql.bits import Bits
from zongbu.law.sql.dialects import DIALECTS, alias
from zongbu.law.sql.plan import Key, Plan, facts_of, plan, references
from zongbu.law.sql.writer import Writer

SOURCE = "source"
PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer: ``kind`` boolean, number, date, text or bits; ``unit`` 元 for amounts."""

    name: str
    kind: str
    unit: str
    width: Width | None


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled request. ``tree`` reads from a relation called ``source`` whose columns are facts by identifier.

    ``facts`` are the columns it reads, ``parameters`` those it reads from a relation ``parameters`` (one row
    per variant) where the request left parameters open.
    """

    tree: exp.Select
    columns: tuple[Column, ...]
    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    dialect: str

    def text(self) -> str:
        """The SQL text."""
        return self.tree.sql(dialect=self.dialect)


def compile_query(
    policy: Policy,
    results: Sequence[str],
    *,
    as_of: date,
    parameters: Mapping[str, ParsedLiteral | None],
    readings: Mapping[str, str],
    dialect: str = "duckdb",
    carried: Iterable[str] = (),
    certain: frozenset[str] = frozenset(),
    absent: frozenset[str] = frozenset(),
    open_parameters: frozenset[str] = frozenset(),
    conditions: Mapping[str, Node] | None = None,
    bits: Bits | None = None,
    narrow: bool = False,
    keep_bits: bool = False,
) -> Query:
    """Compile a request.

    Args:
        policy: the policy whose rules are compiled.
        results: identifiers of the asked rules, steps or measures; they become columns of these names.
        as_of: the as-of date (基准日).
        parameters: value of every parameter on that date; None is 未公布.
        readings: option in force of every reading.
        dialect: ``duckdb``, ``spark`` or ``postgres``.
        carried: columns of the source handed through (row number, name …).
        certain: facts that are never NULL in the source; no guards are written for them.
        absent: facts for which the source has no column: unknown in every row.
        open_parameters: scalar and table parameters whose values come as columns of a relation
            ``parameters`` instead, so that many variants need no recompilation. Sets stay compiled in.
        conditions: further boolean nodes of the policy's rules to compute, by column name.
        bits: DuckDB only: write logic in two bits, see ``bits.py``.
        narrow: DuckDB only: decimals of 64 bits, see ``Writer``.
        keep_bits: give conditions that were computed in bits as such (columns of kind ``bits``).
    """
    simplify = Simplifier(parameters, readings, as_of, open_parameters, absent)
    builder = _Builder(policy, simplify, dialect, certain, bits, narrow)
    return builder.query(tuple(results), tuple(carried), conditions or {}, keep_bits)


class _Builder:
    def __init__(
        self,
        policy: Policy,
        simplify: Simplifier,
        dialect: str,
        certain: frozenset[str],
        bits: Bits | None,
        narrow: bool,
    ) -> None:
        self.policy = policy
        self.lowering = Lowering(policy.rules)
        self.simplify = simplify
        self.dialect = DIALECTS[dialect]
        self.certain_facts = certain
        self.open_columns: dict[str, None] = {}
        self.names: dict[Key, str] = {}
        self.certain_columns: set[Key] = set()
        self.coded_columns: set[Key] = set()
        self.writer = Writer(
            self.dialect,
            dict(simplify.parameters),
            simplify.open_parameters,
            self._refer,
            self._certain,
            bits,
            self._coded,
            narrow,
        )

    def query(
        self, results: tuple[str, ...], carried: tuple[str, ...], conditions: Mapping[str, Node], keep_bits: bool
    ) -> Query:
        outputs, columns = self._outputs(results, conditions)
        planned = plan(outputs, self.simplify.rules)
        for number, key in enumerate(planned.columns):
            self.names[key] = f"v{number}"
        tree, columns = self._layers(planned, columns, carried, keep_bits)
        facts = sorted({fact for node in self._all(planned) for fact in facts_of(node)})
        return Query(tree, columns, tuple(facts), tuple(self.open_columns), self.dialect.name)

    def _outputs(
        self, results: tuple[str, ...], conditions: Mapping[str, Node]
    ) -> tuple[dict[str, Exact], tuple[Column, ...]]:
        roots = [*results, *(name for node in conditions.values() for name in _rules_of(node))]
        for identifier in needed_rules(self.policy.rules, roots):
            pair = self.lowering.rule(identifier)
            if pair.denominator is None:
                self.simplify.rules[identifier, ""] = self.simplify(pair.numerator)
            else:
                self.simplify.rules[identifier, "numerator"] = self.simplify(pair.numerator)
                self.simplify.rules[identifier, "denominator"] = self.simplify(pair.denominator)
        outputs: dict[str, Exact] = {}
        columns = []
        for identifier in results:
            node = self.lowering.shown(identifier)
            type_ = self.policy.rules[identifier].node.type
            output = outputs[identifier] = self.simplify(node)
            columns.append(Column(identifier, node.kind, type_.unit, _column_width(output, node, type_.unit)))
        for name, condition in conditions.items():
            outputs[name] = self.simplify(self.lowering.single(condition))
            columns.append(Column(name, "boolean", "", None))
        return outputs, tuple(columns)

    def _layers(
        self, planned: Plan, columns: tuple[Column, ...], carried: tuple[str, ...], keep_bits: bool
    ) -> tuple[exp.Select, tuple[Column, ...]]:
        tree = self._base(planned, carried)
        layers = planned.layers()
        for depth, layer in enumerate(layers, 1):
            above = [planned.columns[key] for later in layers[depth:] for key in later]
            above += planned.outputs.values()
            expressions = [*self._passed(above, planned, depth, carried)]
            for key in layer:
                definition = planned.columns[key]
                if self.writer.in_bits(definition):
                    written = self.writer.code(definition)
                    self.coded_columns.add(key)
                else:
                    written = self.writer.sized(definition)
                if self._certain(definition):
                    self.certain_columns.add(key)
                expressions.append(alias(written, self.names[key], quoted=False))
            tree = _select(expressions, self._subquery(tree, depth))
        final: list[exp.Expression] = [exp.column(name, quoted=True) for name in carried]
        given = []
        for column in columns:
            output = planned.outputs[column.name]
            if keep_bits and self.writer.in_bits(output):
                given.append(replace(column, kind="bits"))
                written = self.writer.code(output)
            else:
                given.append(column)
                written = self.writer.typed(output, column.width)
            final.append(alias(written, column.name))
        return _select(final, self._subquery(tree, 0)), tuple(given)

    def _base(self, planned: Plan, carried: tuple[str, ...]) -> exp.Select:
        facts = sorted({fact for node in self._all(planned) for fact in facts_of(node)} - set(carried))
        columns = [exp.column(name, table=SOURCE, quoted=True) for name in (*carried, *facts)]
        self._find_open(planned)
        if self.open_columns:
            columns += [exp.column(name, table=PARAMETERS, quoted=True) for name in self.open_columns]
        tree = _select(columns, exp.Table(this=exp.to_identifier(SOURCE)))
        if self.open_columns:
            tree.set("joins", [exp.Join(this=exp.Table(this=exp.to_identifier(PARAMETERS)), kind="CROSS")])
        return tree

    def _find_open(self, planned: Plan) -> None:
        """Writing once tells which open parameters are read; the text itself is thrown away."""
        for node in self._all(planned):
            self.writer.write(node)

    def _passed(
        self, above: Sequence[Exact], planned: Plan, depth: int, carried: tuple[str, ...]
    ) -> list[exp.Expression]:
        """The columns that this layer hands on unchanged to those above it."""
        facts = {fact for node in above for fact in facts_of(node)}
        keys = {key for node in above for key in references(node) if planned.depths[key] < depth}
        names = [*carried, *sorted(facts - set(carried))]
        passed: list[exp.Expression] = [exp.column(name, quoted=True) for name in names]
        passed += [exp.column(name, quoted=True) for name in self.open_columns]
        return passed + [exp.column(self.names[key]) for key in planned.columns if key in keys]

    def _subquery(self, tree: exp.Select, depth: int) -> exp.Subquery:
        if self.dialect.fence:
            tree.set("offset", exp.Offset(expression=exp.Literal.number(0)))
        return exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier(f"layer{depth}")))

    def _all(self, planned: Plan) -> list[Exact]:
        return [*planned.columns.values(), *planned.outputs.values()]

    def _refer(self, node: Exact) -> exp.Expression:
        if isinstance(node, exact.FactValue):
            return exp.column(node.identifier, quoted=True)
        if isinstance(node, exact.ParameterValue):
            self.open_columns.setdefault(node.identifier)
            return exp.column(node.identifier, quoted=True)
        assert isinstance(node, exact.RuleValue)
        return exp.column(self.names[node.identifier, node.part])

    def _coded(self, node: Exact) -> bool:
        return isinstance(node, exact.RuleValue) and (node.identifier, node.part) in self.coded_columns

    def _certain(self, node: Exact) -> bool:
        """Whether a node can never be NULL."""
        match node:
            case exact.Constant():
                return node.value is not None
            case exact.FactValue():
                return node.identifier in self.certain_facts
            case exact.RuleValue():
                return (node.identifier, node.part) in self.certain_columns
            case exact.Known():
                return True
            case exact.And() | exact.Or() | exact.Extreme():
                return all(self._certain(operand) for operand in node.operands)
            case exact.Not() | exact.Negate() | exact.Round():
                return self._certain(node.operand)
            case exact.Compare() | exact.Add() | exact.Subtract() | exact.Multiply():
                return self._certain(node.left) and self._certain(node.right)
            case exact.Select():
                return all(self._certain(part) for part in (node.condition, node.then, node.otherwise))
            case exact.OneOf():
                return self._certain(node.value)
        return False


def _column_width(output: Exact, node: Exact, unit: str) -> Width | None:
    """The width of a result's column: what it needs, but amounts are never narrower than amounts are."""
    if node.width is None:
        return None
    needed = output.width or node.width
    if unit != "元":
        return needed
    digits = max(needed.digits, MONEY.digits)
    return Width(digits, max(needed.scale, min(MONEY.scale, MAX_DIGITS - digits)))


def _select(columns: Sequence[exp.Expression], source: exp.Expression) -> exp.Select:
    # Where nothing is read (no fact has a column) the rows are still there to be counted.
    shown = list(columns) or [alias(exp.true(), "present")]
    return exp.Select(expressions=shown, from_=exp.From(this=source))


def _rules_of(node: Node) -> list[str]:
    return [part.identifier for part in nodes.walk(node) if isinstance(part, nodes.RuleRef)]
