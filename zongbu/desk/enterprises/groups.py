"""Reading groups: who belongs to one on a day, what may be counted, which figures are whose.

A group is held together by branches and by shares of at least half; smaller shares are recorded and do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zongbu.desk.enterprises import queries, values
from zongbu.desk.enterprises.models import Enterprise, GroupTie, MetricClaim
from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE, Reach
from zongbu.desk.kernel.scope import Viewer

HALF = Decimal("0.5")


def standing(on: date) -> Q:
    """Ties that hold on a day and were not withdrawn."""
    return Q(withdrawn_at=None, starts__lte=on) & (Q(until=None) | Q(until__gte=on))


def agreed() -> Q:
    """Ties that both sides stand by: what a parent says of an enterprise with a record of its own does not count
    before that side has confirmed it."""
    return Q(child=None) | Q(consent=GroupTie.Consent.CONFIRMED)


def controlling() -> Q:
    """Ties that make their child a member of the group: branches, and shares of at least half, that are agreed."""
    return (Q(kind=GroupTie.Kind.BRANCH) | Q(share__gte=HALF)) & agreed()


def to_answer(viewer: Viewer) -> QuerySet[GroupTie]:
    """The ties that wait for somebody's answer and for which the viewer may give it, the oldest first."""
    found = GroupTie.objects.filter(withdrawn_at=None, consent=GroupTie.Consent.PROPOSED)
    if viewer.writes and viewer.role in ENTERPRISE | DISTRICT | CITY:
        # Asked of each tie and not as a list: few ties wait, but a whole city may stand in the list.
        theirs = queries.enterprises(viewer).filter(pk=OuterRef("child"))
        return found.filter(Exists(theirs)).order_by("recorded_at", "pk")
    return found.none()


def member_keys(enterprise: Enterprise, on: date) -> set[int]:
    """The primary keys of all members of an enterprise's group on a day, itself included; one query.

    Upwards through whoever controls it, then downwards from all of them.
    """
    table = GroupTie._meta.db_table
    holds = (
        "t.withdrawn_at IS NULL AND t.child_id IS NOT NULL AND t.starts <= %s AND (t.until IS NULL OR t.until >= %s) "
        "AND t.consent = 'confirmed' AND (t.kind = 'branch' OR t.share >= 0.5)"
    )
    # UNION drops what was found before, so that it ends even if a circle had slipped in.
    sql = (
        f"WITH RECURSIVE up(id) AS (SELECT CAST(%s AS bigint) UNION SELECT t.parent_id FROM {table} t "  # noqa: S608
        f"JOIN up ON t.child_id = up.id WHERE {holds}), "
        f"down(id) AS (SELECT id FROM up UNION SELECT t.child_id FROM {table} t "
        f"JOIN down ON t.parent_id = down.id WHERE {holds}) SELECT id FROM down"
    )
    day = on.isoformat() if connection.vendor == "sqlite" else on
    with connection.cursor() as cursor:
        cursor.execute(sql, [enterprise.pk, day, day, day, day])
        return {row[0] for row in cursor.fetchall()}


def group_scope(enterprise: Enterprise, on: date) -> QuerySet[Enterprise]:
    """All members of the group on a day that have a record, the enterprise itself included."""
    return Enterprise.objects.filter(pk__in=member_keys(enterprise, on))


def related(viewer: Viewer) -> QuerySet[Enterprise]:
    """The enterprises of which the viewer may know the basics (name, code, district, status): beyond those of
    ``queries.enterprises`` the members of the viewer's own group."""
    own = queries.enterprises(viewer)
    if viewer.case_reach is not Reach.ENTERPRISE:
        return own
    mine = own.first()
    return group_scope(mine, timezone.localdate()) if mine is not None else own


# --- the tree ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Member:
    """A member of a group with what hangs below it; ``tie`` is how it hangs there, ``enterprise`` its record."""

    name: str
    tie: GroupTie | None = None
    enterprise: Enterprise | None = None
    children: list[Member] = field(default_factory=list)
    again: bool = False

    @property
    def percent(self) -> str:
        return self.tie.percent if self.tie is not None else ""

    @property
    def half(self) -> bool:
        """Controlled at exactly 50 %: to be reviewed."""
        return self.tie is not None and self.tie.share == HALF


def tree(viewer: Viewer, enterprise: Enterprise, on: date) -> list[Member]:
    """The group of an enterprise on a day as trees from its topmost members; four queries whatever its size.

    What hangs below a member is shown to those who may read its record; of the others the name and the share, and
    only the way down to what the viewer may read. Smaller shares and children without a record are leaves.
    """
    keys = member_keys(enterprise, on)
    records = Enterprise.objects.in_bulk(list(keys))
    full = {one.pk for one in queries.enterprises(viewer).filter(pk__in=keys).only("pk")}
    below: dict[int, list[GroupTie]] = defaultdict(list)
    has_parent: set[int] = set()
    for tie in (
        GroupTie.objects.filter(standing(on), agreed(), parent__in=keys)
        .select_related("child")
        .order_by("kind", "name", "pk")
    ):
        below[tie.parent_id].append(tie)
        if (
            tie.child_id is not None
            and tie.child_id in records
            and (tie.kind == GroupTie.Kind.BRANCH or (tie.share or 0) >= HALF)
        ):
            has_parent.add(tie.child_id)
    above: dict[int, set[int]] = defaultdict(set)
    for ties in below.values():
        for tie in ties:
            if tie.child_id is not None and tie.child_id in records:
                above[tie.child_id].add(tie.parent_id)
    leading, level = set(full), set(full)
    while level:
        level = {parent for key in level for parent in above[key]} - leading
        leading |= level
    shown: set[int] = set()

    def member(key: int, tie: GroupTie | None) -> Member:
        made = Member(records[key].name, tie, records[key], again=key in shown)
        if not made.again:
            shown.add(key)
            made.children = [
                member(one.child_id, one)
                if one.child_id is not None and one.child_id in records
                else Member(one.name, one, one.child)
                for one in below[key]
                if key in full or one.child_id in leading
            ]
        return made

    tops = sorted((keys - has_parent) & leading, key=lambda key: (records[key].name, key))
    return [member(key, None) for key in tops]


# --- what the register suggests ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that follows from the ties of an enterprise; offered, never written by itself.

    ``counted`` are the ties counted, ``doubtful`` those at exactly 50 %, ``recorded`` what the record says now.
    """

    fact: str
    value: int
    recorded: str
    counted: tuple[GroupTie, ...]
    doubtful: tuple[GroupTie, ...]

    @property
    def differs(self) -> bool:
        return self.recorded != str(self.value)


def suggestions(enterprise: Enterprise, on: date) -> list[Suggestion]:
    """The numbers of branches and of controlled subsidiaries outside the city (abroad included), from the ties."""
    ties = list(
        GroupTie.objects.filter(standing(on), controlling(), parent=enterprise).exclude(
            location=GroupTie.Location.IN_CITY
        )
    )
    if not GroupTie.objects.filter(standing(on), parent=enterprise).exists():
        return []  # nothing is kept of its group: that is not the same as none
    recorded = queries.facts_at(enterprise, on)
    answer = []
    for fact, kind in (
        ("branches_outside_city", GroupTie.Kind.BRANCH),
        ("subsidiaries_outside_city", GroupTie.Kind.SUBSIDIARY),
    ):
        counted = tuple(tie for tie in ties if tie.kind == kind)
        doubtful = tuple(tie for tie in counted if tie.share == HALF)
        answer.append(Suggestion(fact, len(counted), recorded.get(fact, ""), counted, doubtful))
    return answer


# --- whose figure is it -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the account: an entity, its figure (yuan or count; None: unknown) and whether it is taken off."""

    entity: Enterprise
    figure: Decimal | None
    minus: bool
    claimant: Enterprise


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts for a claimant: ``total`` is the first part less the others; None if any of them is unknown."""

    metric: str
    year: int
    basis: str
    parts: tuple[Part, ...]

    @property
    def declared(self) -> Decimal | None:
        return self.parts[0].figure

    @property
    def total(self) -> Decimal | None:
        total = Decimal(0)
        for part in self.parts:
            if part.figure is None:
                return None
            total += -part.figure if part.minus else part.figure
        return total


def descendants(enterprise: Enterprise, on: date) -> dict[int, list[int]]:
    """Parent → children (primary keys) of everything that an enterprise controls on a day; one query per level."""
    below: dict[int, list[int]] = {}
    level = {enterprise.pk}
    while level:
        found = GroupTie.objects.filter(standing(on), controlling(), parent__in=level).exclude(child=None)
        for parent, child in found.order_by("child_id").values_list("parent_id", "child_id"):
            children = below.setdefault(parent, [])
            if child is not None and child not in children:
                children.append(child)
        level = {child for parent in level for child in below.get(parent, ())} - below.keys() - {enterprise.pk}
        for key in level:
            below.setdefault(key, [])
    return below


def counted(claimant: Enterprise, metric: str, year: int) -> Counted | None:
    """The figure that counts for a claimant, without what members of its group claim for themselves; None if it
    claims nothing (Binjiang, 附则2).

    The claimant's own figure on the group's basis includes everything below it. Of each branch of the tree the
    topmost entity that somebody else claims is taken off: its figure on the group's basis includes what is below it;
    if it was claimed on its own basis, what is below is looked at as well.
    """
    on = date(year, 12, 31)
    below = descendants(claimant, on)
    keys = {claimant.pk, *(child for children in below.values() for child in children)}
    claims = {
        claim.entity_id: claim
        for claim in MetricClaim.objects.filter(
            entity__in=keys, metric=metric, year=year, released_at=None
        ).select_related("claimant", "entity")
    }
    mine = claims.get(claimant.pk)
    if mine is None or mine.claimant_id != claimant.pk:
        return None
    taken: list[MetricClaim] = []
    if mine.basis == MetricClaim.Basis.GROUP:
        seen, stack = {claimant.pk}, list(reversed(below.get(claimant.pk, ())))
        while stack:
            key = stack.pop()
            if key in seen:
                continue
            seen.add(key)
            claim = claims.get(key)
            if claim is not None and claim.claimant_id != claimant.pk:
                taken.append(claim)
                if claim.basis == MetricClaim.Basis.GROUP:
                    continue
            stack.extend(reversed(below.get(key, ())))
    figures = _figures([claimant, *(claim.entity for claim in taken)], metric, year)
    parts = [Part(claimant, figures[claimant.pk], False, claimant)]
    parts += [Part(claim.entity, figures[claim.entity_id], True, claim.claimant) for claim in taken]
    return Counted(metric, year, mine.basis, tuple(parts))


def _figures(entities: Iterable[Enterprise], metric: str, year: int) -> dict[int, Decimal | None]:
    keys = [entity.pk for entity in entities]
    fact = values.dictionary()[metric]
    latest = queries.latest_of_many(keys, timezone.localdate())
    answer: dict[int, Decimal | None] = {}
    for key in keys:
        entry = latest.get(key, {}).get(f"{metric}@{year}")
        found = values.read(fact, entry.value) if entry is not None and entry.value else None
        answer[key] = Decimal(found) if isinstance(found, (int, Decimal)) else None
    return answer
