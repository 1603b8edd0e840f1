"""The rows of a screening, read from its file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.screening import rows


def test_names_are_sorted_by_pinyin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "answers.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE found(name TEXT, uscc TEXT, district TEXT)")
        names = [("中国示例", "1", "x"), ("杭州示例", "2", "x"), ("阿里示例", "3", "x"), ("浙江示例", "4", "x")]
        connection.executemany("INSERT INTO found VALUES (?, ?, ?)", names)
        connection.execute(f"COPY found TO '{file}' (FORMAT parquet)")
    monkeypatch.setattr(rows, "_path", lambda screening: str(file))
    screening = Screening(results=[], counts={})
    found = [row.name for row in rows.page(screening, rows.Filter(), 0)]
    assert found == ["阿里示例", "杭州示例", "浙江示例", "中国示例"]
    assert [row.name for row in rows.page(screening, rows.Filter(sort="-name"), 0)] == found[::-1]
