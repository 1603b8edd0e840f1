"""The text of a block → raw definitions: names, identifiers and the texts that belong to them.

Nothing is interpreted here beyond the shape of lines; every definition remembers where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from zongbu.law.document.markdown import Block
from zongbu.law.errors import Problem

_DEFINITION = re.compile(
    r"(?P<title>[^\[\]=:：]*?\S)\s*\[(?P<identifier>[^\]]*)\]\s*(?P<sign>[=:：]?)\s*(?P<rest>.*)", re.DOTALL
)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_FIELD = re.compile(r"(?P<key>[^:：]+?)\s*[:：]\s*(?P<value>.*)", re.DOTALL)
NOTE = "——"


@dataclass(slots=True)
class Text:
    """A piece of the file with its place (line and column of its first character, counting from 1)."""

    value: str
    line: int
    column: int

    @property
    def last_line(self) -> int:
        """The line on which the text ends."""
        return self.line + self.value.count("\n")


@dataclass(slots=True)
class Definition:
    """``名称 [identifier] = …`` or ``名称 [identifier]: …`` with the indented lines beneath it."""

    title: str
    identifier: str
    sign: str
    rest: Text
    line: int
    clause: str
    kind: str
    lines: list[Text] = field(default_factory=list)


def read_definitions(block: Block, clause: str, file: str, problems: list[Problem]) -> list[Definition]:
    """The definitions of a block; faults are added to ``problems``.

    In 步骤 and 规则 an indented line continues the formula above it; elsewhere it is kept as a line beneath.
    """
    definitions: list[Definition] = []
    for number, line in enumerate(block.text.split("\n"), block.line):
        stripped = line.strip()
        if not stripped:
            continue
        indent = len(line) - len(line.lstrip())
        if indent and definitions:
            if block.kind in ("规则", "步骤", "提示"):
                rest = definitions[-1].rest
                rest.value += "\n" * (number - rest.last_line) + " " * indent + stripped
            else:
                definitions[-1].lines.append(Text(stripped, number, indent + 1))
            continue
        definition = _definition(line.rstrip(), number, clause, block.kind)
        if isinstance(definition, str):
            problems.append(Problem(file, number, 1, definition, stripped[:30], "写成「名称 [identifier] = …」"))
        else:
            definitions.append(definition)
    return definitions


def _definition(line: str, number: int, clause: str, kind: str) -> Definition | str:
    match = _DEFINITION.fullmatch(line)
    if match is None:
        return "这一行不是定义"
    if not _IDENTIFIER.fullmatch(match["identifier"]):
        return "标识只能用小写字母、数字和下划线，并以字母开头"
    rest = Text(match["rest"], number, match.start("rest") + 1)
    return Definition(match["title"], match["identifier"], match["sign"], rest, number, clause, kind)


def read_fields(definition: Definition, base_indent: int | None = None) -> dict[str, Text]:
    """The ``键: 值`` lines beneath a definition; a line indented deeper continues the one above."""
    return dict(_fields(definition, base_indent))


def repeated_fields(definition: Definition) -> Iterator[tuple[str, Text]]:
    """The fields that are written a second time: the first would be lost without a word."""
    seen: set[str] = set()
    for key, text in _fields(definition, None):
        if key in seen:
            yield key, text
        seen.add(key)


def _fields(definition: Definition, base_indent: int | None) -> list[tuple[str, Text]]:
    fields: list[tuple[str, Text]] = []
    indent = base_indent if base_indent is not None else min((t.column for t in definition.lines), default=0)
    last: Text | None = None
    for text in definition.lines:
        if last is not None and text.column > indent:
            last.value += "\n" * (text.line - last.last_line) + " " * (text.column - 1) + text.value
            continue
        match = _FIELD.fullmatch(text.value)
        if match is None:
            last = Text("", text.line, text.column)
            fields.append((text.value, last))
            continue
        last = Text(match["value"], text.line, text.column + match.start("value"))
        fields.append((match["key"], last))
    return fields


def split_note(text: Text) -> tuple[Text, str]:
    """``10亿元 —— 来源`` → the literal and the note behind the long dash."""
    value, _, note = text.value.partition(NOTE)
    return Text(value.rstrip(), text.line, text.column), note.strip()
