"""Head and restatements in English, from the companion file beside a policy."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from zongbu.law import Policy
from zongbu.law.policy import Clause


def head(policy: Policy, key: str, lang: str) -> str:
    """An entry of a policy's head (名称, 发文机关, 牵头部门 …); in Chinese where there is no English for it."""
    chinese = policy.title if key == "名称" else policy.head.get(key, "")
    return chinese if lang == "zh" else str(_section(policy.path, "head").get(key) or chinese)


def restatement(policy: Policy, clause: Clause, lang: str) -> tuple[str, bool]:
    """The restatement of a clause, and whether it is in the language asked for (else it is the Chinese one)."""
    if lang == "zh":
        return clause.restatement, True
    english = _section(policy.path, "clauses").get(clause.citation, {}).get("restatement", "")
    return (english, True) if english else (clause.restatement, False)


@functools.lru_cache(maxsize=32)
def _section(path: Path, name: str) -> dict[str, Any]:
    file = path.with_suffix(".en.yaml")
    if not file.is_file():
        return {}
    content = yaml.safe_load(file.read_text("utf-8"))
    section = content.get(name) if isinstance(content, dict) else None
    return section if isinstance(section, dict) else {}
