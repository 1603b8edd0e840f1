"""Chapters → the manual, as Markdown. The same input always gives the same text."""

from __future__ import annotations

import importlib
import re
from types import ModuleType

from tests.spec.table import Because, Section, Table

CHAPTERS = (
    "values",
    "logic",
    "money",
    "ratios",
    "conditions",
    "look_ups",
    "membership",
    "dates",
    "has_value",
    "extremes",
    "readings",
    "parameters",
    "measures",
    "missing",
    "shortfalls",
    "explanations",
)
"""The chapters in the order of the manual; each is ``tests/spec/test_<name>.py``."""

_HEAD = """\
# 语义：每个写法是什么意思

<!-- 由 `python -m tests.spec` 从 tests/spec 生成，不要直接改。 -->

这一册的每张表都是测试：左边是已知的事实，右边是结果，参照解释器、生成的Python和SQL都必须给出表里的答案，
分毫不差。`?` 是未知，`—` 是没有。每节先给出一份极小的政策，表里的列名就是它的事实和规则。
没有写明基准日的，都是 2024-06-30。
"""
_DIGITS = "零一二三四五六七八九十"


def render() -> str:
    """The whole manual."""
    modules = [importlib.import_module(f"tests.spec.test_{name}") for name in CHAPTERS]
    titles = [_title(module) for module in modules]
    contents = "\n".join(
        f"{number}. [{title}](#{_anchor(f'{_chinese(number)}、{title}')})" for number, title in enumerate(titles, 1)
    )
    chapters = [_chapter(number, module) for number, module in enumerate(modules, 1)]
    return "\n".join([_HEAD, contents, "", *chapters]).rstrip() + "\n"


def _chapter(number: int, module: ModuleType) -> str:
    title, prose = _title(module), (module.__doc__ or "").partition("\n")[2].strip()
    parts = [f"## {_chinese(number)}、{title}", _joined(prose)]
    for index, section in enumerate(module.SECTIONS, 1):
        parts += [f"### {number}.{index} {section.title}", _joined(section.prose), _body(section)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _body(section: Section) -> str:
    policy = f"````markdown\n{section.policy.strip()}\n````"
    if isinstance(section, Because):
        facts = "，".join(f"{title} {value}" for title, value in section.facts.items())
        return f"{policy}\n\n{facts} 时，「{section.result}」的依据：\n\n```text\n{section.text}\n```"
    return f"{policy}\n\n{_table(section)}"


def _table(table: Table) -> str:
    inputs, expected = table.columns
    rows = [[*inputs, *(f"**{column}**" for column in expected)]]
    rows += [[*case.inputs.values(), *case.expected.values()] for case in table.cases]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _title(module: ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0].strip().rstrip("。")


def _joined(prose: str) -> str:
    """Lines of a paragraph joined without a blank: Chinese has none between lines."""
    paragraphs = re.split(r"\n\s*\n", prose.strip())
    return "\n\n".join("".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs)


def _chinese(number: int) -> str:
    if number <= 10:
        return _DIGITS[number]
    return "十" + (_DIGITS[number - 10] if number % 10 else "")


def _anchor(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
