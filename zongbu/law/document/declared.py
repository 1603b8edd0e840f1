"""The 事实 block: facts that a policy declares for itself, on top of the dictionary."""

from __future__ import annotations

import re

from zongbu.law import nodes
from zongbu.law.document.definitions import Definition, split_note
from zongbu.law.facts import Fact, faults_of

_FACT_TYPES = {
    "元": "money", "整数": "integer", "家": "integer", "是否": "boolean", "日期": "date", "文字": "text",
    "代码": "code", "比例": "ratio",
}  # fmt: skip
_FACT_KINDS = {"申报": "declared", "登记": "registry", "认定": "finding"}


def declared_fact(definition: Definition) -> Fact:
    """``标题 [identifier]: 类型, 来源[, 上年度][, 可为负][, 无法改变] —— 定义``.

    Raises:
        ValueError: the line is not of that form; the message says why.
    """
    text, note = split_note(definition.rest)
    choices: dict[str, str] = {}
    value = text.value
    if match := re.match(r"选项\s*\{(.*?)\}", value):
        for entry in re.split("[,，]", match[1]):
            option, _, title = entry.replace("：", ":").partition(":")
            choices[option.strip()] = title.strip()
        value = "选项" + value[match.end() :]
    parts = [part.strip() for part in re.split("[,，]", value)]
    type_ = "choice" if parts[0] == "选项" else _FACT_TYPES.get(parts[0])
    if type_ is None:
        raise ValueError(f"没有类型「{parts[0]}」")
    if len(parts) < 2 or parts[1] not in _FACT_KINDS:
        raise ValueError("来源应为 申报、登记 或 认定")
    flags = set(parts[2:])
    if unknown := flags - {"上年度", "可为负", "无法改变"}:
        raise ValueError(f"不认识「{unknown.pop()}」")
    fact = Fact(
        identifier=definition.identifier,
        title=definition.title,
        type=type_,
        kind=_FACT_KINDS[parts[1]],
        unit=parts[0] if parts[0] in ("元", "家") else "",
        period="prior_year" if "上年度" in flags else None,
        choices=choices,
        negative="可为负" in flags,
        actionable="无法改变" not in flags,
        definition=note,
    )
    if faults := faults_of(fact):
        raise ValueError(faults[0])
    return fact


def fact_node(fact: Fact) -> nodes.FactRef:
    """The typed reference to a fact."""
    simple = {"text": nodes.TEXT, "code": nodes.CODE, "boolean": nodes.BOOLEAN, "date": nodes.DATE}
    if fact.type in simple:
        return nodes.FactRef(simple[fact.type], fact.identifier)
    if fact.type == "choice":
        return nodes.FactRef(nodes.Type("choice", options=tuple(fact.choices)), fact.identifier)
    width = {"money": nodes.MONEY, "integer": nodes.INTEGER, "ratio": nodes.RATIO}[fact.type]
    unit = "元" if fact.type == "money" else fact.unit
    type_ = nodes.Type("number", unit)
    return nodes.FactRef(type_, fact.identifier, nodes.Width(width.digits, width.scale, signed=fact.negative))
