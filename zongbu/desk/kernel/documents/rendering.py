"""From a template and data to a PDF."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from zongbu.law import ZongbuError

FONTS = Path(__file__).resolve().parent / "fonts"
"""Noto Serif SC, regular and bold, copied from node_modules by tools/vendor.py and never committed."""

_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ONE_AT_A_TIME = threading.Lock()
"""The compiler keeps what it has read and may not be used by two threads at once; a page takes milliseconds."""


class CannotPrint(ZongbuError):
    """A document cannot be made: a character has no glyph, or the template is wrong. The message is for the user."""


class FontsMissing(CannotPrint):
    """The folder of the fonts is empty."""


@cache
def fonts(folder: Path = FONTS) -> typst.Fonts:
    """The fonts of documents, read once per process; none of the machine's are used.

    Raises:
        FontsMissing: there is none.
    """
    if not any(folder.glob("*.ttf")):
        raise FontsMissing(_("文书字体不在：请在项目目录运行 make front（或 python tools/vendor.py），它会取来字体。"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@cache
def _compiler(folder: Path) -> typst.Compiler:
    return typst.Compiler(root=settings.DESK, font_paths=fonts(folder))


def render(template: Path, data: Mapping[str, Any], *, tagged: bool = True) -> bytes:
    """Render a template (a file below ``zongbu/desk``) to PDF/A-2b.

    Args:
        data: plain data, read in the template as ``data``. ``date`` (ISO) is the document's date, the only one that
            gets into the file. ``demonstration`` marks each page; a demonstration service marks every document.
        tagged: with the structure that screen readers follow; a thousand pages for a printer do without.

    Raises:
        CannotPrint: a character has no glyph in the fonts, or the template is wrong.
        KeyError: the data have no date.
    """
    marked = bool(settings.DEMONSTRATION or data.get("demonstration"))
    given = json.dumps({**data, "date": str(data["date"]), "demonstration": marked}, ensure_ascii=False)
    with _ONE_AT_A_TIME:
        try:
            made = _compiler(FONTS).compile(
                input=str(template),
                sys_inputs={"data": given},
                format="pdf",
                pdf_standards=["a-2b"],
                pdf_tags=tagged,
            )
        except typst.TypstError as error:
            raise CannotPrint(_said(error)) from None
    assert isinstance(made, bytes)
    return made


def _said(error: typst.TypstError) -> str:
    found = _NO_GLYPH.search(str(error))
    if found:
        return _("文书里的「%(text)s」没有字形，印不出来。请改用其他字。") % {"text": found[1]}
    return _("文书没有生成：%(error)s") % {"error": error}
