"""The 措施 block: what a policy offers, to whom and how much, and what it declares about paying it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from zongbu.law import formula, literals, nodes
from zongbu.law.document.declared import fact_node
from zongbu.law.document.definitions import Definition, Text, read_fields
from zongbu.law.document.foreign import Foreign
from zongbu.law.facts import Dictionary
from zongbu.law.formula import FormulaError
from zongbu.law.nodes import Node
from zongbu.law.policy import Frequency, Level, Measure, Payer, Recipient, Reimbursement, Rule, Way

CATEGORIES = ("奖补", "名额", "推荐", "服务", "鼓励")
DECLARATIONS = ("分担", "收款", "频次", "不重复", "前次", "不得", "人工", "记录", "汇总", "支出", "上限")
"""The fields that are read as structure; they are kept as written besides."""
DETAILS = ("方式", "责任单位", "出资", "期限", "材料", "说明", *DECLARATIONS)
FIELDS = ("类别", "对象", "金额", "数量", "互斥", *DETAILS)
PAYERS: dict[str, Level] = {"市级": "city", "区县": "district", "部门": "department"}
RECIPIENTS: dict[str, Recipient] = {"企业": "enterprise", "个人": "person", "区县": "district"}
FREQUENCIES: dict[str, Frequency] = {"每年": "yearly", "一次": "once", "每件": "each"}
WAYS: dict[str, Way] = {"申报": "claim", "免申即享": "offer", "合计": "combined"}
REIMBURSED = ("汇总", "支出", "上限")
_CITY = ("市总部", "市级")
_DISTRICT = ("区、县", "区县")
_ITEM = re.compile("[^、,，\n]+")
_BETWEEN_UNITS = re.compile("(?<!区)、|、(?!县)|会同|和")
"""Not the comma within 区、县（市）."""
_Word = TypeVar("_Word")


class Report(Protocol):
    """How the loader is told what is wrong."""

    def __call__(self, line: int, column: int, message: str, text: str = "", hint: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What the fields of a measure may name: rules and steps by title, facts, other policies' measures.

    ``faulty`` are titles of definitions that are wrong themselves; that has been reported where they stand.
    """

    titles: Mapping[str, str]
    rules: Mapping[str, Rule]
    faulty: frozenset[str]
    dictionary: Dictionary
    foreign: Foreign
    is_district: bool


class Measures:
    """Reads the measures of one file; each step reports what it finds wrong."""

    def __init__(self, definitions: Sequence[Definition], problem: Report) -> None:
        self.definitions = definitions
        self.problem = problem
        self.fields = {definition.identifier: read_fields(definition) for definition in definitions}
        self.own = {definition.title: definition.identifier for definition in definitions}

    # --- the formulas ------------------------------------------------------------------------------------

    def formulas(self) -> Iterator[tuple[str, Definition, Text]]:
        """The formulas to parse, each under a key ``identifier.对象`` or ``identifier.金额``."""
        for definition in self.definitions:
            fields = self.fields[definition.identifier]
            for key in fields:
                if key not in FIELDS:
                    self.problem(fields[key].line, 1, "措施里没有这一项", key, formula.nearest(key, iter(FIELDS)))
            if "对象" not in fields:
                self.problem(definition.line, 1, "措施要写明对象", definition.title, "没有条件时写「对象: 是」")
                continue
            yield f"{definition.identifier}.对象", definition, fields["对象"]
            if "金额" in fields and "数量" in fields:
                self.problem(fields["数量"].line, 1, "金额和数量只能写一项", definition.title)
            amount = fields.get("金额") or fields.get("数量")
            if amount is not None:
                yield f"{definition.identifier}.金额", definition, amount

    def check_part(self, key: str, node: Node, text: Text) -> None:
        """A typed formula against what its field asks for."""
        if key.endswith(".对象") and node.type.kind != "boolean":
            self.problem(text.line, text.column, f"对象要是条件，这里却是{node.type}", text.value[:20])
        elif key.endswith(".金额") and node.type.kind != "number":
            self.problem(text.line, text.column, f"金额要是数，这里却是{node.type}", text.value[:20])

    # --- the measures ------------------------------------------------------------------------------------

    def read(self, parts: Mapping[str, Node], known: Known) -> Iterator[Measure]:
        """The measures whose eligibility could be typed; ``parts`` are the typed formulas by key."""
        for definition in self.definitions:
            eligible = parts.get(f"{definition.identifier}.对象")
            if eligible is not None:
                amount = parts.get(f"{definition.identifier}.金额")
                fields = self.fields[definition.identifier]
                self._check(definition, fields, amount)
                yield _Reader(self, definition, fields, known).measure(eligible, amount)

    def _check(self, definition: Definition, fields: Mapping[str, Text], amount: Node | None) -> None:
        category = fields["类别"].value if "类别" in fields else ""
        if category not in CATEGORIES:
            self.problem(definition.line, 1, "措施的类别不对", category, "可用：" + "、".join(CATEGORIES))
        for key in ("金额", "数量"):
            if category == "鼓励" and key in fields:
                self.problem(fields[key].line, 1, f"鼓励不是权利，不能写{key}", definition.title)
        if "金额" in fields and amount is not None and amount.type.kind == "number" and amount.type.unit != "元":
            text = fields["金额"]
            hint = "名额写在「数量」一项"
            self.problem(text.line, text.column, f"金额要是元，这里却是{amount.type}", text.value[:20], hint)


def measure_rule(definition: Definition, eligible: Node, amount: Node | None) -> Rule:
    """The result of a measure: its amount where entitled, nothing where not, unknown where undecidable."""
    node = eligible
    if amount is not None:
        node = nodes.If(amount.type, eligible, amount, nodes.Literal(amount.type, literals.ZERO))
    return Rule(definition.identifier, definition.title, node, "措施", definition.clause, definition.line)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the fields of one measure that are no formulas."""

    measures: Measures
    definition: Definition
    fields: Mapping[str, Text]
    known: Known

    def measure(self, eligible: Node, amount: Node | None) -> Measure:
        definition, fields = self.definition, self.fields
        units = tuple(_units(fields["责任单位"].value)) if "责任单位" in fields else ()
        return Measure(
            identifier=definition.identifier,
            title=definition.title,
            category=fields["类别"].value if "类别" in fields else "",
            eligible=eligible,
            amount=amount,
            exclusive_with=tuple(self.exclusive()),
            details={key: fields[key].value for key in DETAILS if key in fields},
            clause=definition.clause,
            line=definition.line,
            way=self.one_of("方式", WAYS, ""),
            units=units,
            level=level_of(units, self.known.is_district),
            payers=tuple(self.payers()),
            recipient=self.one_of("收款", RECIPIENTS, "enterprise"),
            frequency=self.frequency(),
            not_stacking=tuple(self.other_measures("不重复")),
            drew_other=self.drew_other(),
            barred_by=tuple(self.conditions("不得")),
            needs_person=tuple(self.conditions("人工")),
            records=tuple(self.records()),
            reimburses=self.reimbursement(),
        )

    def exclusive(self) -> Iterator[str]:
        for text in _items(self.fields.get("互斥")):
            if text.value in self.measures.own:
                yield self.measures.own[text.value]
            else:
                hint = formula.nearest(text.value, iter(self.measures.own))
                self.problem(Text(text.value, text.line, 1), "互斥的措施不存在", hint)

    def frequency(self) -> Frequency:
        """How often; what excludes others takes one place a year and so cannot be given for each matter."""
        found = self.one_of("频次", FREQUENCIES, "yearly")
        excluded = any(
            self.definition.title in {item.value for item in _items(fields.get("互斥"))}
            for fields in self.measures.fields.values()
        )
        if found == "each" and (excluded or "互斥" in self.fields):
            self.problem(self.fields["频次"], "互斥的措施不能写每件", "互斥按年度算，写每年或一次")
        return found

    def payers(self) -> Iterator[Payer]:
        entries = list(_items(self.fields.get("分担")))
        seen: set[str] = set()
        for text in entries:
            who, rule = _sides(text)
            if who.value not in PAYERS:
                self.problem(who, "没有这种分担者", "可用：" + "、".join(PAYERS))
                continue
            if who.value in seen:
                self.problem(who, "分担者写了两次")
            seen.add(who.value)
            if rule is None and len(entries) > 1:
                self.problem(who, "几方分担时，每一方都要写承担额", f"写成「{who.value} = 规则名称」")
            yield Payer(PAYERS[who.value], self.amount_rule(rule) if rule is not None else "")

    def records(self) -> Iterator[tuple[str, str]]:
        for text in _items(self.fields.get("记录")):
            name, rule = _sides(text)
            if rule is None:
                self.problem(text, "记录要写成「事实 = 规则」")
                continue
            fact, identifier = self.fact(name), self.rule(rule)
            if fact and identifier:
                wanted, found = fact_node(self.known.dictionary[fact]).type, self.known.rules[identifier].node.type
                if wanted != found:
                    self.problem(rule, f"记录的值应是{wanted}，这里却是{found}")
                yield fact, identifier

    def drew_other(self) -> str:
        text = self.fields.get("前次")
        if text is None:
            return ""
        fact = self.fact(text)
        if fact and self.known.dictionary[fact].type != "boolean":
            self.problem(text, "前次要是一项是否类的事实")
        if "互斥" not in self.fields:
            self.problem(text, "写了前次，就要写明互斥的措施")
        return fact

    def conditions(self, key: str) -> Iterator[str]:
        for text in _items(self.fields.get(key)):
            if identifier := self.rule(text):
                if (type_ := self.known.rules[identifier].node.type) != nodes.BOOLEAN:
                    self.problem(text, f"{key}要是条件，这里却是{type_}")
                yield identifier

    def reimbursement(self) -> Reimbursement | None:
        present = [key for key in REIMBURSED if key in self.fields]
        if not present:
            return None
        if len(present) < len(REIMBURSED):
            absent = next(key for key in REIMBURSED if key not in self.fields)
            self.problem(
                Text(self.definition.title, self.definition.line, 1), "汇总、支出、上限要一起写", f"缺少「{absent}」"
            )
            return None
        fact = self.fact(self.fields["支出"])
        if fact and self.known.dictionary[fact].type != "money":
            self.problem(self.fields["支出"], "支出要是一项金额类的事实")
        ceiling = self.amount_rule(self.fields["上限"])
        return Reimbursement(tuple(self.other_measures("汇总")), fact, ceiling)

    # --- names -------------------------------------------------------------------------------------------

    def problem(self, text: Text, message: str, hint: str = "") -> None:
        self.measures.problem(text.line, text.column, message, text.value, hint)

    def one_of(self, key: str, words: Mapping[str, _Word], default: _Word) -> _Word:
        text = self.fields.get(key)
        if text is None:
            return default
        if text.value not in words:
            self.problem(text, f"{key}不能这样写", "可用：" + "、".join(words))
        return words.get(text.value, default)

    def fact(self, text: Text) -> str:
        """The identifier of a fact given by title; empty where there is none."""
        facts = {fact.title: fact.identifier for fact in self.known.dictionary.values()}
        if text.value not in facts:
            self.problem(text, "没有这项事实", formula.nearest(text.value, iter(facts)))
        return facts.get(text.value, "")

    def rule(self, text: Text) -> str:
        """The identifier of a rule, step or measure of this file given by title; empty where there is none."""
        identifier = self.known.titles.get(text.value, "")
        if identifier in self.known.rules:
            return identifier
        if text.value not in self.known.faulty:
            titles = (rule.title for rule in self.known.rules.values())
            self.problem(text, "没有这条规则或步骤", formula.nearest(text.value, titles))
        return ""

    def amount_rule(self, text: Text) -> str:
        identifier = self.rule(text)
        if identifier and (type_ := self.known.rules[identifier].node.type) != nodes.YUAN:
            self.problem(text, f"这里要用元计的规则，它却是{type_}")
        return identifier

    def other_measures(self, key: str) -> Iterator[str]:
        """Measures by title; those of another policy with its identifier before the title."""
        for text in _items(self.fields.get(key)):
            owner, dot, title = text.value.rpartition(".")
            titles = self.measures.own
            if dot:
                try:
                    policy = self.known.foreign.policy(owner)
                except FormulaError as error:
                    self.problem(text, error.message)
                    continue
                titles = {measure.title: f"{owner}.{name}" for name, measure in policy.measures.items()}
            if title in titles:
                yield titles[title]
            else:
                self.problem(text, f"{key}的措施不存在", formula.nearest(title, iter(titles)))


def level_of(units: Sequence[str], is_district: bool) -> Level:
    """Who handles a measure: by its first unit; under a district's policy the district.

    Where no unit is named, it falls to the office that the policy belongs to.
    """
    if is_district or (units and units[0].startswith(_DISTRICT)):
        return "district"
    return "city" if not units or units[0].startswith(_CITY) else "department"


def _units(text: str) -> Iterator[str]:
    yield from (unit.strip() for unit in _BETWEEN_UNITS.split(text) if unit.strip())


def _items(text: Text | None) -> Iterator[Text]:
    """The entries of a list, each with its place."""
    if text is None:
        return
    for match in _ITEM.finditer(text.value):
        if match[0].strip():
            yield _piece(text, match.start(), match[0])


def _sides(text: Text) -> tuple[Text, Text | None]:
    """``甲 = 乙`` → both sides with their places; the second is None where nothing is assigned."""
    left, sign, right = text.value.partition("=")
    return _piece(text, 0, left), _piece(text, len(left) + 1, right) if sign else None


def _piece(text: Text, start: int, value: str) -> Text:
    start += len(value) - len(value.lstrip())
    above = text.value[:start]
    column = start - above.rfind("\n") if "\n" in above else text.column + start
    return Text(value.strip(), text.line + above.count("\n"), column)
