"""Small policies written in tests: text in the file format → ``Policy``."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from zongbu.law import Policy, load_policy

HEAD = """\
---
标识: toy
名称: 湖市灯塔企业办法
状态: 施行
施行: 2020-01-01
---
"""
_FOLDER = tempfile.TemporaryDirectory(prefix="zongbu-toy-")


def policy(body: str, *, head: str = HEAD, name: str = "") -> Policy:
    """The policy with this body; blocks may stand without a heading. Equal texts are loaded once.

    ``name`` gives the file a name of its own, so that other policies can refer to it.
    """
    return load_policy(write(body, head=head, name=name))


def write(body: str, *, head: str = HEAD, name: str = "") -> Path:
    """The file of such a policy, in a folder that is removed at the end; a body with a head is taken whole."""
    if body.startswith("---"):
        text = body
    else:
        text = head + (body if body.lstrip().startswith("#") else f"# 一、总则\n\n{body}") + "\n"
    path = Path(_FOLDER.name) / f"{name or hashlib.sha256(text.encode()).hexdigest()[:16]}.md"
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
    return path


def block(kind: str, *lines: str) -> str:
    """A fenced block, empty if there are no lines."""
    return f"```{kind}\n" + "\n".join(lines) + "\n```\n\n" if lines else ""


def rules(*lines: str, facts: str = "", parameters: str = "", readings: str = "", steps: str = "") -> Policy:
    """The policy with these rules; the other blocks are given as text, one definition per line."""
    return policy(
        block("事实", *facts.splitlines())
        + block("参数", *parameters.splitlines())
        + block("解释", *readings.splitlines())
        + block("步骤", *steps.splitlines())
        + block("规则", *lines)
    )
