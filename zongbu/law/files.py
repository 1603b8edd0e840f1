"""Reading text files as offices send them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from zongbu.law.errors import InputError

LARGEST: Final = 64 << 20
"""Bytes of a text file; facts, policies, parameters and records are far below, and all of it goes into memory."""
DEEPEST: Final = 20
"""Levels of nesting of a YAML text; facts have two, parameters four."""

NESTING: Final = 1000
"""A block of a policy file with fewer signs than this cannot be nested so deep that it does harm."""


class YamlFault(ValueError):
    """A YAML text that cannot be used; ``line`` and ``column`` count from 1 (0: not known), ``reason`` is Chinese."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(f"第 {line} 行第 {column} 列{reason}" if line else reason)


def read_text(path: str | Path) -> str:
    """The text of a file: UTF-8 (with or without mark), UTF-16 with mark, or GB18030 (and so GBK).

    Raises:
        InputError: there is no such file, it cannot be read, or it is no text.
    """
    return decode(read_bytes(path), str(path))


def read_bytes(path: str | Path) -> bytes:
    """The content of a file.

    Raises:
        InputError: there is no such file, it cannot be read, or it is too large to be meant.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise InputError(f"找不到文件「{path}」") from None
    except IsADirectoryError:
        raise InputError(f"「{path}」是文件夹，请给出文件") from None
    except OSError as error:
        raise InputError(f"读不了「{path}」：{error.strerror}") from None
    return of_size(content, str(path))


def of_size(content: bytes, path: str) -> bytes:
    """The content, if it is no larger than ``LARGEST``; ``path`` is for the message only."""
    if len(content) > LARGEST:
        raise InputError(f"「{path}」超过 {LARGEST >> 20} MB，不像是要读的文件；企业多时请用表格和 zongbu screen")
    return content


def decode(content: bytes, path: str) -> str:
    """Text from bytes, see ``read_text``; ``path`` is for the message only."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n")
    raise InputError(f"「{path}」不是文本文件，请另存为 UTF-8 编码的纯文本")


def write_text(path: str | Path, text: str) -> None:
    """Write a text file, UTF-8 with line feeds.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        Path(path).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"写不了「{path}」：{error.strerror}") from None


def yaml_node(text: str, *, references: bool = False) -> Any:
    """The node of a YAML text from outside, every scalar as it is written; None where there is nothing.

    ``references`` allows anchors and references (``&`` and ``*``), with which a short text can mean a huge one.

    Raises:
        YamlFault: it is no YAML, or nested deeper than anything that is meant.
    """
    import yaml

    check_nesting(text, references=references)
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError as error:
        raise _fault(error) from None


def check_nesting(text: str, *, references: bool = True, least: int = 0) -> None:
    """Refuse a YAML text before it is composed: the composer in C goes down as deep as the text does, and a
    text that is deep enough ends the process. A text with fewer than ``least`` signs that nest is not looked at.

    Raises:
        YamlFault: it is no YAML, is nested deeper than ``DEEPEST``, or holds references that are not allowed.
    """
    if least and sum(text.count(sign) for sign in "[{-?:") < least:
        return
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent) and not references:
                raise _at(event.start_mark, "不能用 * 引用别处，请直接写出")
            if depth > DEEPEST:
                raise _at(event.start_mark, "嵌套过深")
    except yaml.YAMLError as error:
        raise _fault(error) from None


def _fault(error: Any) -> YamlFault:
    return _at(getattr(error, "problem_mark", None), "读不懂")


def _at(mark: Any, reason: str) -> YamlFault:
    return YamlFault(reason, mark.line + 1, mark.column + 1) if mark else YamlFault(reason)
