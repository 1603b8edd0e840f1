"""What things are called, in Chinese (from the policy file) or English (from its companion)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from zongbu.law.errors import PolicyError, Problem
from zongbu.law.files import YamlFault, read_text, yaml_node
from zongbu.law.policy import Policy


class Names:
    """Titles of facts, parameters, rules, readings and clauses in one language (``zh`` or ``en``).

    English titles stand in ``<policy>.en.yaml`` beside the policy; a missing one falls back to the words of
    the identifier.
    """

    def __init__(self, policy: Policy, lang: str = "zh") -> None:
        self.policy = policy
        self.lang = lang
        self._titles: dict[str, str] = {}
        self._choices: dict[tuple[str, ...], Mapping[str, str]] = {}

    def fact(self, identifier: str) -> str:
        fact = self.policy.dictionary[identifier]
        if self.lang == "zh":
            return fact.title
        return fact.title_en or self._english(identifier)

    def option(self, identifier: str, value: str) -> str:
        """An option of a choice fact."""
        fact = self.policy.dictionary[identifier]
        return value if self.lang == "en" else fact.choices.get(value, value)

    def choice(self, options: tuple[str, ...], value: str) -> str:
        """An option written in a formula, by the title that the dictionary gives it."""
        if self.lang == "en":
            return value
        titles = self._choices.get(options)
        if titles is None:
            facts = self.policy.dictionary.values()
            titles = next((fact.choices for fact in facts if tuple(fact.choices) == options), {})
            self._choices[options] = titles
        return titles.get(value, value)

    def parameter(self, identifier: str) -> str:
        return self._title(identifier, self.policy.parameters[identifier].title)

    def rule(self, identifier: str) -> str:
        return self._title(identifier, self.policy.rules[identifier].title)

    def reading(self, identifier: str) -> str:
        return self._title(identifier, self.policy.readings[identifier].title)

    def reading_option(self, identifier: str, option: str) -> str:
        if self.lang == "zh":
            return option
        owner, name = self._owner(identifier)
        options = _companion(owner).get("options", {}).get(name, {})
        return str(options.get(option, option))

    def clause_title(self, citation: str) -> str:
        if self.lang == "zh":
            return self.policy.clause(citation).title
        entry = _companion(self.policy.path).get("clauses", {}).get(citation, {})
        return str(entry.get("title", citation))

    def _title(self, identifier: str, chinese: str) -> str:
        return chinese if self.lang == "zh" else self._english(identifier)

    def _english(self, identifier: str) -> str:
        if identifier not in self._titles:
            owner, name = self._owner(identifier)
            titles = _companion(owner).get("titles", {})
            self._titles[identifier] = str(titles.get(name) or name.replace("_", " ").capitalize())
        return self._titles[identifier]

    def _owner(self, identifier: str) -> tuple[Path, str]:
        policy, _, name = identifier.rpartition(".")
        return (self.policy.based_on[policy].path if policy else self.policy.path), name


@functools.lru_cache(maxsize=32)
def _companion(path: Path) -> dict[str, Any]:
    file = path.with_suffix(".en.yaml")
    if not file.is_file():
        return {}
    try:
        root = yaml_node(read_text(file))
    except YamlFault as fault:
        raise PolicyError([Problem(file.name, fault.line or 1, fault.column or 1, fault.reason)]) from None
    found: dict[str, Any] = {}
    for name, section in _entries(root, file.name):
        found[name] = _plain(section, file.name, _LEVELS.get(name, 0))
    return found


_LEVELS = {"titles": 1, "options": 2, "clauses": 2}
"""Mappings within mappings of a section, down to the texts; other sections are not read here."""


def _plain(node: Any, file: str, levels: int) -> Any:
    if not levels:
        return getattr(node, "value", "")
    return {key: _plain(value, file, levels - 1) for key, value in _entries(node, file)}


def _entries(node: Any, file: str) -> list[tuple[str, Any]]:
    """The keys and nodes of a mapping; none where nothing is written."""
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    odd = node
    if isinstance(node, yaml.MappingNode):
        odd = next((key for key, _ in node.value if not isinstance(key, yaml.ScalarNode)), None)
        if odd is None:
            return [(key.value, value) for key, value in node.value]
    mark = odd.start_mark
    raise PolicyError([Problem(file, mark.line + 1, mark.column + 1, "这里应是「名称: 英文」的表")])
