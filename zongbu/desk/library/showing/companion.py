"""Restatements in English, from the companion file beside a policy."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from zongbu.law import Policy
from zongbu.law.policy import Clause


def restatement(policy: Policy, clause: Clause, lang: str) -> tuple[str, bool]:
    """The restatement of a clause, and whether it is in the language asked for (else it is the Chinese one)."""
    if lang == "zh":
        return clause.restatement, True
    english = _clauses(policy.path).get(clause.citation, {}).get("restatement", "")
    return (english, True) if english else (clause.restatement, False)


@functools.lru_cache(maxsize=32)
def _clauses(path: Path) -> dict[str, Any]:
    file = path.with_suffix(".en.yaml")
    if not file.is_file():
        return {}
    content = yaml.safe_load(file.read_text("utf-8"))
    clauses = content.get("clauses") if isinstance(content, dict) else None
    return clauses if isinstance(clauses, dict) else {}
