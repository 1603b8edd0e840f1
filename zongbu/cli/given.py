"""The facts of one enterprise out of a file: JSON, YAML, or one row of a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from zongbu.law.errors import InputError
from zongbu.law.facts import Dictionary
from zongbu.law.files import LARGEST, YamlFault, decode, of_size, read_bytes, read_text, yaml_node

JSON = (".json",)
YAML = (".yaml", ".yml")
TEXT_TABLES = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
SHOWN = 5
"""Candidates that a message lists."""


@dataclass(slots=True)
class Given:
    """Facts as they were written (name → raw value), and what should be said about the file."""

    facts: Mapping[str, Any]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which row of a table is meant: by number in the sheet (the header is 1), by name, or the only one."""

    row: int | None = None
    name: str | None = None
    sheet: str | None = None

    def __bool__(self) -> bool:
        return self.row is not None or self.name is not None or self.sheet is not None


def read_given(path: str, dictionary: Dictionary, as_of: date, choice: Choice) -> Given:
    """Read the facts of one enterprise; ``-`` is standard input (JSON or YAML).

    Raises:
        InputError: the file cannot be read, or it is not clear which row is meant.
    """
    suffix = Path(path).suffix.lower()
    if suffix in TEXT_TABLES:
        return _one_row(path, _csv(path, dictionary, as_of), choice)
    if suffix in BOOKS:
        return _one_row(path, _book(path, dictionary, as_of, choice.sheet), choice)
    if choice:
        raise InputError(f"「{path}」不是表格，不必选行（--row、--name、--sheet 只用于 CSV 和 Excel 表格）")
    if suffix in (".parquet", ".pq"):
        raise InputError(f"「{path}」是 Parquet 表格：评估一家请给 JSON、YAML、CSV 或 Excel，批量筛查用 zongbu screen")
    if path == "-":
        text = decode(of_size(sys.stdin.buffer.read(LARGEST + 1), "标准输入"), "标准输入")
        return Given(read_json(text, path) if text.lstrip().startswith("{") else read_yaml(text, path))
    if suffix in JSON:
        return Given(read_json(read_text(path), path))
    if suffix in YAML:
        return Given(read_yaml(read_text(path), path))
    read_bytes(path)  # a file that is not there is the more likely mistake
    raise InputError(f"「{path}」：不认识的文件类型，请用 .json、.yaml、.csv 或 .xlsx")


# --- JSON and YAML ---------------------------------------------------------------------------------------


def read_json(text: str, path: str) -> dict[str, Any]:
    """A JSON object of facts; numbers are taken exactly as they are written.

    Raises:
        InputError: it is none, or a name occurs twice.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        _check_repeated(path, (key for key, _ in items))
        return dict(items)

    try:
        content = json.loads(text, parse_float=Decimal, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        raise InputError(f"「{path}」不是合格的 JSON：第 {error.lineno} 行第 {error.colno} 列读不懂") from None
    except (RecursionError, ValueError):
        raise InputError(f"「{path}」不是事实表：嵌套过深，或数字过长") from None
    if not isinstance(content, dict):
        raise InputError(f"「{path}」应是「事实: 值」的 JSON 对象")
    return content


def read_yaml(text: str, path: str) -> dict[str, Any]:
    """A YAML mapping of facts; every value is taken as it is written, so that ``0134`` stays a code.

    Raises:
        InputError: it is none, or a name occurs twice.
    """
    import yaml

    try:
        root = yaml_node(text)
    except YamlFault as fault:
        raise InputError(f"「{path}」不是合格的 YAML：{fault}") from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"「{path}」应是每行「事实: 值」的 YAML")
    return {key: _yaml_value(value, path) for key, value in _yaml_entries(root, path)}


def _yaml_entries(node: Any, path: str) -> list[tuple[str, Any]]:
    import yaml

    entries = [(str(key.value), value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
    _check_repeated(path, (key for key, _ in entries))
    return entries


def _yaml_value(node: Any, path: str) -> Any:
    import yaml

    if isinstance(node, yaml.MappingNode):  # year → value
        return {key: _yaml_scalar(value) for key, value in _yaml_entries(node, path)}
    return _yaml_scalar(node)


def _yaml_scalar(node: Any) -> Any:
    import yaml

    if not isinstance(node, yaml.ScalarNode):
        return []  # reported with the fact's name: a list is no value
    return None if node.style is None and node.value in ("", "~", "null") else str(node.value)


def _check_repeated(path: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"「{path}」里「{name}」写了两次，请只留一个")
        seen.add(name)


# --- tables ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """Titles of the known columns, those of the others, and the rows: number and cells, or what is wrong."""

    titles: tuple[str, ...]
    unknown: tuple[str, ...]
    name_at: int | None
    rows: Iterator[tuple[int, Sequence[Any] | str]]


def _csv(path: str, dictionary: Dictionary, as_of: date) -> _Table:
    from zongbu.law.facts.delimited import Ragged, data_rows, find_text_header, records, survey

    file = Path(path)
    if not file.is_file():
        raise InputError(f"找不到文件「{path}」")
    encoding = survey(file, lambda share: None).encoding
    delimiter, header, titles = find_text_header(file, encoding, dictionary)

    def rows(positions: Sequence[int]) -> Iterator[tuple[int, Sequence[Any] | str]]:
        for row in data_rows(records(file, encoding, delimiter), header + 1, len(titles), delimiter):
            if isinstance(row, Ragged):
                yield row.row, row.reason
            else:
                yield row[0], [row[1][position] for position in positions]

    return _table(titles, dictionary, as_of, rows)


def _book(path: str, dictionary: Dictionary, as_of: date, sheet: str | None) -> _Table:
    from zongbu.law.facts.sheet import open_sheet, sheet_rows

    if not Path(path).is_file():
        raise InputError(f"找不到文件「{path}」")
    opened = open_sheet(Path(path), sheet, dictionary)

    def rows(positions: Sequence[int]) -> Iterator[tuple[int, Sequence[Any] | str]]:
        return iter(sheet_rows(opened, positions, (), lambda share: None))

    return _table(opened.titles, dictionary, as_of, rows)


def _table(titles: Sequence[Any], dictionary: Dictionary, as_of: date, rows: Any) -> _Table:
    from zongbu.law.facts.columns import match_columns

    layout = match_columns(titles, dictionary, as_of, None)
    positions = [column.position for column in layout.columns]
    name_at = next((i for i, column in enumerate(layout.columns) if column.fact.identifier == "name"), None)
    return _Table(tuple(column.title for column in layout.columns), layout.unknown, name_at, rows(positions))


def _one_row(path: str, table: _Table, choice: Choice) -> Given:
    number, cells = _chosen(path, table, choice)
    if isinstance(cells, str):
        raise InputError(f"「{path}」第 {number} 行读不了：{cells}")
    notes = [f"取「{path}」第 {number} 行"]
    if table.unknown:
        notes.append(f"忽略不认识的列：{'、'.join(table.unknown)}")
    return Given(dict(zip(table.titles, cells, strict=True)), notes)


def _chosen(path: str, table: _Table, choice: Choice) -> tuple[int, Sequence[Any] | str]:
    if choice.row is not None and choice.name is not None:
        raise InputError("--row 和 --name 只能用一个")
    if choice.row is not None:
        last = 0
        for last, cells in table.rows:
            if last == choice.row:
                return last, cells
        raise InputError(f"「{path}」第 {choice.row} 行没有数据（表头也算一行，最后一行是第 {last} 行）")
    if choice.name is not None:
        return _named(path, table, choice.name.strip())
    found = [row for row, _ in zip(table.rows, range(2), strict=False)]
    if not found:
        raise InputError(f"「{path}」只有表头，没有数据")
    if len(found) > 1:
        raise InputError(f"「{path}」不止一行，请用 --row 行号 或 --name 企业名称 选一家")
    return found[0]


def _named(path: str, table: _Table, name: str) -> tuple[int, Sequence[Any] | str]:
    if table.name_at is None:
        raise InputError(f"「{path}」没有企业名称这一列，请用 --row 行号")
    exact: list[tuple[int, Sequence[Any] | str]] = []
    partly: list[tuple[int, Sequence[Any] | str]] = []
    for number, cells in table.rows:
        if isinstance(cells, str):
            continue
        found = str(cells[table.name_at]).strip()
        if found == name:
            exact.append((number, cells))
        elif name in found:
            partly.append((number, cells))
    matches = exact or partly
    if not matches:
        raise InputError(f"「{path}」里没有名称含「{name}」的企业")
    if len(matches) > 1:
        shown = [f"第 {number} 行 {cells[table.name_at]}" for number, cells in matches[:SHOWN]]
        more = f" 等 {len(matches)} 行" if len(matches) > SHOWN else ""
        raise InputError(f"「{path}」里有几家名称含「{name}」：{'；'.join(shown)}{more}。请写全名，或用 --row 行号")
    return matches[0]
