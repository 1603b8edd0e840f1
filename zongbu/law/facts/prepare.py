"""The facts of one enterprise, as given by a person or a program → exact values by identifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zongbu.law.errors import InputError
from zongbu.law.facts.dictionary import Dictionary, Fact
from zongbu.law.facts.text import word_key
from zongbu.law.facts.titles import Heading, read_title
from zongbu.law.facts.uscc import check_uscc
from zongbu.law.facts.values import BadValue, Value, parse


@dataclass(frozen=True, slots=True)
class Fault:
    """One given fact that cannot be used: its name as given, the raw value, and why, in Chinese."""

    name: str
    value: object
    reason: str

    def __str__(self) -> str:
        shown = str(self.value)
        given = f"「{shown if len(shown) <= 60 else shown[:57] + '…'}」" if shown else ""
        return f"{self.name}{given}：{self.reason}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a reader should know of a fact that was accepted all the same, in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh

    def text(self, lang: str) -> str:
        """In a language (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh


class BadFacts(InputError):
    """Some given facts cannot be used; ``faults`` lists all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        head = f"有 {len(faults)} 项事实不能使用：\n  " if len(faults) > 1 else ""
        super().__init__(head + "\n  ".join(map(str, faults)))


def prepare(facts: Mapping[str, object], dictionary: Dictionary, as_of: date) -> tuple[dict[str, Value], list[Doubt]]:
    """The values of ``facts`` by identifier, and doubts that stop nothing.

    Names may be identifiers, titles or aliases. A fact of the prior year may be a plain value (that of
    year(as_of) − 1), a mapping year → value, or come under ``name@2022``; the value for year(as_of) − 1
    counts, other years are left out, and when only other years are given the fact is unknown. What is
    not given is not in the result; what is given as unknown is ``None``.

    Raises :class:`BadFacts` (an :class:`InputError`) that lists every unknown name and unusable value.
    """
    values: dict[str, Value] = {}
    givers: dict[str, str] = {}
    faults: list[Fault] = []
    other_years: dict[str, Fact] = {}
    wanted = as_of.year - 1
    for name, raw in facts.items():
        heading = _heading(str(name), dictionary)
        if heading is None:
            near = dictionary.nearest(str(name))
            hint = f"，是不是「{near}」？" if near else "；`zongbu facts` 列出全部事实"
            faults.append(Fault(str(name), "", f"不是已知的事实{hint}"))
            continue
        fact = heading.fact
        try:
            for year, value in _by_year(fact, heading.year, raw):
                if year not in (None, wanted):
                    other_years[fact.identifier] = fact
                    continue
                if fact.identifier in givers:
                    raise BadValue(f"与「{givers[fact.identifier]}」重复，请只留一个")
                givers[fact.identifier] = str(name)
                values[fact.identifier] = parse(fact, value, scale=heading.scale)
        except BadValue as error:
            faults.append(Fault(str(name), raw, error.reason))
    if faults:
        raise BadFacts(faults)
    doubts = [other_years_only(fact, wanted) for name, fact in other_years.items() if name not in values]
    return values, doubts + _odd_codes(values, dictionary)


def other_years_only(fact: Fact, year: int) -> Doubt:
    """The doubt that a fact of the prior year was given, but not for ``year``."""
    return Doubt(
        f"「{fact.title}」没有给出 {year} 年（基准日的上一年）的数，按未知处理",
        f"{fact.title_en or fact.title}: no figure for {year}, the year before the base date; treated as unknown",
    )


def _heading(name: str, dictionary: Dictionary) -> Heading | None:
    fact = dictionary.get(name)
    return Heading(fact) if fact is not None else read_title(name, dictionary)


def _by_year(fact: Fact, year: int | None, raw: object) -> list[tuple[int | None, object]]:
    if not isinstance(raw, Mapping):
        return [(year, raw)]
    if fact.period != "prior_year":
        raise BadValue("这个事实不分年度，请直接给值")
    if year is not None:
        raise BadValue("名称里已经有年份，请直接给值")
    found: list[tuple[int | None, object]] = []
    for key, value in raw.items():
        text = word_key(str(key)).removesuffix("年度").removesuffix("年")
        if not (text.isascii() and text.isdigit() and len(text) == 4):
            raise BadValue(f"「{key}」不是年份，应写成四位数字，如 2022")
        found.append((int(text), value))
    return found


def _odd_codes(values: Mapping[str, Value], dictionary: Dictionary) -> list[Doubt]:
    doubts: list[Doubt] = []
    for identifier, value in values.items():
        fact = dictionary[identifier]
        if fact.format == "uscc" and isinstance(value, str) and (odd := check_uscc(value)):
            english = check_uscc(value, "en")
            doubts.append(Doubt(f"{fact.title}「{value}」{odd}", f"{fact.title_en or fact.title} {value}: {english}"))
    return doubts
