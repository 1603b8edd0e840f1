"""What the names in the formulas of a policy file mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zongbu.law import nodes
from zongbu.law.document.declared import fact_node
from zongbu.law.document.foreign import Foreign
from zongbu.law.facts import Dictionary
from zongbu.law.formula import FormulaError
from zongbu.law.nodes import Node
from zongbu.law.policy import Parameter, Reading, Rule


class FileScope:
    """The names of one policy file: facts and definitions by title, other policies' by ``policy.名称``.

    The mappings are those of the loader and grow while it types one formula after the other.
    ``option_words`` collects, per parameter, the accepted words of the choice whose options it lists.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        titles: Mapping[str, str],
        parameters: Mapping[str, Parameter],
        readings: Mapping[str, Reading],
        rules: Mapping[str, Rule],
        foreign: Foreign,
    ) -> None:
        self.titles, self.parameters, self.readings, self.rules = titles, parameters, readings, rules
        self.foreign = foreign
        self.option_words: dict[str, dict[str, str]] = {}
        self.facts = {fact.title: fact for fact in dictionary.values()}
        self.options: dict[tuple[str, ...], dict[str, str]] = {}
        for fact in dictionary.values():
            if fact.choices:
                known = {title: option for option, title in fact.choices.items()}
                self.options[tuple(fact.choices)] = known | {option: option for option in fact.choices}
        for reading in readings.values():
            self.options[tuple(reading.options)] = {option: option for option in reading.options}

    def resolve(self, name: str) -> Node | None:
        """The node of a name, see ``formula.Scope``; FormulaError for a definition that is itself faulty."""
        if "." in name:
            return self.foreign.resolve(name)
        if name in self.facts:
            return fact_node(self.facts[name])
        identifier = self.titles.get(name)
        if identifier is None:
            return None
        if identifier in self.parameters:
            parameter = self.parameters[identifier]
            return nodes.ParameterRef(parameter.type, identifier, parameter.width)
        if identifier in self.readings:
            options = tuple(self.readings[identifier].options)
            return nodes.ReadingRef(nodes.Type("choice", options=options), identifier)
        if identifier in self.rules:
            return nodes.RuleRef(self.rules[identifier].node.type, identifier)
        raise FormulaError("所引用的定义本身有错", name, hint="先改正它")

    def names(self) -> Iterator[str]:
        """Every title, for "did you mean"."""
        yield from self.facts
        yield from self.titles

    def option(self, text: str, options: tuple[str, ...]) -> str | None:
        """The identifier of an option, given by title or identifier."""
        return self.options.get(options, {}).get(text)

    def speaks_of(self, parameter: str, options: tuple[str, ...]) -> None:
        """Take note that a parameter's texts are options of a choice."""
        if parameter in self.parameters:
            self.option_words[parameter] = self.options[options]
