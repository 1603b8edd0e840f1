"""Facts put into words for the pages: titles, values, who needs them, where they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import values
from zongbu.desk.kernel.language import language
from zongbu.desk.library.policies import policies
from zongbu.desk.library.showing.links import clause_url
from zongbu.desk.library.showing.usage import usage
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.law import Policy, amounts
from zongbu.law.facts import BadValue, Fact
from zongbu.law.names import Names

UNITS = (("亿元", 10**8), ("万元", 10**4), ("元", 1))
"""Units in which money is entered, and yuan in each."""
SIZES = dict(UNITS)


def title(fact: Fact) -> str:
    """What a fact is called; in English a fact that a policy declares for itself as its companion file says."""
    if language() == "zh":
        return fact.title
    if fact.title_en:
        return fact.title_en
    owner = next((one for one in policies() if _declares(one, fact)), None)
    return Names(owner, "en").fact(fact.identifier) if owner is not None else fact.title


def _declares(policy: Policy, fact: Fact) -> bool:
    """Whether a fact stands in the policy's own file, not only in one that it builds on."""
    name = fact.identifier
    return policy.dictionary.get(name) == fact and all(name not in one.dictionary for one in policy.based_on.values())


def definition(fact: Fact) -> str:
    """What exactly it is."""
    return fact.definition_en if language() == "en" and fact.definition_en else fact.definition


def unit(fact: Fact) -> str:
    """The counting word of a number; empty where there is none."""
    if language() == "en":
        return amounts.UNITS_EN.get(fact.unit, fact.unit)
    return fact.unit


def show(fact: Fact, text: str) -> str:
    """A kept value for people; empty where nothing is known."""
    if not text:
        return ""
    lang = language()
    try:
        value = values.read(fact, text)
    except BadValue:  # kept before the dictionary changed
        return text
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return amounts.day(value, lang)
    if isinstance(value, Decimal):
        return amounts.percent(value) if fact.type == "ratio" else money(value)
    if isinstance(value, int):
        return amounts.count(value, fact.unit, lang)
    if fact.format == "division" and str(value) in DISTRICTS:
        return district_name(str(value))
    if fact.type == "choice" and lang == "zh":
        return fact.choices.get(str(value), str(value))
    return str(value or "")


def money(yuan: Decimal) -> str:
    """An amount in 万元 or 亿元; where two places do not hold it, the exact yuan is there to point at and to hear."""
    fen, lang = amounts.fen_of(yuan), language()
    short, exact = amounts.amount(fen, lang), amounts.full_amount(fen, lang)
    size = abs(fen)
    step = 10**8 if size >= 10**10 else 10**4 if size >= 10**6 else 1
    if lang == "en":
        step = 10**9 if size >= 10**11 else 10**6 if size >= 10**8 else 1
    if fen % step == 0:
        return short
    return format_html(
        '<span title="{}">{}<span class="visually-hidden">{}</span></span>', exact, short, _("（%s）") % exact
    )


def unit_of(texts: Iterable[str]) -> str:
    """The unit in which several kept amounts are entered: 万元, unless one of them has a part of a yuan."""
    return "万元" if all(Decimal(text) % 1 == 0 for text in texts if text) else "元"


def entered(text: str, unit: str = "") -> tuple[str, str]:
    """A kept amount as it is entered: number and unit, exactly; 820000000.00 is 82000 and 万元."""
    unit = unit or unit_of([text])
    if not text:
        return "", unit
    number = f"{amounts.WIDE.divide(Decimal(text), Decimal(SIZES[unit])):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number, unit


# --- who needs a fact -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Need:
    """A policy's clause that reads a fact."""

    policy: str
    title: str
    clause: str
    url: str
    draft: bool


def needs(identifier: str) -> tuple[Need, ...]:
    """The clauses that read a fact, policies in force first; each clause once."""
    lang = language()
    versions = (lang, *(policy.version for policy in policies()))
    if versions not in _needs:
        if len(_needs) > 4:
            _needs.clear()
        _needs[versions] = dict(_all_needs(lang))
    return _needs[versions].get(identifier, ())


_needs: dict[tuple[str, ...], dict[str, tuple[Need, ...]]] = {}


def _all_needs(lang: str) -> Iterable[tuple[str, tuple[Need, ...]]]:
    for identifier in values.dictionary():
        found: dict[tuple[str, str], Need] = {}
        for policy in policies():
            if identifier not in policy.dictionary:
                continue
            names = Names(policy, lang)
            for rule in usage(policy).of("fact", identifier).direct:
                clause = policy.rules[rule].clause
                found.setdefault(
                    (policy.identifier, clause),
                    Need(
                        _short(policy),
                        names.clause_title(clause),
                        clause,
                        clause_url(policy, clause),
                        not policy.may_be_activated,
                    ),
                )
        yield identifier, tuple(found.values())


def _short(policy: Policy) -> str:
    """A policy by its number; a draft, which has none yet, by whose it is."""
    number = policy.head.get("文号", "")
    if policy.may_be_activated and number:
        return number
    place = district_name(policy.head.get("行政区划", ""))
    return _("%(place)s征求意见稿") % {"place": place} if place else policy.title


def needed() -> list[Fact]:
    """The facts that some policy reads, with name and code first, in dictionary order."""
    return [
        fact for fact in values.dictionary().values() if fact.identifier in ("name", "uscc") or needs(fact.identifier)
    ]
