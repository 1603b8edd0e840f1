"""What the database itself forbids, whoever asks it: to alter or remove what the journal and the case records hold.

Set up by a migration and looked after following every ``migrate`` (SQLite loses triggers when a table is rebuilt).
They hold off mistakes and casual tampering; who owns the database can drop them, and ``journal.verify`` finds out.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = ("kernel_entry", "kernel_participation")
"""Tables whose rows are written once."""
ENTRY, HEAD = "kernel_entry", "kernel_head"

# An entry follows the last one and hangs on it. The digest is asked for because SQLite's INSERT OR REPLACE removes
# a row with the same unique value without asking the trigger that forbids DELETE.
_BREAKS_CHAIN = (
    f"NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM {ENTRY})"  # noqa: S608 - names of ours
    f" OR NEW.previous <> coalesce((SELECT digest FROM {ENTRY} ORDER BY sequence DESC LIMIT 1), '')"
    f" OR EXISTS (SELECT 1 FROM {ENTRY} WHERE digest = NEW.digest)"
)
_IS_NOT_LAST = (
    f"NOT EXISTS (SELECT 1 FROM {ENTRY} WHERE sequence = NEW.sequence AND digest = NEW.digest"  # noqa: S608
    f" AND sequence = (SELECT max(sequence) FROM {ENTRY}))"
)


def _sqlite() -> dict[str, str]:
    """Name of each trigger → its definition."""

    def forbid(name: str, when: str, condition: str, message: str) -> tuple[str, str]:
        clause = f" WHEN {condition}" if condition else ""
        return name, f"CREATE TRIGGER {name} BEFORE {when}{clause} BEGIN SELECT RAISE(ABORT, '{message}'); END"

    found = [
        forbid(f"{table}_no_{verb.lower()}", f"{verb} ON {table}", "", f"{table} is append-only")
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    found += [
        forbid(f"{ENTRY}_follows", f"INSERT ON {ENTRY}", _BREAKS_CHAIN, "an entry must follow the last one"),
        forbid(f"{HEAD}_no_delete", f"DELETE ON {HEAD}", "", f"{HEAD} cannot be removed"),
        forbid(f"{HEAD}_follows", f"UPDATE ON {HEAD}", _IS_NOT_LAST, "the head must be the last entry"),
    ]
    return dict(found)


def _postgres() -> dict[str, tuple[str, str, str]]:
    """Name of each trigger → its table, when it fires, and the body of its function."""

    def refuse(message: str) -> str:
        return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"

    found = {}
    for table in (*APPEND_ONLY, HEAD):
        message = f"{table} cannot be removed" if table == HEAD else f"{table} is append-only"
        rows = "DELETE" if table == HEAD else "UPDATE OR DELETE"
        found[f"{table}_no_change"] = (table, f"BEFORE {rows} ON {table} FOR EACH ROW", refuse(message))
        found[f"{table}_no_truncate"] = (table, f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT", refuse(message))
    for name, when, condition, message in (
        (f"{ENTRY}_follows", f"BEFORE INSERT ON {ENTRY}", _BREAKS_CHAIN, "an entry must follow the last one"),
        (f"{HEAD}_follows", f"BEFORE UPDATE ON {HEAD}", _IS_NOT_LAST, "the head must be the last entry"),
    ):
        body = f"IF {condition} THEN {refuse(message)} END IF; RETURN NEW;"
        found[name] = (name.removesuffix("_follows"), f"{when} FOR EACH ROW", body)
    return found


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that should be there and are not."""
    expected = list(_sqlite() if connection.vendor == "sqlite" else _postgres())
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in expected if name not in there]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are missing."""
    absent = missing(connection)
    with connection.cursor() as cursor:
        for name in absent:
            if connection.vendor == "sqlite":
                cursor.execute(_sqlite()[name])
                continue
            table, when, body = _postgres()[name]
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
            )
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: to take the migration back, and for tests that empty the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name, (table, _, _) in _postgres().items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def look_after(using: str, **_: Any) -> None:
    """``post_migrate``: whatever a migration has done to the tables, the triggers are there afterwards."""
    from zongbu.desk.kernel.journal.models import Entry

    connection = connections[using]
    if not router.allow_migrate_model(using, Entry):
        return
    tables = set(connection.introspection.table_names())
    if {*APPEND_ONLY, HEAD} <= tables:
        install(connection)
