"""What things are called, in Chinese (from the policy file) or English (from its companion)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

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
    content = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return content if isinstance(content, dict) else {}
