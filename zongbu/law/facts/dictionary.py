"""The dictionary of facts: what a policy may know about an enterprise, and under which names.

The shipped dictionary is ``zongbu/policies/facts.yaml``; a policy file may declare further facts of its
own (:meth:`Dictionary.merged`). Nothing here reads values: that is ``values.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from zongbu.law.errors import InputError, PolicyError, Problem
from zongbu.law.facts.text import name_key, word_key

TYPES: Final = ("text", "code", "boolean", "integer", "money", "ratio", "date", "choice")
KINDS: Final = ("declared", "registry", "finding")
FORMATS: Final = ("uscc", "division", "industry")
DEFAULT_PATH: Final = Path(__file__).parents[2] / "policies" / "facts.yaml"

_KEYS: Final[dict[str, type]] = {
    "title": str,
    "title_en": str,
    "type": str,
    "kind": str,
    "unit": str,
    "period": str,
    "format": str,
    "choices": dict,
    "option_aliases": dict,
    "negative": bool,
    "actionable": bool,
    "definition": str,
    "definition_en": str,
    "aliases": list,
}
_WORD_FOR: Final = {str: "文字", bool: "true 或 false", dict: "「选项: 说明」的表", list: "列表"}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: a named, typed thing that can be known about an enterprise, or not.

    ``type`` is one of :data:`TYPES`, ``kind`` one of :data:`KINDS`. ``unit`` is 元 for money, a counting
    word such as 家 for counts, empty otherwise. ``period`` is ``"prior_year"`` where the fact is the value
    of the year before the as-of date. ``format`` names the shape of a text or code (``uscc`` GB 32100,
    ``division`` GB/T 2260, ``industry`` GB/T 4754). ``choices`` maps option → Chinese title; on a code it
    names the known codes without closing the list. ``option_aliases`` maps option → other accepted
    words (for integers: number → words, as 三星级 for 3). ``negative`` allows values below zero.
    ``actionable`` is false where nobody can change the fact by acting (dates of entry, ownership …).
    """

    identifier: str
    title: str
    type: str
    kind: str = "declared"
    title_en: str = ""
    unit: str = ""
    period: str | None = None
    format: str = ""
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    option_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    negative: bool = False
    actionable: bool = True
    definition: str = ""
    definition_en: str = ""
    aliases: tuple[str, ...] = ()
    words: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """Accepted word (as :func:`word_key` writes it) → option. Derived."""

    def __post_init__(self) -> None:
        words: dict[str, str] = {}
        for option, title in self.choices.items():
            for word in (option, title):
                words.setdefault(word_key(word), option)
        for option, aliases in self.option_aliases.items():
            for word in aliases:
                words.setdefault(word_key(word), option)
        object.__setattr__(self, "words", words)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the fact goes by: identifier, title, aliases."""
        return (self.identifier, self.title, *self.aliases)


def faults_of(fact: Fact) -> list[str]:
    """What is wrong with a declaration, in Chinese; empty when it can be used.

    For declarations read elsewhere (a policy's own 事实 block) as well as for ``facts.yaml``.
    """
    faults: list[str] = []
    if not (fact.identifier.isascii() and fact.identifier.isidentifier()):
        faults.append(f"标识「{fact.identifier}」只能用英文字母、数字和下划线，且不以数字开头")
    if not fact.title.strip():
        faults.append("缺少标题 title")
    for key, value, known in (("type", fact.type, TYPES), ("kind", fact.kind, KINDS)):
        if value not in known:
            faults.append(f"{key} 不能是「{value}」，应为 {'、'.join(known)} 之一{_perhaps(value, known)}")
    if fact.period not in (None, "prior_year"):
        faults.append(f"period 不能是「{fact.period}」，只能写 prior_year 或不写")
    if fact.format and fact.format not in FORMATS:
        faults.append(f"format 不能是「{fact.format}」，应为 {'、'.join(FORMATS)} 之一")
    if fact.type == "choice" and not fact.choices:
        faults.append("选项类事实须列出 choices")
    if fact.choices and fact.type not in ("choice", "code"):
        faults.append("只有选项（choice）和代码（code）类事实可以写 choices")
    if fact.negative and fact.type not in ("integer", "money", "ratio"):
        faults.append("只有整数、金额和比例类事实可以写 negative")
    if fact.unit and fact.type not in ("integer", "money"):
        faults.append("只有整数和金额类事实可以写 unit")
    if fact.type == "money" and fact.unit != "元":
        faults.append("金额类事实的 unit 只能是 元")
    if fact.option_aliases and fact.type == "integer":
        faults += [f"option_aliases 的「{key}」应为整数" for key in fact.option_aliases if not key.isdigit()]
    else:
        faults += [
            f"option_aliases 的「{key}」不在 choices 里{_perhaps(key, fact.choices)}"
            for key in fact.option_aliases
            if key not in fact.choices
        ]
    owners: dict[str, str] = {}
    options = {key: (key, title) for key, title in fact.choices.items()}
    for option in {**fact.choices, **fact.option_aliases}:
        for word in (*options.get(option, ()), *fact.option_aliases.get(option, ())):
            owner = owners.setdefault(word_key(word), option)
            if owner != option:
                faults.append(f"「{word}」同时是选项 {owner} 和 {option} 的写法")
    return faults


class Dictionary(Mapping[str, Fact]):
    """The known facts by identifier, in the order of declaration; immutable.

    Raises :class:`InputError` when two facts share an identifier or any other name.
    """

    __slots__ = ("_facts", "_names")

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts: dict[str, Fact] = {}
        self._names: dict[str, Fact] = {}
        for fact in facts:
            if fact.identifier in self._facts:
                raise InputError(f"事实标识重复：{fact.identifier}")
            self._facts[fact.identifier] = fact
            for name in fact.names:
                owner = self._names.setdefault(name_key(name), fact)
                if owner is not fact:
                    raise InputError(
                        f"「{name}」同时是事实 {owner.identifier} 和 {fact.identifier} 的名称，请改其中一个"
                    )

    def __getitem__(self, identifier: str) -> Fact:
        return self._facts[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def by_name(self, text: str) -> Fact | None:
        """The fact that goes by ``text`` (identifier, title or alias; width, case, blanks do not matter)."""
        return self._names.get(name_key(text))

    def nearest(self, text: str) -> str | None:
        """The known name most like ``text``: an identifier for Latin letters, else a title; or ``None``."""
        key = name_key(text)
        if not key:
            return None
        match = closest(key, self._names)
        if match is None:
            return None
        fact = self._names[match]
        return fact.identifier if key.isascii() else fact.title

    def merged(self, extra: Iterable[Fact]) -> Dictionary:
        """This dictionary with the facts a policy declares for itself.

        The same declaration twice is one fact; another one under a taken name is an :class:`InputError`.
        """
        added = [fact for fact in extra if self._facts.get(fact.identifier) != fact]
        return Dictionary([*self._facts.values(), *added])

    def signature(self, identifiers: Iterable[str] | None = None) -> str:
        """Canonical text of what gives the facts their meaning, for content hashes.

        Type, unit, period, format, choices and sign, by identifier in sorted order; titles, definitions
        and aliases may be reworded without changing it. ``identifiers`` limits it to the facts in use.
        """
        chosen = self._facts if identifiers is None else {name: self._facts[name] for name in identifiers}
        rows = [
            [
                fact.identifier,
                fact.type,
                fact.unit,
                fact.period,
                fact.format,
                sorted(fact.choices.items()),
                fact.negative,
            ]
            for fact in sorted(chosen.values(), key=lambda fact: fact.identifier)
        ]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def load_dictionary(path: Path | None = None) -> Dictionary:
    """The dictionary of facts in ``path``, or the shipped one.

    Raises :class:`PolicyError` with file, line, offending text and the nearest known word for whatever
    is wrong in it, and :class:`InputError` when the file cannot be read.
    """
    return _shipped() if path is None else _load(Path(path))


@lru_cache(maxsize=1)
def _shipped() -> Dictionary:
    return _load(DEFAULT_PATH)


def _load(path: Path) -> Dictionary:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"读不了事实字典 {path}：{error}") from error
    return _Reader(path.name, text).dictionary()


class _Reader:
    """Turns the YAML nodes into facts; the nodes (not the values) know lines and repeated keys."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Problem] = []

    def dictionary(self) -> Dictionary:
        loader = _Loader(self.text)
        try:
            root = loader.get_single_node()
            if not isinstance(root, yaml.MappingNode):
                self.fail(root, "事实字典应为「标识: 内容」的表")
                raise PolicyError(self.problems)
            facts = [self.fact(loader, key, value) for key, value in self.pairs(root)]
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise PolicyError([Problem(self.file, *place, "不是合法的 YAML", error.problem or "")]) from error
        finally:
            loader.dispose()
        self.check_names(root, [fact for fact in facts if fact is not None])
        if self.problems:
            raise PolicyError(self.problems)
        return Dictionary(fact for fact in facts if fact is not None)

    def fail(self, node: yaml.Node | None, message: str, text: str = "", hint: str = "") -> None:
        mark = node.start_mark if node is not None else None
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.problems.append(Problem(self.file, *place, message, text, hint))

    def pairs(self, node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                self.fail(key, "重复的键", key.value, "删去其中一个")
            seen.add(key.value)
            if isinstance(value, yaml.MappingNode):
                self.pairs(value)
        return list(node.value)

    def fact(self, loader: Any, key: yaml.Node, node: yaml.Node) -> Fact | None:
        if not isinstance(node, yaml.MappingNode):
            self.fail(key, "事实的内容应为「键: 值」的表", str(key.value))
            return None
        values: dict[str, Any] = {}
        for name, value in node.value:
            if name.value not in _KEYS:
                self.fail(name, "不认识的键", name.value, _perhaps(name.value, _KEYS).strip("（）"))
                continue
            built = loader.construct_object(value, deep=True)
            if not isinstance(built, _KEYS[name.value]):
                self.fail(value, f"{name.value} 应为{_WORD_FOR[_KEYS[name.value]]}", str(built))
                continue
            values[name.value] = self.strings(value, built)
        absent = [name for name in ("title", "type", "kind", "definition") if name not in values]
        if absent:
            self.fail(key, f"缺少 {'、'.join(absent)}", str(key.value))
            return None
        fact = Fact(identifier=str(key.value), **values)
        for fault in faults_of(fact):
            self.fail(key, fault)
        return fact

    def strings(self, node: yaml.Node, built: Any) -> Any:
        """Lists as tuples; everything inside lists and tables must be text (``0134`` is not a number)."""
        if isinstance(built, list):
            self.only_text(node, built)
            return tuple(map(str, built))
        if isinstance(built, dict):
            self.only_text(node, built)
            for value in built.values():
                if isinstance(value, list):
                    self.only_text(node, value)
            return {str(k): tuple(map(str, v)) if isinstance(v, list) else v for k, v in built.items()}
        return built

    def only_text(self, node: yaml.Node, built: Iterable[Any]) -> None:
        for item in built:
            if not isinstance(item, str):
                self.fail(node, "应为文字", str(item), "加上引号")

    def check_names(self, root: yaml.MappingNode, facts: list[Fact]) -> None:
        lines = {key.value: key for key, _ in root.value}
        owners: dict[str, Fact] = {}
        for fact in facts:
            for name in fact.names:
                owner = owners.setdefault(name_key(name), fact)
                if owner is not fact and owner.identifier != fact.identifier:
                    message = f"名称与事实 {owner.identifier} 重复"
                    self.fail(lines[fact.identifier], message, name, "改其中一个")


def closest(text: str, known: Iterable[str]) -> str | None:
    """The entry of ``known`` most like ``text``, or ``None`` when nothing is near."""
    import difflib  # only needed for error messages: keep it out of the start-up time

    matches = difflib.get_close_matches(text, list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


def _perhaps(text: str, known: Iterable[str]) -> str:
    near = closest(text, known)
    return f"（是不是「{near}」？）" if near else ""
