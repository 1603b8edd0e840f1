"""What all recording acts share: the lock, the new records, and the snapshot that goes with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions, queries
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, EvidenceLink, FactRecord, Recording
from zongbu.desk.enterprises.values import Key
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.law import InputError

FIRST_DAY = date(1949, 10, 1)


def locked(enterprise: Enterprise) -> Enterprise:
    """The row, locked for the transaction and read anew."""
    return Enterprise.objects.select_for_update().get(pk=enterprise.pk)


def moment_after(*enterprises: Enterprise) -> datetime:
    """Now, but never before what has been recorded already: a clock set back must not reorder the records."""
    return max(timezone.now(), *(enterprise.updated_at for enterprise in enterprises))


def check_day(day: date) -> None:
    """A day from which a value holds.

    Raises:
        InputError: it lies in the future or before 1949-10-01.
    """
    if day > timezone.localdate():
        raise InputError(_("日期不能晚于今天"))
    if day < FIRST_DAY:
        raise InputError(_("日期不能早于1949年10月1日"))


def check_year(keys: Iterable[Key]) -> None:
    """Yearly figures tell of years that are over.

    Raises:
        InputError: a year is not over yet, or too long ago.
    """
    for key in keys:
        if key.year is not None and not FIRST_DAY.year <= key.year < timezone.localdate().year:
            raise InputError(
                _("%(fact)s：%(year)s 年还没有结束或年份不对") % {"fact": key.fact.title, "year": key.year}
            )


def check_district(viewer: Viewer, enterprise: Enterprise, values: Mapping[Key, str], day: date) -> None:
    """Districts do not hand enterprises to each other; ``values`` are to hold from ``day`` on.

    Raises:
        NotPermitted: see ``permissions.may_place``.
    """
    wanted = next((value for key, value in values.items() if key.fact.identifier == "district"), None)
    if wanted is None:
        return
    counting = queries.latest_of_many([enterprise.pk], day)[enterprise.pk].get("district")
    if not permissions.may_place(viewer, wanted, counting.value if counting is not None else ""):
        raise NotPermitted(_("企业迁到其他区县，由市总部办办理"))


def new_recording(
    viewer: Viewer, moment: datetime, *, source: str, source_name: str = "", reason: str = "", batch: str = ""
) -> Recording:
    """A recording by the viewer."""
    return Recording.objects.create(
        source=source,
        source_name=source_name[:200],
        recorded_at=moment,
        person_id=viewer.person,
        person_name=viewer.name,
        organisation_id=viewer.organisation,
        organisation_name=viewer.organisation_name,
        reason=reason,
        batch=batch,
    )


def append(
    enterprise: Enterprise,
    viewer: Viewer,
    values: Mapping[Key, str],
    *,
    valid_from: date,
    source: str,
    source_name: str = "",
    reason: str = "",
    batch: str = "",
    always: bool = False,
) -> tuple[Recording | None, dict[str, str], dict[str, str]]:
    """Add records to a locked enterprise and bring its snapshot up to date.

    What the same source has said before for the day is not said again, unless ``always``.

    Returns:
        The recording (None if there was nothing new), what counted before and what was added, by key.
    """
    counting = queries.latest_of_many([enterprise.pk], valid_from)[enterprise.pk]
    sources = dict(
        Recording.objects.filter(pk__in={entry.recording for entry in counting.values()}).values_list("pk", "source")
    )
    new: dict[Key, str] = {}
    for key, value in values.items():
        entry = counting.get(key.text)
        if entry is None and not value:
            continue
        if always or entry is None or entry.value != value or sources[entry.recording] != source:
            new[key] = value
    if not new:
        return None, {}, {}
    recording = new_recording(
        viewer, moment_after(enterprise), source=source, source_name=source_name, reason=reason, batch=batch
    )
    FactRecord.objects.bulk_create(
        FactRecord(
            enterprise=enterprise,
            fact=key.fact.identifier,
            year=key.year,
            value=value,
            valid_from=valid_from,
            recording=recording,
        )
        for key, value in new.items()
    )
    refresh(enterprise, recording.recorded_at)
    before = {key.text: counting[key.text].value for key in new if key.text in counting}
    return recording, before, {key.text: value for key, value in new.items()}


def refresh(enterprise: Enterprise, moment: datetime) -> None:
    """Write the snapshot of a locked enterprise anew from its records."""
    latest = queries.latest_of_many([enterprise.pk], timezone.localdate())[enterprise.pk]
    enterprise.known = {key: entry.value for key, entry in sorted(latest.items()) if entry.value}
    enterprise.name = enterprise.known.get("name", enterprise.name)[:200]
    enterprise.district = district_of(enterprise.known, enterprise.district)
    enterprise.former_names = former_names(enterprise)
    enterprise.updated_at = moment
    enterprise.revision += 1
    enterprise.save()


def district_of(known: Mapping[str, str], before: str) -> str:
    """The district that looks after an enterprise: the recorded one if it is one of the city's, else the last one."""
    recorded = known.get("district", "")
    return recorded if recorded in DISTRICTS else before


def former_names(enterprise: Enterprise) -> list[str]:
    """The names it went by before, oldest first; a corrected misspelling is none."""
    by_day: dict[date, str] = {}
    for day, value in (
        FactRecord.objects.filter(enterprise=enterprise, fact="name").order_by("pk").values_list("valid_from", "value")
    ):
        by_day[day] = value
    names = dict.fromkeys(value for _day, value in sorted(by_day.items()) if value)
    return [name for name in names if name != enterprise.name]


def link(files: Iterable[EvidenceFile], enterprise: Enterprise, **target: object) -> list[str]:
    """Link evidence files of the enterprise to what they prove; their names.

    Raises:
        InputError: a file belongs to another enterprise.
    """
    names = []
    for file in files:
        if file.enterprise_id != enterprise.pk:
            raise InputError(_("材料不属于这家企业"))
        EvidenceFile.objects.select_for_update().get(pk=file.pk)  # nobody deletes it meanwhile
        EvidenceLink.objects.create(file=file, **target)
        names.append(file.name)
    return names


def need(reason: str) -> None:
    """Raises:
    InputError: no reason is given.
    """
    if not reason.strip():
        raise InputError(_("请写明理由"))


def still_standing(ended: object) -> None:
    """Raises:
    InputError: what is to be ended or withdrawn has been already.
    """
    if ended is not None:
        raise InputError(_("已经撤销或终止"))
