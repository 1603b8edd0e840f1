"""Values of parameters on a day: from the policy file, or entered from outside with a source.

An unpublished parameter has no value until somebody enters one. Values entered for a demonstration are
marked as such and stay marked in every output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import yaml

from zongbu.law.amounts import WIDE
from zongbu.law.errors import InputError
from zongbu.law.formula import FormulaError, ParsedLiteral, nearest, parse_literal
from zongbu.law.nodes import Width
from zongbu.law.policy import Parameter, Policy

DEMONSTRATION = "演示参数"
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
        InputError: the file cannot be read or does not have that shape.
    """
    try:
        content = yaml.load(Path(path).read_text("utf-8"), Loader=yaml.BaseLoader)
    except OSError:
        raise InputError(f"找不到参数文件「{path}」") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InputError(f"参数文件「{path}」不是合格的 UTF-8 YAML 文件") from None
    if not isinstance(content, dict) or not all(
        isinstance(section, dict) and all(isinstance(entry, dict) and "value" in entry for entry in section.values())
        for section in content.values()
    ):
        raise InputError(f"参数文件「{path}」的格式应为：政策标识 → 参数标识 → value 与 source")
    return cast(Overrides, content)


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


def parse_value(parameter: Parameter, raw: Any) -> ParsedLiteral:
    """A value entered for a parameter, checked against its type and width.

    Raises:
        InputError: the value is no literal of the parameter's type, or has too many digits.
    """
    text = _as_text(raw)
    try:
        value, type_, _ = parse_literal(text)
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
