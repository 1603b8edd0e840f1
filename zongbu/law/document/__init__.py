"""Markdown → Policy: the head, the clauses, and everything that stands under them."""

from zongbu.law.document.find import find_policy, shipped_policies
from zongbu.law.document.load import load_policy

__all__ = ["find_policy", "load_policy", "shipped_policies"]
