"""How names and words are compared: width, case and blanks never matter."""

from __future__ import annotations

from typing import Final

BLANKS: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What counts as blank: Unicode white space, the zero-width space and the byte-order mark."""

# Only the full-width forms of ASCII: Unicode's NFKC would also turn ① into 1 and 5² into 52.
_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("￥"): "¥",
    ord("−"): "-",
    ord("【"): "(",
    ord("】"): ")",
    ord("〔"): "(",
    ord("〕"): ")",
}
_SPACED: Final = {**_HALF, **dict.fromkeys(map(ord, BLANKS), " ")}
_TIGHT: Final = {**_HALF, **dict.fromkeys(map(ord, BLANKS))}


def half_width(text: str) -> str:
    """``text`` with full-width ASCII made half-width and every kind of blank made a space, then trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    return text.translate(_SPACED).strip(" ")


def word_key(text: str) -> str:
    """The form in which options and words are compared: half-width, no blanks, lower case."""
    if text.isalnum() and text.islower():
        return text
    return text.translate(_TIGHT).lower()


def name_key(text: str) -> str:
    """The form in which names of facts are compared: as words, without the * and : of printed forms."""
    return word_key(text).strip("*:")
