"""One table of messy rows through every engine and format: the same answers, the same rejects."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import xlsxwriter
from psycopg import sql

from zongbu.law import load_policy
from zongbu.law.screen import Request, Screening, screen
from zongbu.law.screen import spark as spark_screening

POLICY = load_policy("hangzhou-2023")
AS_OF = date(2023, 6, 30)
RESULTS = ("meets_basic_conditions", "meets_scale", "is_incumbent", "is_headquarters", "rent_subsidy")
ENGINES = [
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
]

TITLES = ["企业名称", "注册区县", "登记在杭", "行业代码", "国有属性", "在杭登记日", "上年度在杭营业收入", "市外分公司数", "备注栏"]
MESSY = [
    ["甲公司", "滨江区", "是", "6513", "无", "2015-03-01", "12.3亿元", "3", "一"],
    ["乙公司", "330102", "否", "I65", "未知", "2015/3/1", "1,234,567.89", "3家", "二"],
    ["丙'公司", "滨江", "√", "６５１３", "省属", "2024-02-29", "未知", "不详", "三"],
    ["丁公司", "不知何处", "也许", "6513", "无", "2015-03-01", "1", "1", "四"],
    ["戊公司", "", "是", "134", "无", "2015-03-01", "1", "1", "五"],
    ["己公司", "", "是", "6513", "难说", "2015-03-01", "1", "1", "六"],
    ["庚公司", "", "是", "6513", "无", "2021-02-30", "1", "1", "七"],
    ["辛公司", "", "是", "6513", "无", "1899-12-31", "1", "1", "八"],
    ["壬公司", "", "是", "6513", "无", "3000-01-01", "1" * 41, "1", "九"],
    ["癸公司", "", "是", "6513", "无", "", "-5", "99999999999", "十"],
    ["子公司", "", "是", "6513", "无", "20211231", "0.001", "2.5", ""],
    ["丑公司", "", "1", "0134", "无", "2021年12月31日", "１２３", "0", "\\"],
    ["寅公司", "", "true", "C134", "无", "2021-12-31 00:00:00", "1e30", "0", ""],
    ["卯公司", "", "是", "6513", "无", "2021-12-31", "999999999.995", "0", ""],
    ["辰公司\n分部", "", " 是 ", "6513\n", "无", " 2021-12-31", "5\n", "0 ", ""],
]  # fmt: skip


# --- the table in every form -----------------------------------------------------------------------------


def as_csv(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([TITLES, *MESSY])
    return path


def as_book(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("企业")
        for number, row in enumerate([TITLES, *MESSY]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return path


def as_parquet(path: Path) -> Path:
    """Two files in a folder, so that row numbers must go on from one to the other."""
    path.mkdir()
    rows = duckdb.connect()
    columns = ", ".join(f"{title} VARCHAR" for title in TITLES)
    rows.execute(f"CREATE TABLE t ({columns}, place INTEGER)")
    rows.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 10)})", [[*row, n] for n, row in enumerate(MESSY)])
    for name, where in (("a b.parquet", "place < 5"), ("z[1].parquet", "place >= 5")):
        rows.execute(f"COPY (SELECT * EXCLUDE place FROM t WHERE {where} ORDER BY place) TO '{path / name}'")
    return path


FORMS: dict[str, Callable[[Path], Path]] = {
    "t.csv": as_csv,
    "o'ne.xlsx": as_book,
    "parts": as_parquet,
}


def in_postgres(dsn: str, columns: dict[str, str], rows: Sequence[Sequence[Any]], name: str = "messy") -> str:
    with psycopg.connect(dsn) as connection:
        table = sql.Identifier(name)
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
        fields = sql.SQL(", ").join(sql.SQL(f"{{}} {kind}").format(sql.Identifier(n)) for n, kind in columns.items())  # type: ignore[arg-type]
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, fields))
        marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(table, marks), rows)
    return name


# --- running ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_session() -> Iterator[None]:
    """Starting Spark takes seconds: all tests of this module share a session."""
    with spark_screening.session("local[2]") as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "stop", lambda: None)
        session.conf.set("spark.sql.shuffle.partitions", "2")
        yield


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Callable[..., Screening]:
    def run(engine: str, source: str | Path, output: str | Path | None, **more: Any) -> Screening:
        if engine == "postgres":
            more.setdefault("database", request.getfixturevalue("postgres_dsn"))
        if engine == "spark":
            request.getfixturevalue("one_session")
        options: dict[str, Any] = {"results": RESULTS, **more}
        asked = Request(policy=POLICY, source=source, as_of=AS_OF, engine=engine, output=output, **options)
        return screen(asked)

    return run


def read(path: Path) -> list[tuple[Any, ...]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)))  # type: ignore[arg-type]


@functools.cache
def reference(folder: Path, form: str) -> tuple[Any, list[Any], list[Any]]:
    """What DuckDB makes of the table in a form."""
    source = FORMS[form](folder / form)
    asked = Request(
        policy=POLICY, source=source, as_of=AS_OF, results=RESULTS, output=folder / f"reference-{source.stem}.csv"
    )
    screening = screen(asked)
    assert screening.rejects is not None
    assert isinstance(screening.output, Path)
    return screening, read(screening.output), read(screening.rejects)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines")


ACCOUNT = (
    "rows", "rejected", "written", "counts", "funnel", "lacking", "absent", "unknown_columns", "warnings", "first_rejects"
)  # fmt: skip


def same(screening: Screening, expected: Screening, but: str = "") -> None:
    for name in ACCOUNT:
        if name != but:
            assert getattr(screening, name) == getattr(expected, name), name


def test_what_the_messy_rows_are(folder: Path) -> None:
    screening, rows, rejects = reference(folder, "t.csv")
    assert screening.unknown_columns == ("备注栏",)
    assert [row[0] for row in rows[1:]] == ["甲公司", "乙公司", "丙'公司", "丑公司", "辰公司\n分部"]
    assert [(row[0], row[1]) for row in rejects[1:]] == [
        ("5", "登记在杭"), ("6", "行业代码"), ("7", "国有属性"), ("8", "在杭登记日"), ("9", "在杭登记日"),
        ("10", "上年度在杭营业收入"), ("10", "在杭登记日"), ("11", "上年度在杭营业收入"), ("11", "市外分公司数"),
        ("12", "上年度在杭营业收入"), ("12", "市外分公司数"), ("14", "上年度在杭营业收入"), ("15", "上年度在杭营业收入"),
    ]  # fmt: skip
    assert all(row[3] for row in rejects[1:])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("engine", ENGINES)
def test_files(engine: str, form: str, run: Callable[..., Screening], folder: Path, tmp_path: Path) -> None:
    expected, rows, rejects = reference(folder, form)
    screening = run(engine, folder / form, tmp_path / "o'b.csv")
    same(screening, expected)
    assert read(tmp_path / "o'b.csv") == rows
    assert read(tmp_path / "o'b.rejects.csv") == rejects


@pytest.mark.postgres
def test_a_table_of_texts(run: Callable[..., Screening], folder: Path, tmp_path: Path, postgres_dsn: str) -> None:
    expected, rows, rejects = reference(folder, "parts")
    table = in_postgres(postgres_dsn, dict.fromkeys(TITLES, "text"), MESSY)
    screening = run("postgres", table, tmp_path / "out.csv")
    same(screening, expected)
    assert read(tmp_path / "out.csv") == rows
    assert read(tmp_path / "out.rejects.csv") == rejects
