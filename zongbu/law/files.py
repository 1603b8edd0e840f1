"""Reading text files as offices send them."""

from __future__ import annotations

from pathlib import Path

from zongbu.law.errors import InputError


def read_text(path: str | Path) -> str:
    """The text of a file: UTF-8 (with or without mark), UTF-16 with mark, or GB18030 (and so GBK).

    Raises:
        InputError: there is no such file, it cannot be read, or it is no text.
    """
    return decode(read_bytes(path), str(path))


def read_bytes(path: str | Path) -> bytes:
    """The content of a file.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"找不到文件「{path}」") from None
    except IsADirectoryError:
        raise InputError(f"「{path}」是文件夹，请给出文件") from None
    except OSError as error:
        raise InputError(f"读不了「{path}」：{error.strerror}") from None


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
