"""Values of parameters on a day: from the policy file, or entered from outside with a source.

An unpublished parameter has no value until somebody enters one. Values entered for a demonstration are
marked as such and stay marked in every output.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml

from zongbu.law.amounts import WIDE
from zongbu.law.errors import InputError
from zongbu.law.files import YamlFault, read_text, yaml_node
from zongbu.law.formula import FormulaError, ParsedLiteral, nearest, parse_literal
from zongbu.law.nodes import Width
from zongbu.law.policy import Parameter, Policy

DEMONSTRATION = "演示参数"
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
"""``{参数名称}`` in a text of a policy file."""
_TERMS: tuple[Literal["个工作日", "天"], ...] = ("个工作日", "天")
_ENTRY = ("value", "source")
_SHAPE = "格式应为：政策标识 → 参数标识 → value 与 source"
Overrides = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Policy identifier → parameter identifier → ``value`` (a literal) and ``source``."""


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A parameter's value on the as-of date. ``value`` None is 未公布; ``source`` is empty for the policy's own."""

    identifier: str
    value: ParsedLiteral | None
    source: str = ""

    @property
    def demonstration(self) -> bool:
        """Whether the value was entered for a demonstration only."""
        return "演示" in self.source


def read_overrides(path: str | Path) -> Overrides:
    """Read a parameter file (YAML: policy identifier → parameter identifier → ``value`` and ``source``).

    Raises:
        InputError: the file cannot be read, does not have that shape, or says something twice.
    """
    try:
        root = yaml_node(read_text(path))
    except YamlFault as fault:
        raise InputError(f"参数文件「{path}」不是合格的 YAML：{fault}") from None
    if root is None:
        raise InputError(f"参数文件「{path}」是空的，{_SHAPE}")
    reader = _Reader(str(path))
    return {
        owner: {name: reader.entry(name, node) for name, node in reader.items(section, owner)}
        for owner, section in reader.items(root, "")
    }


class _Reader:
    """Reads the nodes of a parameter file; whatever would be lost is an error with its line."""

    def __init__(self, path: str) -> None:
        self.path = path

    def items(self, node: Any, of: str) -> list[tuple[str, Any]]:
        """The keys and nodes of a mapping, none of them twice."""
        if not isinstance(node, yaml.MappingNode):
            raise self.fault(node, f"{f'「{of}」' if of else ''}{_SHAPE}")
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.fault(key, "键应是文字")
            if key.value in found:
                raise self.fault(key, f"「{key.value}」写了两次，请只留一个")
            found[key.value] = value
        return list(found.items())

    def entry(self, name: str, node: Any) -> dict[str, Any]:
        """``value`` and ``source`` of a parameter."""
        entry = dict(self.items(node, name))
        for key in entry:
            if key not in _ENTRY:
                hint = nearest(key, iter(_ENTRY))
                raise self.fault(entry[key], f"参数「{name}」里没有「{key}」一项，只能写 value 和 source。{hint}")
        if "value" not in entry:
            raise self.fault(node, f"参数「{name}」缺少 value")
        return {key: self.plain(value) for key, value in entry.items()}

    def plain(self, node: Any) -> Any:
        """Text, a list or a mapping, every scalar as it is written."""
        if isinstance(node, yaml.MappingNode):
            return {key: self.plain(value) for key, value in self.items(node, "")}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        return str(node.value)

    def fault(self, node: Any, message: str) -> InputError:
        return InputError(f"参数文件「{self.path}」第 {node.start_mark.line + 1} 行：{message}")


def values_at(policy: Policy, moment: date, overrides: Overrides | None = None) -> dict[str, ParameterValue]:
    """The value of every parameter that the policy's rules can read, on a day.

    Raises:
        InputError: an override names an unknown parameter or does not fit its type.
    """
    values = {}
    for identifier, parameter in policy.parameters.items():
        period = parameter.at(moment)
        values[identifier] = ParameterValue(identifier, None if period is None else period.value)
    for owner, section in (overrides or {}).items():
        if owner != policy.identifier and owner not in policy.based_on:
            continue
        known = policy.parameters if owner == policy.identifier else policy.based_on[owner].parameters
        for name, entry in section.items():
            if name not in known:
                raise InputError(f"政策「{owner}」没有参数「{name}」。{nearest(name, iter(known))}")
            identifier = name if owner == policy.identifier else f"{owner}.{name}"
            if identifier not in values:
                continue
            value = parse_value(known[name], entry["value"])
            source = str(entry.get("source") or f"{DEMONSTRATION}（未注明来源）")
            values[identifier] = ParameterValue(identifier, value, source)
    return values


def term_in(
    policy: Policy, text: str, moment: date, overrides: Overrides | None = None
) -> tuple[int, Literal["个工作日", "天"]] | None:
    """The first term that a text names as ``{参数}``, see ``Policy.term_of``."""
    titles = {parameter.title: name for name, parameter in policy.parameters.items() if "." not in name}
    values = values_at(policy, moment, overrides)
    for title in PLACEHOLDER.findall(text):
        name = titles.get(title)
        value = values[name].value if name is not None else None
        if name is None or not isinstance(value, Decimal):
            continue
        for unit in _TERMS:
            if policy.parameters[name].type.unit == unit:
                return int(value), unit
    return None


def parse_value(parameter: Parameter, raw: Any) -> ParsedLiteral:
    """A value entered for a parameter, checked against its type and width.

    Raises:
        InputError: the value is no literal of the parameter's type, or has too many digits.
    """
    text = _as_text(raw)
    try:
        value, type_, _ = _read(text)
    except FormulaError as error:
        raise InputError(f"参数「{parameter.title}」的值「{text}」读不懂：{error.message}") from None
    if type_ != parameter.type:
        raise InputError(f"参数「{parameter.title}」应为{parameter.type}，给出的「{text}」是{type_}")
    if fault := too_wide(value, parameter.width):
        raise InputError(f"参数「{parameter.title}」的值「{text}」{fault}")
    try:
        return as_options(value, parameter.words)
    except KeyError as error:
        raise InputError(f"参数「{parameter.title}」里没有选项「{error.args[0]}」") from None


_read = functools.lru_cache(maxsize=1024)(parse_literal)
"""The same few values are read for every assessment; what comes out is never changed."""


def as_options(value: ParsedLiteral, words: Mapping[str, str]) -> ParsedLiteral:
    """A set or table with its texts replaced by the options they name; ``words`` empty: as it is.

    Raises:
        KeyError: a text names no option; the argument is the text.
    """
    if not words:
        return value
    if isinstance(value, tuple):
        return tuple(words[text] for text in value)
    if isinstance(value, dict):
        return {key if key is None else words[str(key)]: item for key, item in value.items()}
    return value


def too_wide(value: ParsedLiteral, width: Width | None) -> str:
    """What is wrong with a parameter's value that has more digits than its type holds; empty if it fits."""
    items = value.values() if isinstance(value, dict) else [value]
    if width is None or all(fits(item, width) for item in items if isinstance(item, Decimal)):
        return ""
    return f"位数过多：最多 {width.digits} 位整数、{width.scale} 位小数"


def fits(value: Decimal, width: Width) -> bool:
    """Whether a number can be held exactly in so many digits."""
    scaled = WIDE.scaleb(value, width.scale)
    return scaled == scaled.to_integral_value() and abs(scaled) < 10 ** (width.digits + width.scale)


def _as_text(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{key}: {_as_text(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list | tuple | set | frozenset):
        return "{" + ", ".join(_as_text(value) for value in raw) + "}"
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, Decimal):
        return f"{raw:f}"
    return str(raw).strip()
