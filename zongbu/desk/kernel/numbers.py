"""Numbers out of requests, whatever was sent instead of one."""

from __future__ import annotations

DIGITS = 9
"""Digits of the longest number: it fits every integer column, and Python reads it without refusing its length."""


def small_int(text: str | None) -> int | None:
    """The number that a parameter of a request states; None where it is none, negative or too long to be meant."""
    return int(text) if text and len(text) <= DIGITS and text.isascii() and text.isdigit() else None
