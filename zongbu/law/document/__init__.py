"""Markdown → Policy: the head, the clauses, and everything that stands under them."""

from zongbu.law.document.load import find_policy, load_policy, shipped_policies

__all__ = ["find_policy", "load_policy", "shipped_policies"]
