"""Recording facts of many enterprises: imports and demonstration data, in batches.

Of each batch the journal tells how much it was; of an import also, for each enterprise, what was recorded before and
what is now, so that the values themselves hang in the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

import orjson
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions, queries
from zongbu.desk.enterprises.actions.appending import check_day, district_of, moment_after, new_recording
from zongbu.desk.enterprises.actions.joining import join_groups
from zongbu.desk.enterprises.listing.text import grams, name_key
from zongbu.desk.enterprises.models import Enterprise, FactRecord, Recording, Source
from zongbu.desk.enterprises.values import LONGEST, Key, key_of, written
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.journal.append import Item
from zongbu.desk.kernel.roles import CITY, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError
from zongbu.law.facts import BadValue, parse

Row = Mapping[str, object]
"""``uscc`` and ``name`` and any other facts: identifier (or ``identifier@2023``) → value."""


@dataclass(slots=True)
class Outcome:
    """What became of the rows: enterprises created, changed and unchanged, rejected rows, records written."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    records: int = 0


@dataclass(slots=True)
class Planned:
    """What a row would do. ``faults`` (in words) keep it from being written; ``number`` counts rows from 0."""

    number: int
    uscc: str = ""
    name: str = ""
    enterprise: Enterprise | None = None
    new: dict[Key, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def record_many(
    viewer: Viewer,
    rows: Iterable[Row],
    *,
    valid_from: date,
    source: Source | None = None,
    source_name: str = "",
    reason: str = "",
    year: int | None = None,
    batch: str = "",
    size: int = 2000,
    prepared: bool = False,
    progress: Callable[[int], None] | None = None,
    on_reject: Callable[[Planned], None] | None = None,
) -> Outcome:
    """Open or complete the records of many enterprises; rows that repeat what is recorded change nothing.

    Args:
        rows: see ``Row``; enterprises that have no record yet need a name.
        valid_from: the day from which the values hold.
        source: where they come from; None: what the dictionary says of each fact (demonstration data).
        source_name: the register or file; needed unless ``source`` is None.
        year: the year of facts of a prior year that come without one; default: the year before ``valid_from``.
        batch: names the run in every recording.
        size: rows per transaction.
        prepared: the values are canonical text under keys with years already and need no reading.
        progress: called with the number of rows done so far.
        on_reject: called with each row that cannot be used; None: such a row is an error.

    Raises:
        PermissionDenied: neither the city office nor a district.
        InputError: a row cannot be used (without ``on_reject``); the batches before it stay written.
    """
    if (
        not viewer.writes
        or viewer.role not in CITY | DISTRICT
        or (source == Source.FINDING and viewer.role not in CITY)
    ):
        raise PermissionDenied
    check_day(valid_from)
    if source is not None and not source_name.strip():
        raise InputError(_("请写明数据来源（登记机关、文件或系统）"))
    total = Outcome()
    numbered, done = enumerate(rows), 0
    while part := list(islice(numbered, size)):
        with transaction.atomic():
            planned = plan(viewer, part, valid_from=valid_from, source=source, year=year, prepared=prepared, lock=True)
            bad = [row for row in planned if row.faults]
            if bad and on_reject is None:
                raise InputError(
                    _("第 %(number)s 行：%(fault)s") % {"number": bad[0].number + 1, "fault": "；".join(bad[0].faults)}
                )
            outcome = _write(
                viewer,
                [row for row in planned if not row.faults],
                valid_from,
                source=source,
                source_name=source_name.strip(),
                reason=reason,
                batch=batch,
            )
        for row in bad:
            assert on_reject is not None
            on_reject(row)
        total.created += outcome.created
        total.changed += outcome.changed
        total.unchanged += outcome.unchanged
        total.records += outcome.records
        total.rejected += len(bad)
        done += len(part)
        if progress is not None:
            progress(done)
    return total


def plan(
    viewer: Viewer,
    rows: Sequence[tuple[int, Row]],
    *,
    valid_from: date,
    source: Source | None = None,
    year: int | None = None,
    prepared: bool = False,
    lock: bool = False,
) -> list[Planned]:
    """What numbered rows would change, without writing anything; two queries whatever their number."""
    meant = year if year is not None else valid_from.year - 1
    reader = _Reader(meant, prepared, source)
    planned = [reader.read(number, row) for number, row in rows]
    codes = {row.uscc for row in planned if row.uscc}
    found = Enterprise.objects.filter(uscc__in=codes).order_by("pk")
    existing = {one.uscc: one for one in (found.select_for_update() if lock else found)}
    counting = queries.latest_of_many([one.pk for one in existing.values()], valid_from)
    seen: set[str] = set()
    for row in planned:
        if row.uscc in seen:
            row.faults.append(_("统一社会信用代码在同一批中重复"))
        seen.add(row.uscc)
        row.enterprise = existing.get(row.uscc)
        if row.enterprise is not None:
            mine = counting.get(row.enterprise.pk, {})
            row.name = row.name or row.enterprise.name
            row.before = {key.text: mine[key.text].value for key in row.new if key.text in mine}
            row.new = {key: value for key, value in row.new.items() if row.before.get(key.text, "") != value}
        else:
            row.new = {key: value for key, value in row.new.items() if value}
            if row.uscc and not row.name:
                row.faults.append(_("没有企业名称"))
        if viewer.role in DISTRICT and not _of_district(row, viewer.district):
            row.faults.append(_("不属于本区县"))
        elif row.enterprise is not None and not _placed(viewer, row):
            row.faults.append(_("企业迁到其他区县，由市总部办办理"))
    return planned


def _placed(viewer: Viewer, row: Planned) -> bool:
    wanted = next((value for key, value in row.new.items() if key.fact.identifier == "district"), None)
    return wanted is None or permissions.may_place(viewer, wanted, row.before.get("district", ""))


def _of_district(row: Planned, district: str) -> bool:
    if row.enterprise is not None:
        return row.enterprise.district == district
    return next((value for key, value in row.new.items() if key.fact.identifier == "district"), "") == district


class _Reader:
    """Reads rows; the same raw value of the same fact is read once."""

    def __init__(self, year: int, prepared: bool, source: Source | None) -> None:
        self.year = year
        self.prepared = prepared
        self.source = source
        self.keys: dict[str, Key | None] = {}
        self.values: dict[tuple[str, object], str] = {}

    def read(self, number: int, row: Row) -> Planned:
        planned = Planned(number)
        for name, raw in row.items():
            if raw is None or raw == "":
                continue
            try:
                key = self.keys[name]
            except KeyError:
                key = self.keys[name] = key_of(name, self.year)
            if key is None:
                planned.faults.append(_("「%s」不是已知的事实") % name)
                continue
            try:
                value = str(raw) if self.prepared else self.value(key, raw)
            except BadValue as error:
                planned.faults.append(f"{key.fact.title}「{raw}」：{error.reason}")
                continue
            if key.year is not None and key.year >= timezone.localdate().year:
                planned.faults.append(_("%(fact)s：%(year)s 年还没有结束") % {"fact": key.fact.title, "year": key.year})
            if key.fact.kind == "finding" and self.source not in (None, Source.FINDING):
                planned.faults.append(_("%s由部门认定，不能导入") % key.fact.title)
            planned.new[key] = value
            if key.fact.identifier == "uscc":
                planned.uscc = value
            elif key.fact.identifier == "name":
                planned.name = value
        if not 15 <= len(planned.uscc) <= 18 or not (planned.uscc.isascii() and planned.uscc.isalnum()):
            planned.faults.append(_("统一社会信用代码应为15至18位数字和大写字母"))
        if len(planned.name) > 200:
            planned.faults.append(_("企业名称超过200字"))
        return planned

    def value(self, key: Key, raw: object) -> str:
        known = (key.fact.identifier, raw) if isinstance(raw, str) and len(raw) <= 12 else None
        if known is not None and known in self.values:
            return self.values[known]
        text = written(parse(key.fact, raw))
        if len(text) > LONGEST:
            raise BadValue(f"超过 {LONGEST} 个字")
        if known is not None and len(self.values) < 100_000:
            self.values[known] = text
        return text


def _write(
    viewer: Viewer,
    planned: list[Planned],
    valid_from: date,
    *,
    source: Source | None,
    source_name: str,
    reason: str,
    batch: str,
) -> Outcome:
    changing = [row for row in planned if row.new]
    outcome = Outcome(unchanged=len(planned) - len(changing))
    if not changing:
        return outcome
    fresh = [row for row in changing if row.enterprise is None]
    old = [row.enterprise for row in changing if row.enterprise is not None]
    moment = moment_after(*old) if old else timezone.now()
    made = Enterprise.objects.bulk_create([_new_enterprise(row, moment) for row in fresh])
    for row, enterprise in zip(fresh, made, strict=True):
        row.enterprise = enterprise
    join_groups(made)
    recordings: dict[str, Recording] = {}

    def recording_of(key: Key) -> int:
        kind = source.value if source is not None else key.fact.kind
        if kind not in recordings:
            why = reason or (_("批量录入") if kind == Source.FINDING else "")
            recordings[kind] = new_recording(
                viewer, moment, source=kind, source_name=source_name, reason=why, batch=batch
            )
        return recordings[kind].pk

    records = [
        (row.enterprise.pk, key.fact.identifier, key.year, value, valid_from, recording_of(key))
        for row in changing
        if row.enterprise is not None
        for key, value in row.new.items()
    ]
    insert_records(records)
    _refresh(old, moment)
    outcome.created, outcome.changed, outcome.records = len(fresh), len(old), len(records)
    journal.record(
        "enterprises.record_many",
        viewer,
        reason=reason,
        after={
            "batch": batch,
            "source": source.value if source is not None else "",
            "source_name": source_name,
            "valid_from": valid_from.isoformat(),
            "created": outcome.created,
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
            "records": outcome.records,
        },
    )
    if source is not None:  # demonstration data is nobody's word
        told = {"valid_from": valid_from.isoformat(), "source_name": source_name} | ({"batch": batch} if batch else {})
        journal.record_many(
            "enterprises.import_row",
            viewer,
            (
                Item(
                    row.enterprise,
                    reason=reason,
                    before={key.text: row.before[key.text] for key in row.new if key.text in row.before},
                    after={**{key.text: value for key, value in row.new.items()}, **told},
                )
                for row in changing
            ),
        )
    return outcome


def _new_enterprise(row: Planned, moment: datetime) -> Enterprise:
    known = {key.text: value for key, value in row.new.items()}
    return Enterprise(
        uscc=row.uscc,
        name=row.name,
        district=district_of(known, ""),
        known=known,
        revision=1,
        created_at=moment,
        updated_at=moment,
    )


def insert_records(records: Sequence[tuple[int, str, int | None, str, date, int]]) -> None:
    """Insert fact records, fast: enterprise, fact, year, value, first day, recording."""
    table = connection.ops.quote_name(FactRecord._meta.db_table)
    columns = "enterprise_id, fact, year, value, valid_from, recording_id"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for record in records:
                    copy.write_row(record)
        else:
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s, %s)",  # noqa: S608 - names of ours
                [(*record[:4], record[4].isoformat(), record[5]) for record in records],
            )


def _refresh(enterprises: list[Enterprise], moment: datetime) -> None:
    """The snapshots of many locked enterprises, written anew from their records."""
    if not enterprises:
        return
    keys = [enterprise.pk for enterprise in enterprises]
    latest = queries.latest_of_many(keys, timezone.localdate())
    former = _former_names(keys)
    rows = []
    for enterprise in enterprises:
        mine = latest[enterprise.pk]
        known = {key: entry.value for key, entry in sorted(mine.items()) if entry.value}
        name = known.get("name", enterprise.name)
        names_before = [one for one in former.get(enterprise.pk, ()) if one != name]
        rows.append(
            (
                orjson.dumps(known).decode(),
                name,
                district_of(known, enterprise.district),
                orjson.dumps(names_before).decode(),
                grams((name, *names_before, enterprise.uscc)),
                name_key(name),
                connection.ops.adapt_datetimefield_value(moment),
                enterprise.revision + 1,
                enterprise.pk,
            )
        )
    table = connection.ops.quote_name(Enterprise._meta.db_table)
    cast = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET known = {cast}, name = %s, district = %s, former_names = {cast}, "  # noqa: S608 - names of ours
            "search = %s, name_key = %s, updated_at = %s, revision = %s WHERE id = %s",
            rows,
        )


def _former_names(keys: list[int]) -> dict[int, Iterable[str]]:
    by_day: dict[int, dict[date, str]] = {}
    found = FactRecord.objects.filter(enterprise__in=keys, fact="name").order_by("pk")
    for enterprise, day, value in found.values_list("enterprise_id", "valid_from", "value"):
        by_day.setdefault(enterprise, {})[day] = value
    return {key: _in_order(days) for key, days in by_day.items()}


def _in_order(days: Mapping[date, str]) -> Iterable[str]:
    return dict.fromkeys(value for _day, value in sorted(days.items()) if value)
