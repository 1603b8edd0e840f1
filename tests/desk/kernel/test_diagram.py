"""The chapter of flows: generated, and never out of date."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.desk.kernel.cases import FLOW
from zongbu.desk.kernel.flow.diagram import document, mermaid


def test_the_chapter_is_what_the_tables_say() -> None:
    call_command("flows", check=True)


def test_an_outdated_chapter_is_found(tmp_path: Path) -> None:
    file = tmp_path / "flows.md"
    with pytest.raises(CommandError, match="run `manage flows`"):
        call_command("flows", check=True, output=file)
    call_command("flows", output=file)
    call_command("flows", check=True, output=file)
    file.write_text(file.read_text("utf-8") + "x", "utf-8")
    with pytest.raises(CommandError):
        call_command("flows", check=True, output=file)


def test_every_state_and_act_is_drawn() -> None:
    drawing = mermaid(FLOW)
    for state in FLOW.states:
        assert f'state "{state.label}" as s_{state.name}' in drawing
        assert (f"s_{state.name} --> [*]" in drawing) == state.final
    for act in FLOW.acts:
        for start in act.starts or ("",):
            assert f"{f's_{start}' if start else '[*]'} --> s_{act.end} : {act.label}" in drawing


def test_the_table_says_who_and_by_when() -> None:
    text = document([FLOW])
    assert "| 受理 `accept` | 已提交 | 已受理 | 市总部办 | 审核 | 进入状态之后5个工作日 | — |" in text
    assert (
        "| 同意 `approve` | 已受理 | 已同意 | 市总部办 | 批准 | “受理”之后10个工作日，依据（十五） | 须满足办理条件 |"
        in text
    )
    assert "| 申报 `apply` | （新建） | 已提交 | 企业（限本范围） | 提出 | — | — |" in text
    assert "期限在以下状态中止：“待补正”（等待补正）。" in text
