"""A screening never overwrites what it reads, and never writes two things into one file."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import duckdb
import pytest

from zongbu.law import InputError, load_policy
from zongbu.law.screen import Request, screen
from zongbu.law.screen.request import ENGINES

POLICY = load_policy("hangzhou-2023")
TABLE = "企业名称,登记在杭\n甲公司,是\n乙公司,也许\n"
EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES)


def request(source: str | Path, output: Path | None, engine: str = "duckdb", rejects: Path | None = None) -> Request:
    return Request(
        policy=POLICY,
        source=source,
        as_of=date(2023, 6, 30),
        results=("meets_scale",),
        output=output,
        rejects=rejects,
        engine=engine,
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "table.csv"
    file.write_text(TABLE, "utf-8")
    return file


def refused(asked: Request, message: str) -> None:
    with pytest.raises(InputError, match=message):
        screen(asked)


@EVERY_ENGINE
def test_the_source_is_not_overwritten(table: Path, engine: str) -> None:
    refused(request(table, table, engine), "会被盖掉")
    refused(request(table, None, engine, rejects=table), "--rejects")
    assert table.read_text("utf-8") == TABLE


@EVERY_ENGINE
def test_nor_by_the_rejects_of_another_run(tmp_path: Path, engine: str) -> None:
    source = tmp_path / "t.rejects.csv"
    source.write_text(TABLE, "utf-8")
    refused(request(source, tmp_path / "t.csv", engine), "读不了的行要写到")
    assert source.read_text("utf-8") == TABLE
    assert not (tmp_path / "t.csv").exists()


@EVERY_ENGINE
def test_result_and_rejects_are_two_files(table: Path, tmp_path: Path, engine: str) -> None:
    refused(request(table, tmp_path / "o.csv", engine, rejects=tmp_path / "o.csv"), "另一个文件")
    assert not (tmp_path / "o.csv").exists()


def test_by_another_way_of_writing_the_path(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.csv").symlink_to(table)
    os.link(table, tmp_path / "hard.csv")
    for other in ("table.csv", "./table.csv", "link.csv", "hard.csv", tmp_path / "x" / ".." / "table.csv"):
        (tmp_path / "x").mkdir(exist_ok=True)
        refused(request(table, Path(other)), "会被盖掉")
        refused(request(Path(other), table), "会被盖掉")


@pytest.mark.parametrize("source", ["parts", "parts/*.parquet", "parts/**/*.parquet"])
def test_nothing_is_written_among_the_files_that_are_read(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    duckdb.sql("COPY (SELECT '甲' AS name) TO 'parts/a.parquet'")
    refused(request(Path(source), Path("parts/a.parquet")), "会被盖掉")
    refused(request(Path(source), Path("parts/b.parquet")), "会被盖掉")
    assert screen(request(Path(source), Path("b.parquet"))).written == 1


def test_where_nothing_can_be_written_is_told_before_reading(tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    refused(request(missing, tmp_path / "o.doc"), "扩展名")
    refused(request(missing, tmp_path / "none" / "o.csv"), "请先建立")
    refused(request(missing, None, rejects=tmp_path / "o.txt"), "扩展名")
