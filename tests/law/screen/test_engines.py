"""One table of messy rows through every engine and format: the same answers, the same rejects."""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import psycopg
import pytest
import xlsxwriter
from psycopg import sql

from zongbu.law import InputError, load_policy
from zongbu.law.screen import Request, Screening, screen
from zongbu.law.screen import spark as spark_screening
from zongbu.law.screen.prepare import prepare_request

POLICY = load_policy("hangzhou-2023")
AS_OF = date(2023, 6, 30)
RESULTS = ("meets_basic_conditions", "meets_scale", "is_incumbent", "is_headquarters", "rent_subsidy")
ENGINES = [
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
]

TITLES = [
    "企业名称",
    "注册区县",
    "登记在杭",
    "行业代码",
    "国有属性",
    "在杭登记日",
    "上年度在杭营业收入",
    "市外分公司数",
    "备注栏",
]
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


# --- typed columns ---------------------------------------------------------------------------------------

TYPED = {
    "name": "text", "registered_in_city": "boolean", "industry_code": "integer", "in_city_revenue": "double precision",
    "branches_outside_city": "bigint", "city_entry_date": "date", "rent_paid": "decimal(20,2)",
}  # fmt: skip
FINE = ["甲", True, 6513, 1.1e9, 3, "2015-03-01", "1234.50"]
ODD: list[tuple[str, Any]] = [
    ("in_city_revenue", 0.1 + 0.2), ("in_city_revenue", float("inf")), ("in_city_revenue", float("nan")),
    ("in_city_revenue", 1e30), ("in_city_revenue", -0.01), ("in_city_revenue", 12345678901234.56),
    ("in_city_revenue", 0.005), ("industry_code", 134), ("industry_code", 681), ("industry_code", 7),
    ("branches_outside_city", 10**12), ("branches_outside_city", -1), ("city_entry_date", "1899-12-31"),
    ("city_entry_date", "3000-01-01"), ("city_entry_date", "2999-12-31"), ("rent_paid", "99999999999999999.00"),
    ("rent_paid", "-1"),
]  # fmt: skip


def typed_rows() -> list[list[Any]]:
    rows = [FINE]
    for name, value in ODD:
        row = list(FINE)
        row[list(TYPED).index(name)] = value
        rows.append(row)
    return [*rows, [None] * len(FINE)]


def typed_parquet(path: Path) -> Path:
    base = duckdb.connect()
    base.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in TYPED.items())})")
    base.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(TYPED))})", typed_rows())
    base.execute(f"COPY t TO '{path}'")
    return path


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_typed_columns(
    engine: str, run: Callable[..., Screening], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source = typed_parquet(tmp_path / "typed.parquet")
    results = ("is_incumbent", "meets_scale", "industry_needs_finding", "enough_branches", "rent_subsidy")
    expected = run("duckdb", source, tmp_path / "expected.csv", results=results)
    assert expected.rows == 7
    assert expected.rejected == 12
    asked: str | Path = source
    if engine == "postgres":
        asked = in_postgres(request.getfixturevalue("postgres_dsn"), TYPED, typed_rows(), "typed")
    screening = run(engine, asked, tmp_path / "out.csv", results=results)
    assert read(tmp_path / "out.csv") == read(tmp_path / "expected.csv")
    assert [row[:2] + row[3:] for row in read(tmp_path / "out.rejects.csv")] == [
        row[:2] + row[3:] for row in read(tmp_path / "expected.rejects.csv")
    ]  # how an engine writes 1e30 is its own affair
    same(screening, expected, but="first_rejects")


@pytest.mark.postgres
def test_numbers_and_moments_that_only_postgres_has(
    run: Callable[..., Screening], tmp_path: Path, postgres_dsn: str
) -> None:
    columns = {"name": "char(9)", "city_entry_date": "timestamptz", "in_city_revenue": "numeric", "profit": "numeric"}
    rows = [
        ["甲", "2021-12-31 23:30:00+08", "1" * 41, "1"],
        ["乙", "2021-12-31 16:30:00+00", "12.34", None],
        ["丙", "infinity", "1", "1"],
        ["丁", "2021-12-31", "NaN", "1"],
        ["戊", "2021-12-31", "Infinity", "1"],
        ["己", "2021-12-31", "1.2300000000000", "1"],
    ]
    table = in_postgres(postgres_dsn, columns, rows, "odd")
    screening = run("postgres", table, tmp_path / "out.csv", results=("is_incumbent", "meets_scale"))
    assert read(tmp_path / "out.csv")[1:] == [
        ["乙", "false", "false"],  # in China it was the first of January
        ["丁", "true", ""],
        ["己", "true", "false"],
    ]
    assert [(reject.row, reject.column) for reject in screening.first_rejects] == [
        (1, "in_city_revenue"), (3, "city_entry_date"), (5, "in_city_revenue"),
    ]  # fmt: skip


# --- what is written -------------------------------------------------------------------------------------

DEMONSTRATION = {"hangzhou-2023": {"rent_subsidy_ratio": {"value": "30%", "source": "演示参数：某"}}}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_format_is_written(engine: str, run: Callable[..., Screening], folder: Path, tmp_path: Path) -> None:
    reference(folder, "t.csv")
    for suffix in ("csv", "xlsx", "parquet"):
        out = tmp_path / f"out.{suffix}"
        screening = run(
            engine, folder / "t.csv", out, results=("meets_scale", "rent_subsidy"), parameters=DEMONSTRATION
        )
        assert screening.written == 5
        assert screening.demonstration
        if suffix != "xlsx":
            rows = duckdb.sql(f"SELECT * FROM '{out}'")
            assert rows.columns == ["name", "district", "meets_scale", "rent_subsidy", "remarks"]
            assert [row[-1] for row in rows.fetchall()] == ["演示参数"] * 5
        else:
            book = openpyxl.load_workbook(out)
            assert [cell.value for cell in book["筛查结果"][2]] == ["甲公司", "330108", True, None, "演示参数"]
            assert "演示参数" in book["说明"]["A1"].value


@pytest.mark.postgres
def test_a_table_is_written(run: Callable[..., Screening], folder: Path, postgres_dsn: str) -> None:
    reference(folder, "t.csv")
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS results")
        run("postgres", folder / "t.csv", "results", results=("meets_scale", "rent_subsidy"), parameters=DEMONSTRATION)
        rows = connection.execute("SELECT name, meets_scale, remarks FROM results").fetchall()
        assert rows[:2] == [("甲公司", True, "演示参数"), ("乙公司", False, "演示参数")]
        note = connection.execute("SELECT obj_description('results'::regclass)").fetchone()
        assert note is not None
        assert note[0].startswith("演示参数：")
        with pytest.raises(InputError, match="PostgreSQL"):
            run("postgres", folder / "t.csv", "results", results=("meets_scale",))


@pytest.mark.parametrize("engine", ENGINES)
def test_rejects_of_an_earlier_run_do_not_stay(engine: str, run: Callable[..., Screening], tmp_path: Path) -> None:
    table, rejects = tmp_path / "t.csv", tmp_path / "o.rejects.csv"
    table.write_text("企业名称,登记在杭\n甲,是\n", "utf-8")
    rejects.write_text("row,column,value,reason\n9,某,某,某\n", "utf-8")
    assert run(engine, table, tmp_path / "o.csv").rejects is None
    assert read(rejects) == [["row", "column", "value", "reason"]]


@pytest.mark.postgres
def test_a_folder_does_not_hide_a_table(
    run: Callable[..., Screening], tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    in_postgres(postgres_dsn, {"name": "text", "registered_in_city": "boolean"}, [["甲", True]], "hidden")
    Path("hidden").mkdir()
    screening = run("postgres", "hidden", None)
    assert screening.rows == 1
    assert "数据库里和这里都有「hidden」" in screening.warnings[0]
    with pytest.raises(InputError, match="也没有这个文件"):
        run("postgres", "nowhere", None)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_memory_limit_that_is_none(engine: str, run: Callable[..., Screening], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("企业名称,登记在杭\n甲,是\n", "utf-8")
    with pytest.raises(InputError, match="如 500MB"):
        run(engine, tmp_path / "t.csv", None, memory_limit="abc")


def test_a_result_called_remarks_keeps_its_name() -> None:
    request = Request(policy=POLICY, source="", as_of=AS_OF, results=("meets_scale",))
    prepared = replace(prepare_request(request), results=("remarks", "remarks_2"))
    assert prepared.remarks_column(()) == "remarks_3"


def test_a_parquet_larger_than_the_memory_limit_is_written_out(run: Callable[..., Screening], tmp_path: Path) -> None:
    source, out = tmp_path / "large.parquet", tmp_path / "out.parquet"
    duckdb.sql(
        "COPY (SELECT md5(i::VARCHAR) || md5((-i)::VARCHAR) || md5((i * 7)::VARCHAR) AS name, true AS registered_in_city, "
        f"(i * 1000)::DECIMAL(18,2) AS in_city_revenue FROM range(2000000) t(i)) TO '{source}'"
    )
    limit = 160_000_000
    assert source.stat().st_size > limit
    screening = run("duckdb", source, out, results=("meets_scale",), memory_limit=f"{limit}B")
    assert screening.written == 2_000_000
    ends = duckdb.sql(f"SELECT name FROM '{out}' WHERE file_row_number IN (0, 1999999) ORDER BY file_row_number")
    assert [name[:32] for (name,) in ends.fetchall()] == [hashlib.md5(n).hexdigest() for n in (b"0", b"1999999")]
