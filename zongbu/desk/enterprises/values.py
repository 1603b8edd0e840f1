"""Values of facts as they are kept: canonical text, read by the engine's own ``facts.values.parse``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zongbu.desk.library.policies import policies
from zongbu.law.facts import BadFacts, BadValue, Dictionary, Fact, Fault, Value, load_dictionary, parse, read_title

LONGEST = 500
"""Characters that a kept value may have."""
ON_LIST, OFF_LIST = "on_dishonesty_list", "removed_from_dishonesty_list"
IS_BANNED, BANNED_UNTIL = "is_banned", "banned_until"
TITLE_REVOKED_ON = "title_revoked_on"


def dictionary() -> Dictionary:
    """The facts of all policies: the common ones first, then those that policies declare for themselves.

    Two policies may declare different facts under one name: the first one counts.
    """
    found = policies()
    versions = tuple(policy.version for policy in found)
    if versions not in _merged:
        merged = load_dictionary()
        for policy in found:
            taken = {name for fact in merged.values() for name in fact.names}
            merged = merged.merged(fact for fact in policy.dictionary.values() if taken.isdisjoint(fact.names))
        _merged.clear()
        _merged[versions] = merged
    return _merged[versions]


_merged: dict[tuple[str, ...], Dictionary] = {}


def written(value: Value) -> str:
    """A parsed value as canonical text, which ``parse`` reads back as the same value; unknown is empty."""
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def read(fact: Fact, text: str) -> Value:
    """The exact value of a kept text."""
    return parse(fact, text)


def canonical(fact: Fact, raw: object, *, scale: Decimal | int = 1) -> str:
    """What people write → the text that is kept.

    Raises:
        BadValue: it cannot be read, or is too long to keep.
    """
    text = written(parse(fact, raw, scale=scale))
    if len(text) > LONGEST:
        raise BadValue(f"超过 {LONGEST} 个字")
    return text


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A fact and, for facts of a prior year, the year that the value tells of."""

    fact: Fact
    year: int | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and (self.fact.identifier, self.year) == (other.fact.identifier, other.year)

    def __hash__(self) -> int:
        return hash((self.fact.identifier, self.year))

    @property
    def text(self) -> str:
        """``identifier`` or ``identifier@2023``."""
        return self.fact.identifier if self.year is None else f"{self.fact.identifier}@{self.year}"


def key_of(name: str, year: int | None = None) -> Key | None:
    """The key that a name stands for (identifier, title, alias, with or without ``@2023``); None if unknown.

    ``year`` is meant where a fact of a prior year comes without one.
    """
    found = dictionary()
    fact = found.get(name)
    heading_year: int | None = None
    if fact is None:
        heading = read_title(name, found)
        if heading is None:
            return None
        fact, heading_year = heading.fact, heading.year
    if fact.period != "prior_year":
        return Key(fact)
    chosen = heading_year if heading_year is not None else year
    return Key(fact, chosen) if chosen is not None else None


def checked(values: Mapping[str, object], year: int) -> dict[Key, str]:
    """Given values by key as canonical text; facts of a prior year without a year are those of ``year``.

    Raises:
        BadFacts: every unknown name and unusable value, together.
    """
    found: dict[Key, str] = {}
    faults: list[Fault] = []
    for name, raw in values.items():
        key = key_of(name, year)
        if key is None:
            near = dictionary().nearest(name)
            faults.append(Fault(name, "", f"不是已知的事实{f'，是不是「{near}」？' if near else ''}"))
            continue
        try:
            if key in found:
                raise BadValue("重复，请只留一个")
            found[key] = canonical(key.fact, raw)
        except BadValue as error:
            faults.append(Fault(key.fact.title, raw, error.reason))
    if faults:
        raise BadFacts(faults)
    return found


def at(known: Mapping[str, str], as_of: date) -> dict[str, str]:
    """From keys with years to the facts of a day: of facts of a prior year, those of ``as_of.year - 1``."""
    suffix = f"@{as_of.year - 1}"
    found = {}
    for key, value in known.items():
        name, mark, _year = key.partition("@")
        if value and (not mark or key == name + suffix):
            found[name] = value
    return found


def only(facts: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The facts that a dictionary knows; the engine refuses the others."""
    names = known if isinstance(known, Mapping) else frozenset(known)
    return {name: value for name, value in facts.items() if name in names}
