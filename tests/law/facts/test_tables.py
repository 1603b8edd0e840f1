"""What holds for every kind of table: which file is what, and clear errors where it cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from zongbu.law.errors import InputError
from zongbu.law.facts import load_dictionary
from zongbu.law.facts.tables import stage


def test_no_such_file(look: Any, tmp_path: Path) -> None:
    for name in ("none.csv", "none.xlsx", "none/*.parquet"):
        with pytest.raises(InputError, match="没有这个文件"):
            look(tmp_path / name)


def test_a_folder_without_tables(look: Any, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.csv").write_text("企业名称\n甲\n", encoding="utf-8")
    with pytest.raises(InputError, match="是文件夹，里面没有 Parquet 文件"):
        look(tmp_path / "folder")


def test_sheets_only_in_workbooks(look: Any) -> None:
    with pytest.raises(InputError, match="只有工作簿才分工作表"):
        look("企业名称\n甲\n", sheet="一")


def test_a_path_with_quotes_and_blanks(look: Any, tmp_path: Path) -> None:
    (tmp_path / "it's a 表").mkdir()
    path = tmp_path / "it's a 表" / "某's 表.csv"
    path.write_text("企业名称,星级\n甲,3\n", encoding="utf-8")
    assert look(path).column("star") == [3]
    parquet = path.with_suffix(".parquet")
    duckdb.connect().execute("COPY (SELECT 3 AS star) TO '" + str(parquet).replace("'", "''") + "' (FORMAT parquet)")
    assert look(parquet).column("star") == [3]


def test_names_with_signs_of_patterns(look: Any, tmp_path: Path) -> None:
    for name, star in (("表[1]*?.csv", 3), ("表1ab.csv", 4)):
        (tmp_path / name).write_text(f"企业名称,星级\n甲,{star}\n", encoding="utf-8")
        parquet = str(tmp_path / name).replace(".csv", ".parquet")
        duckdb.connect().execute(f"COPY (SELECT {star} AS star) TO '{parquet}' (FORMAT parquet)")
    assert look(tmp_path / "表[1]*?.csv").column("star") == [3]
    assert look(tmp_path / "表[1]*?.parquet").column("star") == [3]


def test_a_text_file_of_any_suffix_is_csv(look: Any) -> None:
    for name in ("a.txt", "a.tsv", "table"):
        assert look("企业名称\t星级\n甲\t3\n", name=name).column("star") == [3]


def test_several_tables_on_one_connection(tmp_path: Path) -> None:
    from datetime import date

    facts = load_dictionary()
    with duckdb.connect() as connection:
        staged = []
        for star in (1, 2):
            path = tmp_path / f"{star}.csv"
            path.write_text(f"企业名称,星级\n甲,{star}\n", encoding="utf-8")
            staged.append(stage(connection, path, facts, as_of=date(2023, 6, 30)))
        found = [connection.execute(f"SELECT star FROM {each.relation}").fetchall() for each in staged]
    assert found == [[(1,)], [(2,)]]


def test_progress_ends_at_one(look: Any) -> None:
    shares: list[float] = []
    look("企业名称,星级\n甲,3\n", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_no_temporary_files_stay(look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    look("企业名称,星级\n甲,三\n乙\n".encode("gbk"))
    assert list((tmp_path / "scratch").iterdir()) == []


def test_names_that_look_like_sql_do_no_harm(look: Any) -> None:
    seen = look("""企业名称,"x'); DROP TABLE t; --",星级\n"a'); DROP TABLE t; --",1,"'; --"\n""")
    assert seen.rejects == [(2, "星级", "'; --", "应为数字")]
    assert seen.staged.unknown_columns == ("x'); DROP TABLE t; --",)
