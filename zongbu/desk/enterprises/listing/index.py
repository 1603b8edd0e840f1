# ruff: noqa: S608 - statements are put together from names of tables and columns of ours
"""The search index of the database, and the two expressions that lists filter by.

Both databases search by the pairs of characters in ``Enterprise.search`` (see ``text.py``): SQLite in an FTS5 table
that triggers keep in step, PostgreSQL with a GIN index on the words. pg_trgm would need an extension and finds
nothing by one or two characters; FTS5's ``ascii`` tokenizer splits at blanks alone and takes every Chinese character
as it is, rarer ones included, which unicode61 of older Unicode versions would drop.

``install`` may be run any number of times. It runs after every migrate, because changing a table on SQLite can mean
copying it, which loses its triggers.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "enterprises_enterprise"
INDEX = "enterprises_search"
INDEXED_FACTS = ("industry_code", "star")
"""Facts that are filtered by so often that the database keeps an index of them."""
COLLATION = "zh-Hans-x-icu"
"""PostgreSQL's order by pinyin."""

_TRIGGERS = {
    "enterprises_search_insert": f"AFTER INSERT ON {TABLE} BEGIN "
    f"INSERT INTO {INDEX}(rowid, search) VALUES (new.id, new.search); END",
    "enterprises_search_delete": f"AFTER DELETE ON {TABLE} BEGIN "
    f"INSERT INTO {INDEX}({INDEX}, rowid, search) VALUES ('delete', old.id, old.search); END",
    "enterprises_search_update": f"AFTER UPDATE OF search ON {TABLE} WHEN old.search IS NOT new.search BEGIN "
    f"INSERT INTO {INDEX}({INDEX}, rowid, search) VALUES ('delete', old.id, old.search); "
    f"INSERT INTO {INDEX}(rowid, search) VALUES (new.id, new.search); END",
}


def known_sql(vendor: str, key: str, column: str = "known") -> str:
    """SQL for the text of a fact in the snapshot; ``key`` consists of letters, digits, ``_`` and ``@`` only."""
    if not key.replace("@", "").replace("_", "").isalnum() or not key.isascii():
        raise ValueError(f"not a key of a fact: {key!r}")
    if vendor == "postgresql":
        return f"({column} ->> '{key}')"
    return f"json_extract({column}, '$.\"{key}\"')"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing of the index; fills it where it had to be made."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin (string_to_array(search, ' '))")
        else:
            _install_fts(cursor)
        order = name_order_sql(connection)
        cursor.execute(f"CREATE INDEX IF NOT EXISTS enterprises_by_name ON {TABLE} ({order}, id)")
        cursor.execute(f"CREATE INDEX IF NOT EXISTS enterprises_by_district ON {TABLE} (district, {order}, id)")
        for name in INDEXED_FACTS:
            expression = known_sql(connection.vendor, name)
            cursor.execute(f"CREATE INDEX IF NOT EXISTS enterprises_known_{name} ON {TABLE} (({expression}))")


def _install_fts(cursor: Any) -> None:
    cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'enterprises_search%'")
    there = {name for (name,) in cursor.fetchall()}
    wanted = {INDEX, *_TRIGGERS}
    if wanted <= there:
        return
    cursor.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} "
        f"USING fts5(search, content='{TABLE}', content_rowid='id', tokenize='ascii')"
    )
    for name, body in _TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
    cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")


def name_order_sql(connection: BaseDatabaseWrapper) -> str:
    """SQL by which names are sorted: by pinyin on PostgreSQL, by the key of ``text.name_key`` elsewhere."""
    if connection.vendor == "postgresql" and has_collation(connection):
        return f'name COLLATE "{COLLATION}"'
    return "name_key"


def has_collation(connection: BaseDatabaseWrapper) -> bool:
    """Whether this PostgreSQL can sort by pinyin (it was built with ICU); asked once for each database."""
    key = str(connection.settings_dict["NAME"])
    if key not in _collations:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_collation WHERE collname = %s", [COLLATION])
            _collations[key] = cursor.fetchone() is not None
    return _collations[key]


_collations: dict[str, bool] = {}


def after_migrate(sender: Any, using: str, **given: Any) -> None:
    """Receiver of ``post_migrate``: the index, once the table is there with its searchable column."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        columns = {column.name for column in connection.introspection.get_table_description(cursor, TABLE)}
    if {"search", "known"} <= columns:
        install(connection)


def rebuild(batch: int = 2000) -> int:
    """Work the searchable columns out anew for every enterprise whose are not true; how many that were."""
    from zongbu.desk.enterprises.models import Enterprise

    wrong: list[Enterprise] = []
    count = 0
    for enterprise in Enterprise.objects.order_by("pk").iterator(batch):
        if (enterprise.search, enterprise.name_key) == (enterprise.derive_search(), enterprise.derive_name_key()):
            continue
        enterprise.refresh_derived()
        wrong.append(enterprise)
        count += 1
        if len(wrong) == batch:
            Enterprise.objects.bulk_update(wrong, ["search", "name_key"])
            wrong = []
    if wrong:
        Enterprise.objects.bulk_update(wrong, ["search", "name_key"])
    return count
