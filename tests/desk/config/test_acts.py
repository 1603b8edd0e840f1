"""Every act that the journal may tell of has a name in words."""

from __future__ import annotations

import re
from pathlib import Path

import zongbu.desk
from zongbu.desk.kernel.journal.queries import labels

_RECORDED = re.compile(r"(?:journal\.)?record(?:_many)?\(\s*\"([a-z]+\.[a-z_]+)\"")


def test_every_act_has_a_name() -> None:
    folder = Path(zongbu.desk.__path__[0])
    written = {act for file in folder.rglob("*.py") for act in _RECORDED.findall(file.read_text("utf-8"))}
    assert len(written) > 30
    assert sorted(written - set(labels())) == []
