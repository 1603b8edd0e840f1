"""What the database itself forbids: to alter or remove what has been recorded of an enterprise, or decided.

Set up after every ``migrate`` (SQLite loses triggers when a table is rebuilt), as the journal's own are.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = ["enterprises_factrecord", "enterprises_recording"]
"""Tables whose rows are written once; corrected by newer rows. Other desks add theirs, see ``protect``."""


def protect(table: str) -> None:
    """Add a table of another desk; to be called while the apps are getting ready."""
    if table not in APPEND_ONLY:
        APPEND_ONLY.append(table)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are missing."""
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            if connection.vendor == "sqlite":
                for verb in ("UPDATE", "DELETE"):
                    cursor.execute(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
                continue
            name = f"{table}_no_change"
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                f"'{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for tests that empty the tables."""
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")


def look_after(using: str, **_: Any) -> None:
    """``post_migrate``: whatever a migration has done to the tables, the triggers are there afterwards."""
    from zongbu.desk.enterprises.models import FactRecord

    connection = connections[using]
    if router.allow_migrate_model(using, FactRecord) and {*APPEND_ONLY} <= {*connection.introspection.table_names()}:
        install(connection)
