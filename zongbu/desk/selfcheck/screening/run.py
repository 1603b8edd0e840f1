"""Carrying out a screening: facts to a table, the engine over the table, counts to the database."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

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
from zongbu.law import InputError, ZongbuError
from zongbu.law import screen as engine

logger = logging.getLogger(__name__)

State = Screening.State
TABLE = 0.7
"""Share of the progress given to writing the table."""


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
    write_table(
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
        progress=lambda share: files.report(screening, TABLE + (1 - TABLE) * share),
    )
    partial.replace(target)
    source.unlink(missing_ok=True)
    return plain(outcome)


def scope(district: str, known_at: datetime) -> QuerySet[Enterprise]:
    """The enterprises of a scope that had a record at a moment: of a district, or (empty) of the city."""
    viewer = Viewer(role=Role.DISTRICT_OFFICER, district=district) if district else Viewer(role=Role.CITY_OFFICER)
    return queries.enterprises(viewer).filter(created_at__lte=known_at)


def plain(outcome: engine.Screening) -> dict[str, Any]:
    """What the engine found, as the fields of a ``Screening``."""
    return {
        "enterprises": outcome.rows,
        "rejected": outcome.rejected,
        "demonstration": outcome.demonstration,
        "results": list(outcome.counts),
        "counts": {
            result: {
                "met": count.met,
                "not_met": count.not_met,
                "undetermined": count.undetermined,
                "total": None if count.total is None else f"{count.total:.2f}",
            }
            for result, count in outcome.counts.items()
        },
        "funnel": [
            {
                "result": step.result,
                "condition": step.condition,
                "clause": step.clause,
                "failing": step.failing,
                "undetermined": step.undetermined,
            }
            for step in outcome.funnel
        ],
        "lacking": dict(outcome.lacking),
    }
