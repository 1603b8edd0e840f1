"""What may be seen of the register: every function names who asks or is given what was found for somebody.

``enterprises`` and ``get`` answer only records that the viewer may read in full; ``related`` adds the basics of an
enterprise's own group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from zongbu.desk.enterprises import values
from zongbu.desk.enterprises.models import (
    Ban,
    DishonestyListing,
    Enterprise,
    EvidenceFile,
    FactDraft,
    FactRecord,
    Recording,
    Referral,
)
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.recorded import Recorded
from zongbu.law import Policy
from zongbu.law.facts import load_dictionary


def enterprises(viewer: Viewer) -> QuerySet[Enterprise]:
    """The enterprises whose record the viewer may read in full."""
    found = Enterprise.objects.all()
    match viewer.case_reach:
        case Reach.CITY:
            return found
        case Reach.DISTRICT if viewer.district:
            return found.filter(district=viewer.district)
        case Reach.REFERRED if viewer.organisation is not None:
            today = timezone.localdate()
            referred = Referral.objects.filter(
                Q(until=None) | Q(until__gte=today),
                organisation=viewer.organisation,
                ended_at=None,
                starts__lte=today,
            )
            return found.filter(pk__in=referred.values("enterprise"))
        case Reach.ENTERPRISE if viewer.uscc:
            return found.filter(uscc=viewer.uscc)
        case _:
            return found.none()


def get(viewer: Viewer, uscc: str) -> Enterprise:
    """The enterprise of a code, if the viewer may read its record in full.

    Raises:
        Enterprise.DoesNotExist: there is none, or not for this viewer: the two are not told apart.
    """
    return enterprises(viewer).get(uscc=uscc)


def recorded_of(codes: Collection[str], lock: bool) -> dict[str, Recorded]:
    """Name and district of the records that codes have, for the registration of enterprises; nothing else of them.

    The one question here that names nobody who asks: whoever registers does not see a record yet.

    Args:
        lock: keep the records as they are until the transaction ends.
    """
    found = Enterprise.objects.filter(uscc__in=codes)
    if lock:
        found = found.select_for_update()
    rows = found.order_by("pk").values_list("uscc", "name", "district")
    return {uscc: Recorded(name, district) for uscc, name, district in rows}


# --- facts ------------------------------------------------------------------------------------------------


def facts_at(
    enterprise: Enterprise, as_of: date, known_at: datetime | None = None, *, policy: Policy | None = None
) -> dict[str, str]:
    """What was true of an enterprise on a day, as far as it was known at a moment: identifier → value as text.

    Of facts of a prior year the value of ``as_of.year - 1``. Lists and bans are worked out for the day. Without
    ``policy`` only facts of the common dictionary are given, so that every policy can assess them; with it also those
    that the policy declares for itself.
    """
    return facts_of_many([enterprise], as_of, known_at, policy=policy)[enterprise.pk]


def facts_of_many(
    found: Iterable[Enterprise], as_of: date, known_at: datetime | None = None, *, policy: Policy | None = None
) -> dict[int, dict[str, str]]:
    """``facts_at`` for many enterprises at once, by primary key; three queries whatever their number."""
    wanted = policy.dictionary if policy is not None else load_dictionary()
    keys = [enterprise.pk for enterprise in found]
    return {key: values.only(facts, wanted) for key, facts in everything_at(keys, as_of, known_at).items()}


def everything_at(keys: list[int], as_of: date, known_at: datetime | None = None) -> dict[int, dict[str, str]]:
    """All facts of a day, also those that only some policy declares; by primary key. Three queries."""
    return facts_from(latest_of_many(keys, as_of, known_at), keys, as_of, known_at)


def facts_from(
    latest: Mapping[int, Mapping[str, Latest]], keys: list[int], as_of: date, known_at: datetime | None = None
) -> dict[int, dict[str, str]]:
    """All facts of a day from the records that count, with what follows from lists and bans. Two queries."""
    listings, bans = _listings(keys, known_at), _bans(keys, known_at)
    answer: dict[int, dict[str, str]] = {}
    for key in keys:
        records = latest.get(key, {})
        facts = values.at({name: record.value for name, record in records.items()}, as_of)
        answer[key] = facts | derived(as_of, listings[key], bans[key], records, known_at)
    return answer


class Latest(NamedTuple):
    """The record that counts for a fact: its value, from which day on, in which recording and as which record."""

    value: str
    valid_from: date
    recording: int
    record: int


def latest_of_many(
    keys: Iterable[int], as_of: date, known_at: datetime | None = None, *, facts: Collection[str] | None = None
) -> dict[int, dict[str, Latest]]:
    """For each enterprise (by primary key) what counts for each key (``identifier`` or ``…@year``); one query.

    For facts of a prior year the newest record of each year; for the others the newest of the latest day on or before
    ``as_of``. What was recorded after ``known_at`` does not count. A value that is empty was taken back. ``facts``
    limits the answer to some identifiers.
    """
    records = FactRecord.objects.filter(enterprise__in=list(keys)).filter(
        Q(year__isnull=False) | Q(valid_from__lte=as_of)
    )
    if facts is not None:
        records = records.filter(fact__in=list(facts))
    if known_at is not None:
        records = records.filter(recording__recorded_at__lte=known_at)
    rows = records.order_by("pk").values_list(
        "enterprise_id", "fact", "year", "value", "valid_from", "recording_id", "pk"
    )
    answer: dict[int, dict[str, Latest]] = defaultdict(dict)
    for enterprise, fact, year, value, valid_from, recording, record in rows.iterator(chunk_size=5000):
        mine = answer[enterprise]
        key = fact if year is None else f"{fact}@{year}"
        before = mine.get(key)
        if before is None or year is not None or valid_from >= before.valid_from:
            mine[key] = Latest(value, valid_from, recording, record)
    return answer


def derived(
    as_of: date,
    listings: Iterable[DishonestyListing],
    bans: Iterable[Ban],
    records: Mapping[str, Latest],
    known_at: datetime | None = None,
) -> dict[str, str]:
    """Whether an enterprise is listed or barred on a day, from the intervals.

    An interval that covers the day decides. Otherwise the later of the end of the last interval and of what was
    recorded counts. Where nothing is recorded at all nothing is derived: unknown is not no.
    """
    answer: dict[str, str] = {}
    removed: date | None = None
    listed = False
    for listing in listings:
        if listing.listed_on > as_of:
            continue
        end = listing.removed_on
        if end is not None and known_at is not None and (listing.removal_recorded_at or known_at) > known_at:
            end = None
        if end is None or as_of < end:
            listed = True
        elif removed is None or end > removed:
            removed = end
    if listed:
        answer[values.ON_LIST], answer[values.OFF_LIST] = "true", "false"
    elif removed is not None and not _newer(records.get(values.ON_LIST), removed):
        answer[values.ON_LIST], answer[values.OFF_LIST] = "false", "true"
    last: date | None = None
    for ban in bans:
        if ban.starts <= as_of and (last is None or ban.last_day > last):
            last = ban.last_day
    if last is not None and (as_of <= last or not _newer(records.get(values.IS_BANNED), last)):
        answer[values.IS_BANNED] = values.written(as_of <= last)
        answer[values.BANNED_UNTIL] = last.isoformat()
    return answer


def _newer(record: Latest | None, day: date) -> bool:
    return record is not None and bool(record.value) and record.valid_from > day


def _listings(keys: list[int], known_at: datetime | None) -> dict[int, list[DishonestyListing]]:
    answer: dict[int, list[DishonestyListing]] = defaultdict(list)
    found = DishonestyListing.objects.filter(_standing(known_at), enterprise__in=keys)
    for listing in found.order_by("listed_on", "pk"):
        answer[listing.enterprise_id].append(listing)
    return answer


def _bans(keys: list[int], known_at: datetime | None) -> dict[int, list[Ban]]:
    answer: dict[int, list[Ban]] = defaultdict(list)
    for ban in Ban.objects.filter(_standing(known_at), enterprise__in=keys).order_by("starts", "pk"):
        answer[ban.enterprise_id].append(ban)
    return answer


def _standing(known_at: datetime | None) -> Q:
    """Entries that had been recorded, and not withdrawn, at a moment (None: now)."""
    if known_at is None:
        return Q(withdrawn_at=None)
    return Q(recorded_at__lte=known_at) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=known_at))


# --- for the pages of one enterprise ----------------------------------------------------------------------


def recordings(keys: Iterable[int]) -> dict[int, Recording]:
    """Recordings by primary key, with the names of their evidence."""
    return Recording.objects.prefetch_related("evidence_links__file").in_bulk(list(keys))


def drafts(enterprise: Enterprise) -> QuerySet[FactDraft]:
    """What its people have typed and not submitted, the newest year first."""
    return FactDraft.objects.filter(enterprise=enterprise).select_related("saved_by").order_by("-year")


def history(enterprise: Enterprise, fact: str) -> QuerySet[FactRecord]:
    """Everything ever recorded of a fact, the newest first."""
    return (
        FactRecord.objects.filter(enterprise=enterprise, fact=fact)
        .select_related("recording")
        .prefetch_related("recording__evidence_links__file")
        .order_by("-pk")
    )


def journal_of(viewer: Viewer, enterprise: Enterprise) -> QuerySet[Entry]:
    """The journal's entries about an enterprise, the newest first, if the viewer may read its record."""
    found = Entry.objects.filter(subject_kind=Enterprise._meta.label_lower, subject=str(enterprise.pk))
    if not enterprises(viewer).filter(pk=enterprise.pk).exists():
        return found.none()
    return found.order_by("-sequence")


def evidence(viewer: Viewer, pk: int) -> EvidenceFile:
    """A file that the viewer may open.

    Raises:
        EvidenceFile.DoesNotExist: there is none, or not for this viewer.
    """
    return EvidenceFile.objects.select_related("enterprise").get(pk=pk, enterprise__in=enterprises(viewer))


def referrals(enterprise: Enterprise) -> QuerySet[Referral]:
    """To whom an enterprise is referred at present."""
    today = timezone.localdate()
    return (
        Referral.objects.filter(Q(until=None) | Q(until__gte=today), enterprise=enterprise, ended_at=None)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )
