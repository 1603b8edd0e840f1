"""Carrying out a screening: facts to a table, the engine over the table, counts to the database."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db.models import QuerySet
from django.utils import timezone

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.screening import files
from zongbu.desk.selfcheck.screening.table import write_table
from zongbu.law import InputError, Policy, ZongbuError
from zongbu.law.facts.forms import quoted

logger = logging.getLogger(__name__)

State = Screening.State
TABLE, ROWS = 0.7, 0.9
"""How far the progress is when the table is written, and when the rows are."""


class Cancelled(Exception):
    """Somebody cancelled the screening meanwhile."""


def run(pk: int) -> None:
    """Carry out a queued screening; one that is not queued (any more) is left alone."""
    now = timezone.now()
    if not Screening.objects.filter(pk=pk, state=State.QUEUED).update(state=State.RUNNING, started_at=now):
        return
    screening = Screening.objects.get(pk=pk)
    files.report(screening, 0.0)
    try:
        outcome = carry_out(screening)
    except Cancelled:
        files.remove(screening)
        return
    except ZongbuError as error:
        end(pk, State.FAILED, error=str(error))
        files.remove(screening)
        return
    except Exception:
        logger.exception("screening %s failed", pk)
        end(pk, State.FAILED, error="程序出错，已记入日志，请联系系统管理员")
        files.remove(screening)
        return
    if not end(pk, State.DONE, **outcome):
        files.remove(screening)


def end(pk: int, state: State, **fields: Any) -> bool:
    """End a running screening; False if it was ended meanwhile."""
    return bool(
        Screening.objects.filter(pk=pk, state=State.RUNNING).update(state=state, finished_at=timezone.now(), **fields)
    )


def carry_out(screening: Screening) -> dict[str, Any]:
    """Compute a screening; returns the fields that hold the outcome.

    Raises:
        Cancelled: it was cancelled meanwhile.
        InputError: the policy is another one than when it was asked for, or the engine refuses.
    """
    policy = policy_of(screening.policy)
    if policy.version != screening.version:
        raise InputError("发起以后政策文件有更新，请重新发起")

    def tell(share: float) -> None:
        files.report(screening, share * TABLE)
        if not Screening.objects.filter(pk=screening.pk, state=State.RUNNING).exists():
            raise Cancelled

    source, target = files.source(screening), files.answers(screening)
    written = write_table(
        source,
        policy,
        scope(screening.district, screening.known_at),
        as_of=screening.as_of,
        known_at=screening.known_at,
        results=policy.results,
        tell=tell,
    )
    partial = target.with_name("partial.parquet")
    outcome = policy.screen(
        source,
        as_of=screening.as_of,
        results=policy.results,
        parameters=screening.parameters,
        output=partial,
        summary=False,
        progress=lambda share: files.report(screening, TABLE + (ROWS - TABLE) * share),
    )
    found = {
        "enterprises": outcome.written or 0,
        "rejected": outcome.rejected,
        "demonstration": outcome.demonstration,
        "results": list(policy.results),
        "counts": counted(policy, partial),
        "funnel": funnel(screening, policy, source),
        "lacking": written.lacking,
    }
    partial.replace(target)
    source.unlink(missing_ok=True)
    return found


def counted(policy: Policy, path: Path) -> dict[str, dict[str, Any]]:
    """How each result came out, counted over the rows that were written; as ``zongbu.law.screen.Count`` means it."""
    columns = []
    for result in policy.results:
        name, kind = quoted(result), kind_of(policy, result)
        met = {"amount": f"countif({name} > 0)", "condition": f"countif({name})"}.get(kind, "0")
        columns += [met, f"count({name})", f"sum({name})" if kind == "amount" else "NULL"]
    with duckdb.connect() as connection:
        query = f"SELECT count(*), {', '.join(columns)} FROM read_parquet(?)"  # noqa: S608 (quoted, of the policy)
        row = connection.execute(query, [str(path)]).fetchone()
    assert row is not None
    rows, figures = int(row[0]), iter(row[1:])
    found = {}
    for result, met, known, total in zip(policy.results, figures, figures, figures, strict=False):
        kind = kind_of(policy, result)
        found[result] = {
            "kind": kind,
            "met": met or 0,  # countif is null where nothing is known
            "not_met": known - (met or 0),
            "undetermined": rows - known,
            "total": f"{total or 0:.2f}" if kind == "amount" else None,
        }
    return found


def kind_of(policy: Policy, result: str) -> str:
    """``condition``, ``amount`` (yuan) or ``other``."""
    kind = policy.rules[result].node.type
    return "condition" if kind.kind == "boolean" else "amount" if kind.unit == "元" else "other"


def funnel(screening: Screening, policy: Policy, source: Path) -> list[dict[str, Any]]:
    """The conditions of the rules (规则) and how many they hold back; amounts have none, and their sums cost time."""
    rules = [result for result in policy.results if policy.rules[result].kind == "规则"]
    if not rules:
        return []
    outcome = policy.screen(
        source,
        as_of=screening.as_of,
        results=rules,
        parameters=screening.parameters,
        progress=lambda share: files.report(screening, ROWS + (1 - ROWS) * share),
    )
    return [
        {
            "result": step.result,
            "condition": step.condition,
            "clause": step.clause,
            "failing": step.failing,
            "undetermined": step.undetermined,
        }
        for step in outcome.funnel
    ]


def scope(district: str, known_at: datetime) -> QuerySet[Enterprise]:
    """The enterprises of a scope that had a record at a moment: of a district, or (empty) of the city."""
    viewer = Viewer(role=Role.DISTRICT_OFFICER, district=district) if district else Viewer(role=Role.CITY_OFFICER)
    return queries.enterprises(viewer).filter(created_at__lte=known_at)
