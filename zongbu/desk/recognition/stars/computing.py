"""Computing an evaluation, what-ifs that are not kept, and computing it again from what was kept."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.recognition.stars.actions.overrides import carry_over
from zongbu.desk.recognition.stars.behalf import on_behalf_of
from zongbu.desk.recognition.stars.definition import Definition, number_of
from zongbu.desk.recognition.stars.gathering import Gathered, gather
from zongbu.desk.recognition.stars.models import Evaluation, Result
from zongbu.desk.recognition.stars.scoring import Row, Scored, score
from zongbu.law import ZongbuError

logger = logging.getLogger(__name__)

Work = Evaluation.Work
STILL = timedelta(minutes=5)
"""After so long without a sign of life another one may take its place: its worker must have ended."""
AT_ONCE = 2000


def run(pk: int) -> None:
    """Compute an evaluation that is queued; one that is not (any more) is left alone."""
    now = timezone.now()
    queued = Evaluation.objects.filter(pk=pk, work=Work.QUEUED, state="draft")
    if not queued.update(work=Work.RUNNING, started_at=now, alive_at=now, done=0, error=""):
        return
    evaluation = Evaluation.objects.select_related("set").get(pk=pk)
    definition = evaluation.set.definition

    def tell(done: int) -> None:
        Evaluation.objects.filter(pk=pk, started_at=now).update(done=done, alive_at=timezone.now())

    try:
        gathered = list(gather(evaluation, definition, now, tell))
        rows = ((one.enterprise, [number_of(value.text) for value in one.values]) for one in gathered)
        _keep(evaluation, definition, gathered, score(definition, rows))
    except ZongbuError as error:
        _failed(evaluation, str(error))
    except Exception:
        logger.exception("evaluation %s failed", pk)
        _failed(evaluation, _("程序出错，已记入日志，请联系系统管理员"))


def stale(evaluation: Evaluation) -> bool:
    """Whether nothing has been heard for so long of what is under way that its worker must have ended."""
    alive = evaluation.alive_at
    return evaluation.under_way and alive is not None and timezone.now() - alive > STILL


def _failed(evaluation: Evaluation, why: str) -> None:
    mine = Evaluation.objects.filter(pk=evaluation.pk, started_at=evaluation.started_at)
    mine.update(work=Work.FAILED, error=why)


def _keep(evaluation: Evaluation, definition: Definition, gathered: list[Gathered], found: Iterable[Scored]) -> None:
    """Write the results in the place of those before; nothing if another computation has begun meanwhile."""
    with transaction.atomic():
        case = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if case.work != Work.RUNNING or case.started_at != evaluation.started_at or case.state != "draft":
            return
        Result.objects.filter(evaluation=case).delete()
        previous = previous_of(case)
        before = dict(Result.objects.filter(evaluation=previous).values_list("enterprise_id", "star"))
        part: list[Result] = []
        for one, scored in zip(gathered, found, strict=True):
            part.append(_result(case, definition, one, scored, before))
            if len(part) == AT_ONCE:
                Result.objects.bulk_create(part)
                part = []
        Result.objects.bulk_create(part)
        if case.overrides.filter(state__in=["approved", "proposed"]).exists():
            carry_over(on_behalf_of(case, "compute"), case)
        Evaluation.objects.filter(pk=case.pk).update(
            work=Work.DONE,
            known_at=evaluation.started_at,
            set_digest=definition.digest,
            digest=digest(case),
            enterprises=len(gathered),
            done=len(gathered),
            previous=previous,
        )


def _result(
    case: Evaluation,
    definition: Definition,
    one: Gathered,
    scored: Scored,
    before: dict[int, int | None],
) -> Result:
    assert one.enterprise == scored.key
    parts = [
        {"key": item.key, "value": value.text, "record": value.record, "source": value.source, **told(part)}
        for item, value, part in zip(definition.indicators, one.values, scored.parts, strict=True)
    ]
    return Result(
        evaluation=case,
        enterprise_id=one.enterprise,
        uscc=one.uscc,
        name=one.name,
        district=one.district,
        score=scored.score,
        rank=scored.rank,
        computed=scored.star,
        star=scored.star,
        before=before.get(one.enterprise),
        parts=parts,
    )


def told(part: Any) -> dict[str, str | None]:
    """A part as plain data; numbers as text with all their places."""
    return {
        "normalised": None if part.normalised is None else f"{part.normalised:.6f}",
        "weight": f"{part.weight:.4f}",
        "points": None if part.points is None else f"{part.points:.4f}",
    }


def previous_of(evaluation: Evaluation) -> Evaluation | None:
    """The published evaluation that an evaluation is compared with: the latest of an earlier year."""
    earlier = Evaluation.objects.filter(state="published", year__lt=evaluation.year)
    return earlier.order_by("-year").first()


def digest(evaluation: Evaluation) -> str:
    """The SHA-256 over all results, overrides included."""
    found = hashlib.sha256()
    rows = Result.objects.filter(evaluation=evaluation).order_by("enterprise_id")
    for row in rows.values_list("uscc", "score", "rank", "computed", "star", "parts").iterator(chunk_size=AT_ONCE):
        uscc, points, *rest = row
        whole = None if points is None else f"{points:.4f}"
        found.update(orjson.dumps([uscc, whole, *rest], option=orjson.OPT_SORT_KEYS))
    return found.hexdigest()


# --- from what was kept ------------------------------------------------------------------------------------


def kept(evaluation: Evaluation) -> Iterator[Row]:
    """The values that an evaluation was computed from, in the order of the enterprises' keys."""
    rows = Result.objects.filter(evaluation=evaluation).order_by("enterprise_id").values_list("enterprise_id", "parts")
    for enterprise, parts in rows.iterator(chunk_size=AT_ONCE):
        yield enterprise, [number_of(part["value"]) for part in parts]


class Move(NamedTuple):
    """An enterprise that a what-if would move; ``before`` and ``after`` are stars (None: undetermined)."""

    enterprise: int
    before: int | None
    after: int | None
    score: Decimal | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would come out with another definition: how many have each star now and then, and who would move."""

    counts: dict[int | None, tuple[int, int]]
    moves: tuple[Move, ...]


def what_if(evaluation: Evaluation, definition: Definition) -> Outlook:
    """Compute an evaluation with another definition, without keeping anything. Overrides are left aside."""
    now = dict(Result.objects.filter(evaluation=evaluation).values_list("enterprise_id", "computed"))
    counts: dict[int | None, list[int]] = {star: [0, 0] for star in (*(one.star for one in definition.tiers), 0, None)}
    moves = []
    for star in now.values():
        counts.setdefault(star, [0, 0])[0] += 1
    for one in score(definition, kept(evaluation)):
        counts.setdefault(one.star, [0, 0])[1] += 1
        if one.star != now[one.key]:
            moves.append(Move(one.key, now[one.key], one.star, one.score, one.rank))
    moves.sort(key=lambda move: (move.rank is None, move.rank or 0, move.enterprise))
    return Outlook({star: (one, other) for star, (one, other) in counts.items()}, tuple(moves))


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs when computed again: of which enterprise (empty: of the evaluation), what was kept, what is now."""

    uscc: str
    what: str
    kept: str
    now: str


def recompute(evaluation: Evaluation) -> list[Difference]:
    """Compute an evaluation again from what it keeps; what differs, nothing if it is identical."""
    definition = evaluation.set.definition
    found: list[Difference] = []
    if definition.digest != evaluation.set_digest:
        found.append(Difference("", "set", evaluation.set_digest, definition.digest))
    if (now := digest(evaluation)) != evaluation.digest:
        found.append(Difference("", "digest", evaluation.digest, now))
    rows = Result.objects.filter(evaluation=evaluation).order_by("enterprise_id")
    fields = rows.values_list("enterprise_id", "uscc", "score", "rank", "computed", "parts")
    for (key, uscc, points, rank, star, parts), scored in zip(
        fields.iterator(chunk_size=AT_ONCE), score(definition, kept(evaluation)), strict=True
    ):
        assert key == scored.key
        pairs: list[tuple[str, object, object]] = [
            ("score", points, scored.score),
            ("rank", rank, scored.rank),
            ("star", star, scored.star),
        ]
        for part, again in zip(parts, scored.parts, strict=True):
            new = told(again)
            pairs += [(f"{part['key']}.{name}", part[name], new[name]) for name in new]
        found += [Difference(uscc, what, str(one), str(other)) for what, one, other in pairs if one != other]
    return found
