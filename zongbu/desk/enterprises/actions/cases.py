"""What the acts of other desks write into the register, within their own transaction.

Whether the person may is decided by the flow of the case; here stands only what the register itself asks for. ``case``
is the number of the case, for the source of the record and for the journal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions
from zongbu.desk.enterprises.actions.appending import append, check_year, locked
from zongbu.desk.enterprises.models import Ban, Enterprise, Recording, Referral, Source
from zongbu.desk.enterprises.values import checked
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.journal.append import Item
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation


def refer_for_case(
    viewer: Viewer, enterprise: Enterprise, organisations: Collection[Organisation], case: str, *, until: date
) -> list[Referral]:
    """Let departments that a case asks read the enterprise's record; one that reads it already may go on doing so."""
    with transaction.atomic():
        found = locked(enterprise)
        standing = {
            one.organisation_id: one
            for one in Referral.objects.filter(enterprise=found, organisation__in=organisations, ended_at=None)
        }
        for one in standing.values():
            if one.until is not None and one.until < until:
                one.until = until
                one.save(update_fields=["until"])
        new = [one for one in organisations if one.pk not in standing]
        made = Referral.objects.bulk_create(
            Referral(enterprise=found, organisation=one, until=until, reason=case, recorded_by_id=viewer.person)
            for one in new
        )
        journal.record_many(
            "enterprises.refer",
            viewer,
            (Item(found, case, after={"organisation": one.name, "until": until.isoformat()}) for one in new),
        )
    return [*standing.values(), *made]


def declare_for_case(
    viewer: Viewer, enterprise: Enterprise, values: Mapping[str, object], *, case: str, as_of: date
) -> Recording | None:
    """Declare facts of one's own enterprise in a case; they hold from the case's day, or from today if that is earlier.

    Raises:
        PermissionDenied, BadFacts: as for ``declare``.
    """
    from zongbu.desk.enterprises.actions.facts import declare

    return declare(
        viewer,
        enterprise,
        values,
        valid_from=min(as_of, timezone.localdate()),
        period=as_of.year - 1,
        reason=case,
    )


def confirm_for_case(
    viewer: Viewer, enterprise: Enterprise, values: Mapping[str, object], *, case: str, as_of: date, reason: str
) -> list[Recording]:
    """Record what a department confirms in a case: findings as findings, the rest as its register says.

    Values hold from the case's day, or from today if that is earlier; facts of a prior year tell of the year before it.

    Raises:
        NotPermitted: a finding that the city office, or a district's own policy, keeps to itself.
        BadFacts: values that cannot be read.
    """
    given = checked(values, as_of.year - 1)
    check_year(given)
    day = min(as_of, timezone.localdate())
    for key in given:
        name = key.fact.identifier
        if name in permissions.CITY_FINDINGS or permissions.district_of_finding(name):
            raise NotPermitted(_("「%(fact)s」不由部门认定。") % {"fact": key.fact.title})
    made = []
    with transaction.atomic():
        found = locked(enterprise)
        for source in (Source.FINDING, Source.REGISTRY):
            part = {key: value for key, value in given.items() if (key.fact.kind == "finding") == (source == "finding")}
            if not part:
                continue
            recording, before, after = append(
                found,
                viewer,
                part,
                valid_from=day,
                source=source,
                source_name=f"{viewer.organisation_name} {case}",
                reason=reason,
                always=source == Source.FINDING,
            )
            if recording is None:
                continue
            made.append(recording)
            journal.record(
                "enterprises.find" if source == Source.FINDING else "enterprises.record",
                viewer,
                found,
                case=case,
                reason=reason,
                before=before,
                after={**after, "valid_from": day.isoformat()},
            )
    return made


def bar_for_case(
    viewer: Viewer, enterprise: Enterprise, starts: date, last_day: date, *, ground: str, source_name: str
) -> Ban:
    """Bar an enterprise from applying because a case says so, from a day to another (both included)."""
    with transaction.atomic():
        found = locked(enterprise)
        made = Ban.objects.create(
            enterprise=found,
            starts=starts,
            last_day=last_day,
            ground=ground.strip()[:300],
            source_name=source_name.strip()[:200],
            recorded_by_id=viewer.person,
        )
        found.updated_at = max(timezone.now(), found.updated_at)
        found.revision += 1
        found.save(update_fields=["updated_at", "revision"])
        journal.record(
            "enterprises.bar",
            viewer,
            found,
            reason=ground.strip(),
            after={"starts": starts.isoformat(), "last_day": last_day.isoformat(), "source_name": source_name.strip()},
        )
    return made
