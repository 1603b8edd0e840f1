"""Every static check has a small bad policy in ``bad/``; its head says what is wrong and what must be reported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from zongbu.law import PolicyError, document, exact, formula, load_policy

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.md"))
_EXPECTED = re.compile(r"^应报: \|\n((?:  .*\n)+)", re.MULTILINE)
_SOURCES = sorted(file for package in (formula, exact, document) for file in Path(package.__path__[0]).glob("*.py"))
_RAISERS = ("problem", "Problem", "FormulaError", "fault", "InexactError", "_whole", "ValueError")


def expected(path: Path) -> list[str]:
    """What must be reported: from the head of the file, or beside it where the head itself is bad."""
    beside = path.with_suffix(".txt")
    if beside.is_file():
        return beside.read_text("utf-8").splitlines()
    found = _EXPECTED.search(path.read_text("utf-8"))
    assert found, f"{path.name} does not say what must be reported"
    return [line.removeprefix("  ") for line in found[1].splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_policy_is_refused_with_its_message(path: Path) -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(path)
    assert str(refused.value).splitlines() == [f"{path.name}:{line}" for line in expected(path)]
    # The quoted text stands at the line and column named.
    lines = path.read_text("utf-8").split("\n")
    for problem in refused.value.problems:
        assert 1 <= problem.line <= len(lines)
        rest = lines[problem.line - 1][problem.column - 1 :]
        if problem.column > 1 and problem.text and not problem.message.startswith(_ELSEWHERE):
            assert rest.startswith(problem.text), f"{problem} stands at {rest!r}"


_ELSEWHERE = (
    "公式没有写完",
    "规则互相引用成环",
    "时期之间有空缺",
    "没有这个选项",
    "政策「",
    "参数没有值",
    "未公布的参数",
)
"""Messages that quote something else than the text at their place: what stands before it, or a name."""


def test_every_message_is_shown_by_a_bad_policy() -> None:
    shown = "\n".join(line for path in FILES for line in expected(path))
    unseen = [
        f"{file.name}:{line}: {' … '.join(parts)}"
        for file in _SOURCES
        for line, parts in _messages(file)
        if not all(part in shown for part in parts)
    ]
    assert not unseen, "\n".join(unseen)


def _messages(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and fixed parts of every Chinese message that is raised or reported in a module."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [argument for argument in node.args if _chinese(argument)]
            if name in _RAISERS and texts:
                yield node.lineno, _fixed_parts(texts[0])
        # The checks of examples.py return the message.
        elif isinstance(node, ast.Return) and node.value and _chinese(node.value) and file.name == "examples.py":
            yield node.lineno, _fixed_parts(node.value)


def _chinese(node: ast.expr) -> bool:
    return any(re.search("[㐀-鿿]", part) for part in _fixed_parts(node))


def _fixed_parts(node: ast.expr) -> list[str]:
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
