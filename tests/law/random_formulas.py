"""Random policies as text, and random rows for them: what holds the engines together.

A policy is written the way an author writes it, so that the parser is tested too. Its formulas are typed and
refer to each other: steps used by several rules, quotients that flow through rules, 如果 inside 如果. Beside the
text of each rule stands its *outline*, the tree that the text must be read as.

The digits of every expression are followed on the way (``Size``), so that few policies are refused because
a value could need more than 38 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.law.critical import critical_values
from tests.law.toy import HEAD, block
from zongbu.law import Policy, nodes
from zongbu.law.parameters import Overrides

Draw = Callable[[st.SearchStrategy[Any]], Any]
Outline = tuple[Any, ...]
MOST_DIGITS = 38

FACTS = """\
甲额 [a_money]: 元, 申报
乙额 [b_money]: 元, 申报
丙额 [c_money]: 元, 申报
盈亏 [d_money]: 元, 申报, 可为负
甲家 [a_units]: 家, 登记
乙家 [b_units]: 家, 登记
甲级 [a_grade]: 整数, 认定
增减 [b_grade]: 整数, 认定, 可为负
甲率 [a_share]: 比例, 申报
升降 [b_share]: 比例, 申报, 可为负
甲是 [a_flag]: 是否, 登记
乙是 [b_flag]: 是否, 申报
丙是 [c_flag]: 是否, 认定
甲码 [a_code]: 代码, 登记
甲选 [a_choice]: 选项{none: 无, SSE: 沪市, SZSE: 深市, other: 别处}, 登记
乙选 [b_choice]: 选项{central: 央属, local: 地属}, 登记
甲日 [a_day]: 日期, 登记
乙日 [b_day]: 日期, 登记
甲名 [a_name]: 文字, 登记"""

CHOICES = {
    "甲选": ("a_choice", {"无": "none", "沪市": "SSE", "深市": "SZSE", "别处": "other"}),
    "乙选": ("b_choice", {"央属": "central", "地属": "local"}),
}
READINGS = {"宽严": ("strictness", ("从宽", "从严")), "算法": ("method", ("按额", "按家", "按级"))}
READING_LINES = (
    "宽严 [strictness]:", "  从宽 (默认): 能算的都算", "  从严: 有疑问的不算",
    "算法 [method]:", "  按额: 看金额", "  按家 (默认): 看家数", "  按级: 看等级",
)  # fmt: skip

MONEY = ("10亿元", "5亿元", "5000万元", "1万元", "0.01元", "99.99元", "3元", "7777.77万元", "77777777.77元", "0元")
UNITS = ("2家", "1家", "0家", "30家", "100000家")
WHOLE = ("3", "1", "0", "7", "25", "1000000")
SHARES = ("10%", "0.5%", "50%", "33.3333%", "0.000001", "1.5", "100%", "0%")
DAYS = ("2021-12-31", "2024-02-29", "2022-01-01", "2023-12-31", "2000-02-29")
YEARS = ("1年", "2年", "4年", "0年", "100年", "9000年")
SPANS = ("1天", "30天", "365天", "0天", "400000天")
CODES = ("66", "67", "681", "4411", "44", "0134", "6510")
UNIT_OF = {"money": "元", "units": "家", "pure": "", "rate": "元/家"}


@dataclass(frozen=True)
class Size:
    """Digits and decimal places of a number; ``below`` those of the denominator, for a quotient."""

    digits: int
    scale: int
    below: tuple[int, int] | None = None

    @property
    def bottom(self) -> tuple[int, int]:
        return self.below or (1, 0)

    @property
    def fits(self) -> bool:
        """Whether the value itself and, for a quotient, its rounded form stay within the limit."""
        if self.digits + self.scale > MOST_DIGITS or sum(self.bottom) > MOST_DIGITS:
            return False
        if self.below is None:
            return True
        digits, scale = self.below
        above = self.digits + self.scale + max(0, scale - self.scale) + 7
        return max(above, digits + scale + max(0, self.scale - scale) + 1, self.digits + scale + 7) <= MOST_DIGITS

    def times(self, other: Size) -> Size:
        below = None
        if self.below or other.below:
            below = (self.bottom[0] + other.bottom[0], self.bottom[1] + other.bottom[1])
        return Size(self.digits + other.digits, self.scale + other.scale, below)

    def over(self, other: Size) -> Size:
        """Divided by another; the divisor's digits become those of the denominator."""
        above = Size(self.digits + other.bottom[0], self.scale + other.bottom[1])
        return Size(above.digits, above.scale, (other.digits + self.bottom[0], other.scale + self.bottom[1]))

    def plus(self, other: Size) -> Size:
        if self.below is None and other.below is None:
            return Size(max(self.digits, other.digits) + 1, max(self.scale, other.scale))
        one, two = self._crossed(other), other._crossed(self)
        return Size(max(one[0], two[0]) + 1, max(one[1], two[1]), self.times(other).below)

    def union(self, other: Size) -> Size:
        below = None
        if self.below or other.below:
            below = (max(self.bottom[0], other.bottom[0]), max(self.bottom[1], other.bottom[1]))
        return Size(max(self.digits, other.digits), max(self.scale, other.scale), below)

    def comparable(self, other: Size) -> bool:
        """Whether both sides, each times the other's denominator, stay within the limit."""
        one, two = self._crossed(other), other._crossed(self)
        return max(one[0], two[0]) + max(one[1], two[1]) <= MOST_DIGITS

    def _crossed(self, other: Size) -> tuple[int, int]:
        return self.digits + other.bottom[0], self.scale + other.bottom[1]

    def rounded(self, places: int) -> Size:
        if self.below is None:
            return self if self.scale <= places else Size(self.digits + 1, places)
        return Size(self.digits + self.below[1] + 1, places)


@dataclass(frozen=True)
class Text:
    """A formula as text. ``level`` is how tightly it binds: 0 或 … 7 a name; ``outline`` is its tree."""

    text: str
    level: int
    outline: Outline
    size: Size | None = None


@dataclass(frozen=True)
class Style:
    """How the author writes: operators in full or half width, blanks, line breaks."""

    signs: Mapping[str, str]
    open: str = "("
    close: str = ")"
    comma: str = ", "
    gap: str = " "


STYLES = (
    Style({}),
    Style({"<=": "≤", ">=": "≥", "!=": "≠", "*": "×", "/": "÷"}, "（", "）", "，"),
    Style({"<": "＜", ">": "＞", "=": "＝", "+": "＋", "-": "－", "*": "＊", "/": "／"}, gap=" \n    "),
    Style({"<=": "≤", "-": "−"}, comma=",", gap="  "),
)


@dataclass(frozen=True)
class Written:
    """A random policy: its text, the outline of each rule by identifier, and its unpublished parameters."""

    text: str
    outlines: Mapping[str, Outline]
    unpublished: Mapping[str, tuple[str, ...]]
    days: tuple[date, ...]


@dataclass
class Author:
    """Writes one policy. Every method that returns ``Text`` writes an expression of one type."""

    draw: Draw
    style: Style
    parameters: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[Text]] = field(default_factory=dict)
    unpublished: dict[str, tuple[str, ...]] = field(default_factory=dict)

    # --- choices -----------------------------------------------------------------------------------------

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) < percent)

    # --- putting texts together --------------------------------------------------------------------------

    def at_least(self, part: Text, level: int) -> str:
        """The part as an operand, in brackets where it binds too loosely, sometimes where it need not be."""
        if part.level < level or (part.level < 7 and self.chance(5)):
            return f"{self.style.open}{part.text}{self.style.close}"
        return part.text

    def infix(self, left: str, word: str, right: str) -> str:
        return f"{left}{self.style.gap}{self.style.signs.get(word, word)} {right}"

    def call(self, word: str, *parts: str) -> str:
        return f"{word}{self.style.open}{self.style.comma.join(parts)}{self.style.close}"

    def name(self, title: str, kind: str, identifier: str, size: Size | None = None) -> Text:
        return Text(title, 7, (kind, identifier), size)

    def fact(self, title: str, identifier: str, size: Size | None = None) -> Text:
        return self.name(title, "fact", identifier, size)

    def parameter(self, prefix: str, title: str, value: str, type_: str, size: Size | None = None) -> Text:
        """A parameter of a type with this value; one in eight is unpublished instead."""
        identifier = f"{prefix}{len(self.parameters)}"
        title = f"{title}{len(self.parameters)}"
        if self.chance(12):
            self.unpublished[identifier] = (value, "未公布")
            self.parameters[identifier] = f"{title} [{identifier}]: {type_} = 未公布 —— 尚无文件"
        elif self.chance(12) and type_ not in ("代码集", "选项集"):
            later = self.pick(_SIMILAR[type_]) if type_ in _SIMILAR else value
            self.parameters[identifier] = (
                f"{title} [{identifier}]: {type_}\n  2020-01-01 至 2023-12-31 = {value}\n  2024-01-01 起 = {later}"
            )
        else:
            annotation = f": {type_}" if type_ in ("比例", "整数") or self.chance(20) else ""
            self.parameters[identifier] = f"{title} [{identifier}]{annotation} = {value}"
        return self.name(title, "parameter", identifier, size)

    def earlier(self, type_: str) -> list[Text]:
        return self.known.get(type_, [])

    def one_of_the_earlier(self, type_: str) -> Text:
        rule: Text = self.pick(self.earlier(type_))
        return rule

    # --- conditions --------------------------------------------------------------------------------------

    def boolean(self, depth: int) -> Text:
        if depth <= 0:
            leaf: Text = self.pick((self.flag, self.flag, self._small_comparison))()
            return leaf
        made: Text = self.pick((
            self._and, self._or, self._and, self._or, self._not, self._compare_numbers, self._compare_numbers,
            self._compare_numbers, self._compare_days, self._member, self._equal, self._if_boolean,
            self._has_value, self._reading,
        ))(depth - 1)  # fmt: skip
        return made

    def flag(self) -> Text:
        if self.earlier("boolean") and self.chance(45):
            return self.one_of_the_earlier("boolean")
        if self.chance(4):
            yes = self.chance(50)
            return Text("是" if yes else "否", 7, ("literal", yes))
        return self.fact(*self.pick((("甲是", "a_flag"), ("乙是", "b_flag"), ("丙是", "c_flag"))))

    def _and(self, depth: int) -> Text:
        parts = [self.boolean(depth) for _ in range(self.pick((2, 2, 3)))]
        text = f"{self.style.gap}且 ".join(self.at_least(part, 2) for part in parts)
        return Text(text, 1, ("and", *(part.outline for part in parts)))

    def _or(self, depth: int) -> Text:
        parts = [self.boolean(depth) for _ in range(self.pick((2, 2, 3)))]
        text = f"{self.style.gap}或 ".join(self.at_least(part, 2) for part in parts)
        return Text(text, 0, ("or", *(part.outline for part in parts)))

    def _not(self, depth: int) -> Text:
        operand = self.boolean(depth)
        return Text(f"非 {self.at_least(operand, 2)}", 2, ("not", operand.outline))

    def _compare(self, operators: Sequence[str], left: Text, right: Text) -> Text:
        operator = self.pick(operators)
        text = self.infix(self.at_least(left, 4), operator, self.at_least(right, 4))
        return Text(text, 3, (operator, left.outline, right.outline))

    def _small_comparison(self) -> Text:
        return self._compare_numbers(0)

    def _compare_numbers(self, depth: int) -> Text:
        unit = self.pick(("money", "money", "units", "pure", "pure", "rate"))
        left, right = self.number(unit, depth), self.number(unit, min(depth, 1))
        assert left.size is not None and right.size is not None
        if not left.size.comparable(right.size):
            left, right = self.plain(unit), self.plain(unit)
        return self._compare((">=", "<", "<=", ">", "=", "!="), left, right)

    def _compare_days(self, depth: int) -> Text:
        return self._compare((">=", "<", "<=", ">", "=", "!="), self.day(depth), self.day(min(depth, 1)))

    def _member(self, depth: int) -> Text:
        if self.chance(60):
            value, type_ = self.fact("甲码", "a_code"), "代码集"
            members = tuple(self.draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True)))
            literal = "{" + self.style.comma.join(members) + "}"
        else:
            title = self.pick(tuple(CHOICES))
            value, type_, options = self._choice_fact(title), "选项集", CHOICES[title][1]
            chosen = self.draw(st.lists(st.sampled_from(tuple(options)), min_size=1, max_size=2, unique=True))
            literal = "{" + self.style.comma.join(f"「{word}」" for word in chosen) + "}"
            members = tuple(options[word] for word in chosen)
        if self.chance(50):
            text, outline = literal, ("set", *members)
        else:
            named = self.parameter("set", "集", literal, type_)
            text, outline = named.text, named.outline
        return Text(self.infix(value.text, "属于", text), 3, ("member", value.outline, outline))

    def _choice_fact(self, title: str) -> Text:
        return self.fact(title, CHOICES[title][0])

    def _equal(self, depth: int) -> Text:
        kind = self.pick(("choice", "choice", "code", "text"))
        if kind == "code":
            code = self.pick(CODES)
            return self._compare(("=", "!="), self.fact("甲码", "a_code"), Text(f"「{code}」", 7, ("literal", code)))
        if kind == "text":
            return self._compare(("=", "!="), self.fact("甲名", "a_name"), Text("“甲”", 7, ("literal", "甲")))
        title = self.pick(tuple(CHOICES))
        left, right = self.choice(title, depth), self._option(title)
        return self._compare(("=", "!="), *((left, right) if self.chance(80) else (right, left)))

    def _option(self, title: str) -> Text:
        word, option = self.pick(tuple(CHOICES[title][1].items()))
        return Text(f"「{word if self.chance(70) else option}」", 7, ("literal", option))

    def choice(self, title: str, depth: int) -> Text:
        if depth <= 0 or self.chance(60):
            if self.earlier(title) and self.chance(40):
                return self.one_of_the_earlier(title)
            return self._choice_fact(title)
        return self._if(depth, self.choice(title, depth - 1), self._option(title))

    def _reading(self, depth: int) -> Text:
        title = self.pick(tuple(READINGS))
        identifier, options = READINGS[title]
        option = self.pick(options)
        reading = self.name(title, "reading", identifier)
        return self._compare(("=", "!="), reading, Text(f"「{option}」", 7, ("literal", option)))

    def _has_value(self, depth: int) -> Text:
        operand = self.pick(
            (self.boolean, lambda d: self.number("money", d), lambda d: self.number("rate", d), self.day)
        )
        inner = operand(min(depth, 1))
        return Text(self.call("有值", inner.text), 7, ("known", inner.outline))

    def _if_boolean(self, depth: int) -> Text:
        return self._if(depth, self.boolean(depth), self.boolean(depth))

    def _if(self, depth: int, then: Text, otherwise: Text, size: Size | None = None) -> Text:
        condition = self.boolean(depth - 1)
        text = self.call("如果", condition.text, then.text, otherwise.text)
        return Text(text, 7, ("if", condition.outline, then.outline, otherwise.outline), size)

    # --- numbers -----------------------------------------------------------------------------------------

    def number(self, unit: str, depth: int) -> Text:
        if depth <= 0:
            return self.leaf(unit)
        made = self.pick((
            self._sum, self._sum, self._product, self._quotient, self._quotient, self._minus, self._if_number,
            self._if_number, self._extreme, self._extreme, self._round, self._round, self._look_up,
        ))(unit, depth - 1)  # fmt: skip
        assert made.size is not None
        return made if made.size.fits else self.leaf(unit)

    def leaf(self, unit: str) -> Text:
        if self.earlier(unit) and self.chance(40):
            return self.one_of_the_earlier(unit)
        return self.plain(unit)

    def plain(self, unit: str) -> Text:
        """A number that is no quotient: a fact, a parameter or a literal (元/家 is always a quotient)."""
        if unit == "rate":
            return self._divide(self.plain("money"), self._units())
        how = self.draw(st.integers(0, 9))
        if unit == "money":
            if how < 6:
                facts = (("甲额", "a_money"), ("乙额", "b_money"), ("丙额", "c_money"), ("盈亏", "d_money"))
                return self._number_fact(facts, Size(16, 2))
            literal = self.pick(MONEY)
            return self._value(how, "额限", literal, "元", Size(16, 2))
        if unit == "units":
            return self._units() if how < 6 else self._value(how, "家限", self.pick(UNITS), "家", Size(9, 0))
        if how < 3:
            return self._number_fact((("甲级", "a_grade"), ("增减", "b_grade")), Size(9, 0))
        if how < 6:
            return self._number_fact((("甲率", "a_share"), ("升降", "b_share")), Size(3, 6))
        if self.chance(50):
            return self._value(how, "级限", self.pick(WHOLE), "整数", Size(9, 0))
        return self._value(how, "率限", self.pick(SHARES), "比例", Size(3, 6))

    def _units(self) -> Text:
        return self._number_fact((("甲家", "a_units"), ("乙家", "b_units")), Size(9, 0))

    def _number_fact(self, facts: Sequence[tuple[str, str]], size: Size) -> Text:
        title, identifier = self.pick(facts)
        return self.fact(title, identifier, size)

    def _value(self, how: int, title: str, literal: str, type_: str, size: Size) -> Text:
        if how < 9:
            return self.parameter("limit", title, literal, type_, size)
        return Text(literal, 7, ("literal", _number(literal)), size)

    def _two(self, unit: str, depth: int) -> tuple[Text, Text]:
        return self.number(unit, depth), self.number(unit, min(depth, 1))

    def _sum(self, unit: str, depth: int) -> Text:
        (left, right), operator = self._two(unit, depth), self.pick(("+", "-"))
        assert left.size is not None and right.size is not None
        text = self.infix(self.at_least(left, 4), operator, self.at_least(right, 5))
        return Text(text, 4, (operator, left.outline, right.outline), left.size.plus(right.size))

    def _product(self, unit: str, depth: int) -> Text:
        left, right = self.number(unit, depth), self.number("pure", min(depth, 1))
        if self.chance(30):
            left, right = right, left
        assert left.size is not None and right.size is not None
        text = self.infix(self.at_least(left, 5), "*", self.at_least(right, 6))
        return Text(text, 5, ("*", left.outline, right.outline), left.size.times(right.size))

    def _quotient(self, unit: str, depth: int) -> Text:
        if unit == "rate":
            return self._divide(self.number("money", depth), self.number("units", min(depth, 1)))
        if unit == "pure" and self.chance(75):
            same = self.pick(("money", "money", "units"))
            return self._divide(self.number(same, depth), self.number(same, min(depth, 1)))
        return self._divide(self.number(unit, depth), self.number("pure", min(depth, 1)))

    def _divide(self, left: Text, right: Text) -> Text:
        assert left.size is not None and right.size is not None
        text = self.infix(self.at_least(left, 5), "/", self.at_least(right, 6))
        return Text(text, 5, ("/", left.outline, right.outline), left.size.over(right.size))

    def _minus(self, unit: str, depth: int) -> Text:
        operand = self.number(unit, depth)
        return Text(f"-{self.at_least(operand, 6)}", 6, ("minus", operand.outline), operand.size)

    def _if_number(self, unit: str, depth: int) -> Text:
        then, otherwise = self._two(unit, depth)
        assert then.size is not None and otherwise.size is not None
        if (then.size.below or otherwise.size.below) and not then.size.comparable(otherwise.size):
            return then
        return self._if(depth, then, otherwise, then.size.union(otherwise.size))

    def _extreme(self, unit: str, depth: int) -> Text:
        parts, largest = list(self._two(unit, depth)), self.chance(50)
        if self.chance(30):
            parts.append(self.plain(unit))
        size = parts[0].size
        assert size is not None
        for part in parts[1:]:
            assert part.size is not None
            if not size.comparable(part.size):
                return parts[0]
            size = size.union(part.size)
        outline = ("largest" if largest else "smallest", *(part.outline for part in parts))
        return Text(self.call("最大" if largest else "最小", *(part.text for part in parts)), 7, outline, size)

    def _round(self, unit: str, depth: int) -> Text:
        operand, places, half_up = self.number(unit, depth), self.pick((2, 2, 0, 4)), self.chance(60)
        assert operand.size is not None
        text = self.call("四舍五入" if half_up else "舍去", operand.text, str(places))
        return Text(text, 7, ("half_up" if half_up else "down", operand.outline, places), operand.size.rounded(places))

    def _look_up(self, unit: str, depth: int) -> Text:
        if unit == "rate":
            return self.plain(unit)
        values, type_ = {
            "money": (MONEY, "元"), "units": (UNITS, "家"), "pure": (SHARES, "比例"),
        }[unit]  # fmt: skip
        by_choice = self.chance(40)
        if by_choice:
            title = self.pick(tuple(CHOICES))
            key, keys, key_type = self.choice(title, depth), [f"「{word}」" for word in CHOICES[title][1]], "文字"
        else:
            key, keys, key_type = self._whole(depth), ["1", "2", "3", "4", "5"], "整数"
        entries = [f"{key_text}: {self.pick(values)}" for key_text in keys[: self.pick((1, 2, 3))]]
        if self.chance(20):
            entries.append(f"{keys[3] if len(keys) > 3 else keys[-1]}: 未公布")
        if self.chance(40):
            entries.append(f"其他: {self.pick(values)}")
        literal = "{" + self.style.comma.join({entry.partition(":")[0]: entry for entry in entries}.values()) + "}"
        table = self.parameter("table", "表", literal, f"{key_type}→{type_}")
        size = {"money": Size(16, 2), "units": Size(9, 0), "pure": Size(3, 6)}[unit]
        return Text(f"{table.text}[{key.text}]", 7, ("look_up", table.outline, key.outline), size)

    def _whole(self, depth: int) -> Text:
        """A whole number, to look up with."""
        grade = self.fact("甲级", "a_grade", Size(9, 0))
        if depth <= 0 or self.chance(60):
            return grade
        share = self.number("pure", 1)
        assert share.size is not None
        if self.chance(50):
            return Text(self.call("四舍五入", share.text, "0"), 7, ("half_up", share.outline, 0), Size(9, 0))
        one = Text("1", 7, ("literal", Decimal(1)), Size(1, 0))
        return Text(self.infix("甲级", "+", "1"), 4, ("+", grade.outline, one.outline), Size(10, 0))

    # --- dates -------------------------------------------------------------------------------------------

    def day(self, depth: int) -> Text:
        if depth <= 0:
            if self.earlier("day") and self.chance(40):
                return self.one_of_the_earlier("day")
            how = self.draw(st.integers(0, 9))
            if how < 6:
                return self.fact(*self.pick((("甲日", "a_day"), ("乙日", "b_day"))))
            if how == 6:
                return Text("基准日", 7, ("today",))
            literal = self.pick(DAYS)
            if how < 9:
                return self.parameter("day", "日限", literal, "日期")
            return Text(literal, 7, ("literal", date.fromisoformat(literal)))
        how = self.draw(st.integers(0, 3))
        if how == 0:
            return self._if(depth, self.day(depth - 1), self.day(0))
        if how == 1:
            parts, largest = (self.day(depth - 1), self.day(0)), self.chance(50)
            outline = ("largest" if largest else "smallest", *(part.outline for part in parts))
            return Text(self.call("最大" if largest else "最小", *(part.text for part in parts)), 7, outline)
        moment, operator = self.day(depth - 1), self.pick(("+", "-"))
        unit, values = self.pick((("年", YEARS), ("天", SPANS)))
        literal = self.pick(values)
        if self.chance(50):
            amount = self.parameter("span", "期", literal, unit)
        else:
            amount = Text(literal, 7, ("literal", _number(literal)))
        text = self.infix(self.at_least(moment, 4), operator, amount.text)
        return Text(text, 4, (f"{operator}{unit}", moment.outline, amount.outline))

    # --- rules -------------------------------------------------------------------------------------------

    def rule(self, number: int) -> tuple[str, str, str, Outline]:
        """Block, identifier, line and outline of one rule, which later rules may refer to."""
        type_ = self.pick((
            "boolean", "boolean", "boolean", "boolean", "money", "money", "money", "units", "pure", "pure",
            "rate", "day", "甲选",
        ))  # fmt: skip
        depth = self.pick((1, 2, 2, 3, 3))
        if type_ == "boolean":
            made = self.boolean(depth)
        elif type_ == "day":
            made = self.day(min(depth, 2))
        elif type_ in CHOICES:
            made = self.choice(type_, depth)
        else:
            made = self.number(type_, depth)
        title, identifier = f"果{number}", f"r{number}"
        self.known.setdefault(type_, []).append(self.name(title, "rule", identifier, made.size))
        kind = "规则" if self.chance(75) else "步骤"
        return kind, identifier, f"{title} [{identifier}] = {made.text}", made.outline

    def measure(self) -> tuple[list[str], Outline]:
        eligible, amount = self.boolean(2), self.number("money", 2)
        lines = ["补助 [subsidy]:", "  类别: 奖补", f"  对象: {eligible.text}", f"  金额: {amount.text}"]
        return lines, ("if", eligible.outline, amount.outline, ("literal", Decimal(0)))


_SIMILAR: dict[str, tuple[str, ...]] = {
    "元": MONEY, "家": UNITS, "整数": WHOLE, "比例": SHARES, "日期": DAYS, "年": YEARS, "天": SPANS,
}  # fmt: skip


@st.composite
def policies(draw: Draw, rules: tuple[int, int] = (8, 18)) -> Written:
    """The text of a policy with so many rules and one measure."""
    author = Author(draw, draw(st.sampled_from(STYLES)))
    made = [author.rule(number) for number in range(draw(st.integers(*rules)))]
    measure, entitled = author.measure()
    blocks: list[tuple[str, list[str]]] = []
    for kind, _, line, _ in made:
        if not blocks or blocks[-1][0] != kind:
            blocks.append((kind, []))
        blocks[-1][1].append(line)
    outlines = {identifier: outline for _, identifier, _, outline in made} | {"subsidy": entitled}
    used = _parameters_in(tuple(outlines.values()))  # an expression that grew too wide was thrown away
    parameters = [line for identifier, line in author.parameters.items() if identifier in used]
    text = block("事实", FACTS) + block("参数", *parameters) + block("解释", *READING_LINES)
    text += "".join(block(kind, *lines) for kind, lines in blocks) + block("措施", *measure)
    unpublished = {name: values for name, values in author.unpublished.items() if name in used}
    return Written(f"{HEAD}# 一、总则\n\n{text}", outlines, unpublished, _DAYS)


def _parameters_in(outline: Outline) -> set[str]:
    if outline[0] == "parameter":
        return {outline[1]}
    return set().union(*(_parameters_in(part) for part in outline if isinstance(part, tuple)))


_DAYS = (date(2023, 6, 30), date(2024, 2, 29), date(2023, 12, 31), date(2024, 1, 1), date(2022, 2, 28))


@st.composite
def scenarios(draw: Draw, written: Written, policy: Policy) -> tuple[date, Overrides, dict[str, str]]:
    """An as-of date, values for some of the unpublished parameters, and readings."""
    entered = {
        name: {"value": values[0], "source": "随机"}
        for name, values in written.unpublished.items()
        if draw(st.booleans())
    }
    readings = {identifier: draw(st.sampled_from(options)) for identifier, options in READINGS.values()}
    return draw(st.sampled_from(written.days)), {policy.identifier: entered}, readings


@st.composite
def rows(
    draw: Draw, policy: Policy, as_of: date, parameters: Overrides | None = None, most: int = 12
) -> list[dict[str, Any]]:
    """Rows of facts at and around the values where the policy can turn; about one fact in six is unknown."""
    values = critical_values(policy, as_of, parameters)
    one = st.fixed_dictionaries(
        {name: st.sampled_from([*known, *[None] * (1 + len(known) // 5)]) for name, known in values.items()}
    )
    return list(draw(st.lists(one, min_size=min(4, most), max_size=most)))


def outline(node: nodes.Node) -> Outline:
    """The outline of a typed tree, to compare with the one the author had in mind."""
    below = tuple(outline(child) for child in nodes.children(node))
    match node:
        case nodes.Literal():
            return "literal", node.value
        case nodes.SetLiteral():
            return "set", *node.values
        case nodes.FactRef():
            return "fact", node.identifier
        case nodes.ParameterRef():
            return "parameter", node.identifier
        case nodes.RuleRef():
            return "rule", node.identifier
        case nodes.ReadingRef():
            return "reading", node.identifier
        case nodes.BaseDate():
            return ("today",)
        case nodes.Compare() | nodes.Arithmetic():
            return node.operator, *below
        case nodes.Extreme():
            return "largest" if node.largest else "smallest", *below
        case nodes.Round():
            return "half_up" if node.half_up else "down", *below, node.places
        case nodes.Shift():
            return f"{'-' if node.backwards else '+'}{node.unit}", *below
    words: dict[type[nodes.Node], str] = {
        nodes.And: "and", nodes.Or: "or", nodes.Not: "not", nodes.Minus: "minus", nodes.If: "if",
        nodes.LookUp: "look_up", nodes.Member: "member", nodes.HasValue: "known",
    }  # fmt: skip
    return words[type(node)], *below


def _number(literal: str) -> Decimal:
    """The value of one of the literals above; written apart from the code under test."""
    digits = literal.rstrip("亿万元家年天%")
    value = Decimal(digits)
    for word, factor in (("亿", 10**8), ("万", 10**4)):
        if word in literal:
            value *= factor
    return value / 100 if literal.endswith("%") else value
