"""A policy file → ``Policy``: every definition read, every name resolved, every formula typed and checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from threading import RLock

from lark import Token, Tree

from zongbu.law import exact, formula, nodes
from zongbu.law.document.declared import declared_fact
from zongbu.law.document.definitions import Definition, Text, read_definitions, read_fields, repeated_fields
from zongbu.law.document.examples import read_examples
from zongbu.law.document.figures import read_parameter
from zongbu.law.document.find import dictionary_for, find_policy
from zongbu.law.document.foreign import Foreign
from zongbu.law.document.markdown import Block, read_document
from zongbu.law.document.measures import Known, Measures, measure_rule
from zongbu.law.document.scope import FileScope
from zongbu.law.errors import InputError, PolicyError, Problem
from zongbu.law.facts import Fact
from zongbu.law.formula import FormulaError
from zongbu.law.nodes import Node
from zongbu.law.parameters import PLACEHOLDER, as_options
from zongbu.law.policy import Clause, Example, Measure, Parameter, Policy, Reading, Rule

_IDENTIFIER = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
STATUSES = ("施行", "征求意见", "废止")
UNDATED = "未定"
_KEPT = 32
_LOADED: dict[Path, tuple[bytes, Policy]] = {}
"""The policies loaded last, with the content of their files."""
_LOCK = RLock()
_LOADING: ContextVar[tuple[Path, ...]] = ContextVar("_LOADING", default=())
"""The policies being loaded, each for the sake of the one before it."""


def load_policy(path_or_id: str | Path) -> Policy:
    """Load a policy by identifier (one of the shipped) or from a file.

    Raises:
        PolicyError: the file has faults; all of them are listed with file, line and column.
        InputError: there is no such policy or file.
    """
    path = find_policy(path_or_id)
    content = path.read_bytes()
    with _LOCK:
        known = _LOADED.get(path)
        if known is None or known[0] != content or _outdated(known[1]):
            if len(_LOADED) >= _KEPT:
                _LOADED.pop(next(iter(_LOADED)))
            known = _LOADED[path] = content, _load(path, content)
    return known[1]


def _outdated(policy: Policy) -> bool:
    """Whether a policy that this one builds on has changed since."""
    return any(load_policy(other.path) is not other for other in policy.based_on.values())


def _load(path: Path, content: bytes) -> Policy:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InputError(f"政策文件「{path}」不是 UTF-8 编码，请另存为 UTF-8") from None
    above = _LOADING.get()
    if path in above:
        circle = " → ".join(file.stem for file in (*above, path))
        raise InputError(f"政策互相引用成环：{circle}")
    token = _LOADING.set((*above, path))
    try:
        return _Loader(text, path).policy()
    finally:
        _LOADING.reset(token)


class _Loader:
    """Loads one file; each step adds what it finds wrong to ``problems`` so that all faults show at once."""

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path, self.file = text, path, path.name
        self.problems: list[Problem] = []
        self.document = read_document(text, self.file)
        self.common = self.dictionary = dictionary_for(path)
        self.definitions: dict[str, list[Definition]] = {
            kind: [] for kind in ("参数", "步骤", "规则", "提示", "解释", "措施", "事实")
        }
        self.example_blocks: list[tuple[Block, str]] = []
        self.parameters: dict[str, Parameter] = {}
        self.readings: dict[str, Reading] = {}
        self.rules: dict[str, Rule] = {}
        self.measures: dict[str, Measure] = {}
        self.trees: dict[str, Tree[Token]] = {}
        self.origin: dict[str, tuple[Definition, Text]] = {}
        self.titles: dict[str, str] = {}
        self.foreign = Foreign(self._other)
        self.used: set[str] = set()
        self.option_words: dict[str, dict[str, str]] = {}
        self.typed_parts: dict[str, Node] = {}
        self.measure_reader = Measures((), self.problem)

    # --- the steps ---------------------------------------------------------------------------------------

    def policy(self) -> Policy:
        self._collect()
        self._facts()
        self._names()
        self._parameters()
        self._readings()
        self._parse_formulas()
        self._type_formulas()
        self._name_options()
        self._measures()
        recognises = self._recognition()
        clauses = tuple(self._clauses())
        self._unused(clauses)
        self._stop_on_problems()
        self._exactness()
        examples = self._examples()
        self._stop_on_problems()
        head = self.document.head
        rules = {**self.foreign.rules, **self.rules}
        parameters = {**self.foreign.parameters, **self.parameters}
        return Policy(
            identifier=head["标识"],
            title=head["名称"],
            head=head,
            effective_from=_head_date(head.get("施行", "")),
            effective_until=_head_date(head.get("有效至", "")),
            clauses=clauses,
            dictionary=self.dictionary.merged(self.foreign.facts.values()),
            parameters=parameters,
            rules=rules,
            readings={**self.foreign.readings, **self.readings},
            measures=self.measures,
            examples=tuple(examples),
            version=self._version(rules.values()),
            path=self.path,
            based_on=self.foreign.policies,
            recognises=recognises,
        )

    def _collect(self) -> None:
        for key in ("标识", "名称", "状态"):
            if not self.document.head.get(key):
                self.problem(1, 1, "文件头缺少一项", key)
        self._head()
        for section in self.document.sections:
            for block in section.blocks:
                if block.kind == "示例":
                    self.example_blocks.append((block, section.citation))
                else:
                    found = read_definitions(block, section.citation, self.file, self.problems)
                    self.definitions[block.kind] += found
        for definition in (*self.definitions["措施"], *self.definitions["解释"]):
            for key, text in repeated_fields(definition):
                self.problem(text.line, 1, "这一项写了两次", key)

    def _head(self) -> None:
        """A slip in the status or the dates would quietly change whether the policy is in force."""
        head = self.document.head
        identifier = head.get("标识", "")
        if identifier and not _IDENTIFIER.fullmatch(identifier):
            hint = "小写字母开头，只用小写字母、数字和连字符"
            self.problem(self._head_line("标识"), 1, "标识的写法不对", identifier, hint)
        if head.get("状态") and head["状态"] not in STATUSES:
            known = "可用：" + "、".join(STATUSES)
            self.problem(self._head_line("状态"), 1, "没有这种状态", head["状态"], known)
        for key in ("施行", "有效至"):
            if head.get(key, "") not in ("", UNDATED) and _head_date(head[key]) is None:
                hint = f"写成 2023-02-20；没有定的写「{UNDATED}」"
                self.problem(self._head_line(key), 1, "日期读不懂", head[key], hint)

    def _head_line(self, key: str) -> int:
        lines = enumerate(self.text.split("\n"), 1)
        return next((number for number, line in lines if line.partition(":")[0] == key), 1)

    def _facts(self) -> None:
        extra: dict[str, Fact] = {}
        for definition in self.definitions["事实"]:
            try:
                # The second of two facts with one name is reported by ``_names``.
                extra.setdefault(definition.identifier, declared_fact(definition))
            except ValueError as error:
                self.problem(definition.line, 1, f"事实的写法不对：{error}", definition.title)
        try:
            self.dictionary = self.dictionary.merged(extra.values())
        except InputError as error:
            self._names()  # says where, unless the clash is with another name that a fact goes by
            known, declared = self.common, self.definitions["事实"]
            clash = (d.line for d in declared if known.by_name(d.title) or known.by_name(d.identifier))
            self.problem(next(clash, declared[0].line), 1, str(error))
            self._stop_on_problems()
        self._options()

    def _options(self) -> None:
        """Options are told apart by their identifiers alone: the same ones under other titles would mix."""
        owners: dict[tuple[str, ...], Fact] = {}
        lines = {definition.identifier: definition.line for definition in self.definitions["事实"]}
        for fact in self.dictionary.values():
            if fact.type == "choice":
                owner = owners.setdefault(tuple(fact.choices), fact)
                if owner.choices != fact.choices:
                    self.problem(
                        lines.get(fact.identifier, 1),
                        1,
                        "选项的标识与另一项事实的相同，名称却不同",
                        owner.title,
                        "换一组标识",
                    )

    def _names(self) -> None:
        """One name, one meaning: titles and identifiers are unique over the file and the dictionary."""
        taken: dict[str, int] = {}
        for fact in self.common.values():
            taken[fact.title] = taken[fact.identifier] = 0
        everything = (definition for group in self.definitions.values() for definition in group)
        for definition in sorted(everything, key=lambda d: d.line):
            for word, what in ((definition.title, "名称"), (definition.identifier, "标识")):
                if word in taken:
                    where = f"第 {taken[word]} 行已有" if taken[word] else "事实字典里已有"
                    self.problem(definition.line, 1, f"{what}重复", word, where)
                taken.setdefault(word, definition.line)
            if definition.kind != "事实":
                self.titles.setdefault(definition.title, definition.identifier)
        self._stop_on_problems()

    def _parameters(self) -> None:
        for definition in self.definitions["参数"]:
            try:
                self.parameters[definition.identifier] = read_parameter(definition)
            except FormulaError as error:
                self.formula_problem(definition, definition.rest, error)

    def _readings(self) -> None:
        for definition in self.definitions["解释"]:
            options: dict[str, str] = {}
            default = ""
            for key, text in read_fields(definition).items():
                name = key.replace("（默认）", "(默认)")
                if name.endswith("(默认)"):
                    name = default = name.removesuffix("(默认)").strip()
                options[name] = text.value
            if len(options) < 2 or not default:
                self.problem(definition.line, 1, "解释口径至少要有两种，并标明一种 (默认)", definition.title)
            self.readings[definition.identifier] = Reading(
                definition.identifier, definition.title, options, default, definition.clause, definition.line
            )

    def _parse_formulas(self) -> None:
        for definition in (*self.definitions["步骤"], *self.definitions["规则"], *self.definitions["提示"]):
            if definition.sign != "=":
                self.problem(definition.line, 1, "规则要写成「名称 [identifier] = 公式」", definition.title)
            else:
                self._parse(definition.identifier, definition, definition.rest)
        self.measure_reader = Measures(self.definitions["措施"], self.problem)
        for key, definition, text in self.measure_reader.formulas():
            self._parse(key, definition, text)

    def _parse(self, key: str, definition: Definition, text: Text) -> None:
        try:
            self.trees[key] = formula.parse(text.value)
            self.origin[key] = definition, text
        except FormulaError as error:
            self.formula_problem(definition, text, error)

    def _type_formulas(self) -> None:
        """Type each formula after those it needs; a circle is named with all its members."""
        graph: dict[str, set[str]] = {}
        for key, tree in self.trees.items():
            needs = {self.titles[name] for name in formula.names_used(tree) if name in self.titles}
            self.used |= needs
            graph.setdefault(key, set()).update(needs)
            if "." in key:
                graph.setdefault(key.partition(".")[0], set()).add(key)
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            self._report_cycle(error.args[1])
            return
        scope = FileScope(self.dictionary, self.titles, self.parameters, self.readings, self.rules, self.foreign)
        self.option_words = scope.option_words
        for key in order:
            if key in self.trees:
                self._type(key, scope)
            elif f"{key}.对象" in self.trees:
                self._measure_rule(key)

    def _report_cycle(self, members: list[str]) -> None:
        keys = [key for key in members if "." not in key]
        names = {identifier: title for title, identifier in self.titles.items()}
        _, text = next(self.origin[key] for key in members if key in self.origin)
        circle = " → ".join(names[key] for key in keys)
        self.problem(text.line, text.column, "规则互相引用成环", circle)

    def _type(self, key: str, scope: FileScope) -> None:
        definition, text = self.origin[key]
        try:
            node = formula.type_formula(self.trees[key], scope)
        except FormulaError as error:
            self.formula_problem(definition, text, error.quoting(text.value))
            return
        if "." in key:
            self.measure_reader.check_part(key, node, text)
            self.typed_parts[key] = node
        else:
            kind = definition.kind if definition.kind in ("步骤", "提示") else "规则"
            if kind == "提示" and node.type.kind != "boolean":
                self.problem(text.line, text.column, f"提示要是条件，这里却是{node.type}", text.value[:20])
            self.rules[key] = Rule(key, definition.title, node, kind, definition.clause, definition.line)  # type: ignore[arg-type]

    def _name_options(self) -> None:
        """Texts in parameters that stand for options of a choice become the options' identifiers."""
        for identifier, words in self.option_words.items():
            parameter = self.parameters[identifier]
            periods = []
            for period in parameter.periods:
                try:
                    value = None if period.value is None else as_options(period.value, words)
                except KeyError as error:
                    hint = formula.nearest(error.args[0], iter(words))
                    self.problem(parameter.line, 1, "没有这个选项", error.args[0], hint)
                    continue
                periods.append(replace(period, value=value))
            self.parameters[identifier] = replace(parameter, periods=tuple(periods), words=words)

    def _measure_rule(self, identifier: str) -> None:
        eligible = self.typed_parts.get(f"{identifier}.对象")
        amount = self.typed_parts.get(f"{identifier}.金额")
        if eligible is None or (amount is None and f"{identifier}.金额" in self.trees):
            return
        definition, _ = self.origin[f"{identifier}.对象"]
        self.rules[identifier] = measure_rule(definition, eligible, amount)

    def _measures(self) -> None:
        formulas = (d for kind in ("步骤", "规则", "提示", "措施") for d in self.definitions[kind])
        known = Known(
            titles=self.titles,
            rules=self.rules,
            faulty=frozenset(d.title for d in formulas if d.identifier not in self.rules),
            dictionary=self.dictionary,
            foreign=self.foreign,
            is_district=_is_district(self.document.head.get("行政区划", "")),
        )
        for measure in self.measure_reader.read(self.typed_parts, known):
            self.measures[measure.identifier] = measure

    def _recognition(self) -> str:
        """The result that recognition decides (head: 认定结果), as an identifier; empty where none is named."""
        title = self.document.head.get("认定结果", "")
        rules = {rule.title: rule for rule in self.rules.values() if rule.kind == "规则"}
        rule = rules.get(title)
        if title and rule is None:
            hint = formula.nearest(title, iter(rules))
            self.problem(self._head_line("认定结果"), 1, "没有这条规则", title, hint)
        elif rule is not None and rule.node.type.kind != "boolean":
            message = f"认定结果要是条件，这里却是{rule.node.type}"
            self.problem(self._head_line("认定结果"), 1, message, title)
        return rule.identifier if rule is not None else ""

    def _clauses(self) -> Iterator[Clause]:
        for section in self.document.sections:
            text = "\n\n".join(section.paragraphs)
            yield Clause(section.citation, section.title, text, section.level, section.line)

    def _unused(self, clauses: Iterable[Clause]) -> None:
        """A parameter that no formula reads and no text mentions ({名称}) is a mistake."""
        texts = [(clause.restatement, clause.line) for clause in clauses]
        texts += [("\n".join(measure.details.values()), measure.line) for measure in self.measures.values()]
        for text, line in texts:
            for name in PLACEHOLDER.findall(text):
                if self.titles.get(name) in self.parameters:
                    self.used.add(self.titles[name])
                else:
                    hint = formula.nearest(name, (p.title for p in self.parameters.values()))
                    self.problem(line, 1, "没有这个参数", f"{{{name}}}", hint)
        if self.problems:
            return  # a faulty formula may be the one that uses it
        for parameter in self.parameters.values():
            if parameter.identifier not in self.used:
                hint = f"在公式里使用，或在条款、措施的文字里写 {{{parameter.title}}}"
                self.problem(parameter.line, 1, "参数没有被使用", parameter.title, hint)

    def _exactness(self) -> None:
        for rule, message in exact.inexact({**self.foreign.rules, **self.rules}):
            self.problem(rule.line, 1, message, rule.title, "在中间一步用 四舍五入(…, 位数) 收短")

    def _examples(self) -> list[Example]:
        examples: list[Example] = []
        for block, clause in self.example_blocks:
            examples += read_examples(block, clause, self.file, self.problems)
        return examples

    # --- help --------------------------------------------------------------------------------------------

    def _other(self, identifier: str) -> Policy:
        return load_policy(find_policy(identifier, beside=self.path.parent))

    def _version(self, rules: Iterable[Rule]) -> str:
        """The content hash: the file, the meaning of the facts it reads, and the policies it builds on."""
        facts = {node.identifier for rule in rules for node in nodes.walk(rule.node) if isinstance(node, nodes.FactRef)}
        facts |= {name for measure in self.measures.values() for name in measure.facts}
        meaning = self.dictionary.merged(self.foreign.facts.values()).signature(facts)
        others = {name: policy.version for name, policy in sorted(self.foreign.policies.items())}
        content = json.dumps([self.text, meaning, others], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def problem(self, line: int, column: int, message: str, text: str = "", hint: str = "") -> None:
        self.problems.append(Problem(self.file, line, column, message, text, hint))

    def formula_problem(self, definition: Definition, text: Text, error: FormulaError) -> None:
        line = text.line + error.line - 1
        column = error.column + (text.column - 1 if error.line == 1 else 0)
        self.problem(line, column, error.message, error.text, error.hint)

    def _stop_on_problems(self) -> None:
        if self.problems:
            raise PolicyError(self.problems)


def _is_district(division: str) -> bool:
    """Whether a GB/T 2260 code is that of a district or county."""
    return len(division) == 6 and not division.endswith("00")


def _head_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
