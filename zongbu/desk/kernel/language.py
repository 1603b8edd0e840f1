"""Which language a page speaks."""

from __future__ import annotations

from django.utils.translation import get_language


def language() -> str:
    """``zh`` or ``en``: the language of the page, as the engine names it."""
    return "en" if (get_language() or "").startswith("en") else "zh"
