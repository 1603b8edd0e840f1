"""Registering an enterprise, declaring, recording and finding facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions
from zongbu.desk.enterprises.actions.appending import (
    append,
    check_day,
    check_district,
    check_year,
    link,
    locked,
)
from zongbu.desk.enterprises.actions.joining import join_groups
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, FactDraft, Recording, Source
from zongbu.desk.enterprises.values import Key, checked, key_of
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation
from zongbu.law import InputError


def register(
    viewer: Viewer,
    uscc: str,
    name: str,
    district: str = "",
    *,
    registered_on: date | None = None,
    short_name: str = "",
    values: Mapping[str, object] | None = None,
    source_name: str = "",
) -> Enterprise:
    """Open the record of an enterprise: by the city office, by its district, or by its own people.

    ``values`` are further facts to record with it (identifier → value, as ``record`` takes them).

    Raises:
        PermissionDenied: the viewer may not.
        InputError: the code is taken or unusable, the name is missing, a value cannot be read.
    """
    given = checked({"uscc": uscc, "name": name, "district": district}, timezone.localdate().year - 1)
    texts = {key.fact.identifier: value for key, value in given.items()}
    code = texts["uscc"]
    own = viewer.role in ENTERPRISE and viewer.uscc == code
    if not viewer.writes or not (
        own
        or viewer.role in CITY
        or (viewer.role in DISTRICT and viewer.district and viewer.district == texts["district"])
    ):
        raise PermissionDenied
    if not re.fullmatch(r"[0-9A-Z]{15,18}", code):
        raise InputError(_("统一社会信用代码应为15至18位数字和大写字母"))
    if not texts["name"] or len(texts["name"]) > 200:
        raise InputError(_("请填写企业名称（不超过200字）"))
    further = checked(values or {}, timezone.localdate().year - 1)
    if own and any(key.fact.kind != "declared" for key in further):
        raise PermissionDenied
    if own:
        _as_confirmed(viewer, texts)
    valid_from = registered_on or timezone.localdate()
    check_day(valid_from)
    check_year(further)
    with transaction.atomic():
        try:
            with transaction.atomic():
                enterprise = Enterprise.objects.create(
                    uscc=code, name=texts["name"], short_name=short_name[:60], registered_on=registered_on
                )
        except IntegrityError:
            raise InputError(_("代码 %s 已有企业档案") % code) from None
        join_groups([enterprise])
        append(
            enterprise,
            viewer,
            {**given, **further},
            valid_from=valid_from,
            source=Source.DECLARED if own else Source.REGISTRY,
            source_name=source_name,
        )
        journal.record(
            "enterprises.register", viewer, enterprise, after={key.text: value for key, value in given.items()}
        )
    return enterprise


def open_registered(viewer: Viewer, uscc: str, name: str, district: str) -> Enterprise | None:
    """Open the record of an enterprise whose registration the viewer confirms; None where there is one already.

    Raises:
        PermissionDenied, InputError: as for ``register``.
    """
    if Enterprise.objects.filter(uscc=uscc).exists():
        return None
    return register(viewer, uscc, name, district, source_name="企业注册")


def _as_confirmed(viewer: Viewer, given: Mapping[str, str]) -> None:
    """An enterprise opens its record under the district that confirmed its registration.

    Raises:
        InputError: it names another district.
    """
    confirmed = Organisation.objects.filter(pk=viewer.organisation or 0).values_list("district", flat=True).first()
    if confirmed and given["district"] != confirmed:
        raise InputError(_("注册区县与登记时确认的不一致"))


def declare(
    viewer: Viewer,
    enterprise: Enterprise,
    values: Mapping[str, object],
    *,
    valid_from: date | None = None,
    period: int | None = None,
    evidence: Iterable[EvidenceFile] = (),
    reason: str = "",
) -> Recording | None:
    """Declare facts of one's own enterprise; the draft of that year is done with.

    Args:
        values: identifier (or title, or ``identifier@2023``) → value as people write it; empty takes a value back.
        valid_from: the day from which they hold; default today.
        period: the year that facts of a prior year tell of; default last year.

    Returns:
        The recording, or None where nothing was new.

    Raises:
        PermissionDenied: not the viewer's enterprise, or a fact that enterprises do not declare.
        BadFacts: values that cannot be read, all together (an ``InputError``).
    """
    day = valid_from or timezone.localdate()
    check_day(day)
    year = period if period is not None else timezone.localdate().year - 1
    given = checked(values, year)
    check_year(given)
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_declare(viewer, enterprise) or any(key.fact.kind != "declared" for key in given):
            raise PermissionDenied
        recording = _record(
            "enterprises.declare", viewer, enterprise, given, day, Source.DECLARED, reason=reason, evidence=evidence
        )
        FactDraft.objects.filter(enterprise=enterprise, year=year).delete()
    return recording


def record(
    viewer: Viewer,
    enterprise: Enterprise,
    values: Mapping[str, object],
    *,
    source_name: str,
    valid_from: date | None = None,
    period: int | None = None,
    evidence: Iterable[EvidenceFile] = (),
    reason: str = "",
) -> Recording | None:
    """Record what a register or a department says, with where it says so; by the city office or the district.

    Raises:
        PermissionDenied: the viewer may not, or a fact is a finding; a district gives an enterprise to another one.
        InputError: no source is named, or values cannot be read.
    """
    if not source_name.strip():
        raise InputError(_("请写明数据来源（登记机关、文件或系统）"))
    day = valid_from or timezone.localdate()
    check_day(day)
    given = checked(values, period if period is not None else timezone.localdate().year - 1)
    check_year(given)
    if any(key.fact.identifier == "uscc" for key in given):
        raise InputError(_("统一社会信用代码不能更改"))
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_record(viewer, enterprise) or any(key.fact.kind == "finding" for key in given):
            raise PermissionDenied
        check_district(viewer, enterprise, given, day)
        return _record(
            "enterprises.record",
            viewer,
            enterprise,
            given,
            day,
            Source.REGISTRY,
            source_name=source_name.strip(),
            reason=reason,
            evidence=evidence,
        )


def find(
    viewer: Viewer,
    enterprise: Enterprise,
    fact: str,
    value: object,
    reason: str,
    *,
    valid_from: date | None = None,
    evidence: Iterable[EvidenceFile] = (),
) -> Recording:
    """Make a finding: a department's judgement, with its reason; recorded even if it confirms an earlier one.

    Raises:
        PermissionDenied: the viewer may not, or the fact is not a matter for findings.
        InputError: no reason, or a value that cannot be read (``BadFacts``).
    """
    if not reason.strip():
        raise InputError(_("请写明认定理由"))
    day = valid_from or timezone.localdate()
    check_day(day)
    key = key_of(fact)
    if key is None or key.fact.kind != "finding":
        raise PermissionDenied
    given = checked({fact: value}, day.year - 1)
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_find(viewer, enterprise, key.fact.identifier):
            raise PermissionDenied
        recording = _record(
            "enterprises.find",
            viewer,
            enterprise,
            given,
            day,
            Source.FINDING,
            reason=reason,
            evidence=evidence,
            always=True,
        )
    if recording is None:
        raise InputError(_("没有可以撤回的认定"))
    return recording


def take_back(viewer: Viewer, enterprise: Enterprise, fact: str, reason: str) -> Recording:
    """Take a finding back: from today on it is unknown again.

    Raises:
        PermissionDenied, InputError: as for ``find``; also where nothing has been found.
    """
    return find(viewer, enterprise, fact, "", reason)


def _record(
    act: str,
    viewer: Viewer,
    enterprise: Enterprise,
    given: Mapping[Key, str],
    day: date,
    source: Source,
    *,
    source_name: str = "",
    reason: str = "",
    evidence: Iterable[EvidenceFile] = (),
    always: bool = False,
) -> Recording | None:
    recording, before, after = append(
        enterprise,
        viewer,
        given,
        valid_from=day,
        source=source,
        source_name=source_name,
        reason=reason.strip(),
        always=always,
    )
    if recording is None:
        return None
    names = link(evidence, enterprise, recording=recording)
    proven = {"evidence": names} if names else {}
    journal.record(
        act,
        viewer,
        enterprise,
        reason=reason.strip(),
        before=before,
        after={**after, "valid_from": day.isoformat(), **proven},
    )
    return recording
