"""The cases in ```示例``` blocks: facts → expected results, as ``zongbu check`` runs them."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from zongbu.law.document.markdown import Block
from zongbu.law.errors import Problem
from zongbu.law.files import NESTING, YamlFault, check_nesting
from zongbu.law.policy import Example

KEYS = ("名称", "基准日", "事实", "参数", "解释", "结果", "缺")
UNDETERMINED = "待定"
# The readers in C take a tenth of the time, and examples are the longest part of a policy file.
_Composer: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_examples(block: Block, clause: str, file: str, problems: list[Problem]) -> list[Example]:
    """The examples of a block; faults are added to ``problems``."""
    try:
        check_nesting(block.text, least=NESTING)
        node = yaml.compose(block.text, Loader=_Composer)
        cases = yaml.load(block.text, Loader=_Loader) or []
    except YamlFault as odd:
        problems.append(Problem(file, block.line + max(odd.line - 1, 0), max(odd.column, 1), "示例不是合格的 YAML"))
        return []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = block.line + (mark.line if mark else 0)
        problems.append(Problem(file, line, (mark.column + 1) if mark else 1, "示例不是合格的 YAML"))
        return []
    if not isinstance(cases, list):
        problems.append(Problem(file, block.line, 1, "示例应是一列以 - 开头的个案"))
        return []
    lines = [item.start_mark.line for item in node.value] if node is not None else []
    examples = []
    for case, offset in zip(cases, lines, strict=True):
        line = block.line + offset
        fault = _fault(case)
        if fault:
            problems.append(Problem(file, line, 1, f"示例的写法不对：{fault}"))
            continue
        examples.append(_example(case, clause, line))
    return examples


def _fault(case: Any) -> str:
    if not isinstance(case, dict):
        return "每个个案要有 名称、基准日、事实、结果"
    if unknown := [key for key in case if key not in KEYS]:
        return f"不认识「{unknown[0]}」，可用：{'、'.join(KEYS)}"
    for key in ("名称", "基准日", "结果"):
        if key not in case:
            return f"缺少「{key}」"
    for key in ("事实", "参数", "解释", "结果", "缺"):
        if case.get(key) and not isinstance(case[key], dict):
            return f"「{key}」应写成 {{名称: 值}}"
    if any(facts and not isinstance(facts, list) for facts in (case.get("缺") or {}).values()):
        return "「缺」应写成 {结果: [事实, 事实]}"
    try:
        date.fromisoformat(str(case["基准日"]))
    except ValueError:
        return f"基准日「{case['基准日']}」应写成 2023-06-30"
    return ""


def _example(case: dict[str, Any], clause: str, line: int) -> Example:
    results = case["结果"] or {}
    return Example(
        title=case["名称"],
        as_of=date.fromisoformat(case["基准日"]),
        facts=case.get("事实") or {},
        parameters=case.get("参数") or {},
        readings=case.get("解释") or {},
        results={name: None if value == UNDETERMINED else value for name, value in results.items()},
        missing={name: frozenset(facts or ()) for name, facts in (case.get("缺") or {}).items()},
        clause=clause,
        line=line,
    )
