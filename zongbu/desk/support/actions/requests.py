"""Requests and referrals: asking, referring, receiving, returning, granting, declining; and forgetting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.actions.common import hold_enterprise
from zongbu.desk.support.handling import require_able
from zongbu.desk.support.measures import QUOTA, offering
from zongbu.desk.support.models import (
    QuotaEntry,
    QuotaPerson,
    RequestMaterial,
    RetentionRule,
    SupportRequest,
)
from zongbu.desk.support.models.requests import PERSONAL
from zongbu.desk.support.unpaid import quotas, requesting
from zongbu.desk.support.unpaid.flow import REQUEST

Origin = SupportRequest.Origin


def ask(
    viewer: Viewer,
    enterprise: Enterprise,
    policy: str,
    measure: str,
    values: Mapping[str, str],
    files: Mapping[str, EvidenceFile] | None = None,
) -> SupportRequest:
    """Ask for what a measure gives.

    Args:
        values: ``subject``, ``text``, ``contact_name``, ``contact_phone``.
        files: for each material that the measure names the file.

    Raises:
        NotPermitted: not one's own enterprise.
        Refused: it is not asked for here, something keeps the enterprise from it, or a material is missing.
    """
    return _open("ask", viewer, enterprise, policy, measure, values, files or {}, "")


def refer(
    viewer: Viewer, enterprise: Enterprise, policy: str, measure: str, values: Mapping[str, str], reason: str
) -> SupportRequest:
    """Bring an enterprise to whoever handles a measure, with the reason.

    Raises:
        NotPermitted: a district refers its own enterprises.
        Refused: it cannot be referred, no reason, or something keeps the enterprise from it.
    """
    return _open("refer", viewer, enterprise, policy, measure, values, {}, reason)


def _open(
    act: str,
    viewer: Viewer,
    enterprise: Enterprise,
    policy: str,
    measure: str,
    values: Mapping[str, str],
    files: Mapping[str, EvidenceFile],
    reason: str,
) -> SupportRequest:
    found = offering(policy, measure)
    allowed = requesting.may_be_asked(found) if act == "ask" else requesting.may_be_referred(found)
    if not allowed or found.key in requesting.by_rounds([found]):
        raise Refused(_("「%(measure)s」不在这里申请。") % {"measure": found.measure.title})
    with transaction.atomic():
        enterprise = hold_enterprise(enterprise.pk)
        made = requesting.new_request(found, enterprise, Origin.ASKED if act == "ask" else Origin.REFERRED)
        _fill(made, values)
        if act == "ask":
            missing = [name for name in found.materials if name not in files]
            if missing:
                raise Refused(_("还没有上传材料：%(names)s。") % {"names": _("、").join(missing)})
        kept.keep(found.policy)
        made = flow.begin(REQUEST, act, made, viewer, reason)
        _judge(made)
        made.save(update_fields=["entitled", "checks"])
        _hand_in(made, files)
    return made


def assign(
    viewer: Viewer, pk: int, organisation: Organisation, reason: str, *, seen: int | None = None
) -> SupportRequest:
    """Let another organisation handle it: where nobody is entered for the measure, or it was the wrong one."""

    def change(case: SupportRequest) -> None:
        require_able(organisation)
        case.organisation = organisation

    return flow.perform(REQUEST, "assign", SupportRequest, pk, viewer, reason, change, seen=seen)


def receive(viewer: Viewer, pk: int, *, seen: int | None = None) -> SupportRequest:
    """Acknowledge it: from here on the term of the measure runs."""

    def change(case: SupportRequest) -> None:
        case.received_at = timezone.now()
        _judge(case)

    return flow.perform(REQUEST, "receive", SupportRequest, pk, viewer, change=change, seen=seen)


def return_(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> SupportRequest:
    """Return it for correction; the clock stands still until it comes back."""
    return flow.perform(REQUEST, "return", SupportRequest, pk, viewer, reason, seen=seen)


def resubmit(
    viewer: Viewer,
    pk: int,
    values: Mapping[str, str],
    files: Mapping[str, EvidenceFile] | None = None,
    *,
    seen: int | None = None,
) -> SupportRequest:
    """Hand it back corrected; the clock goes on."""

    def change(case: SupportRequest) -> None:
        _fill(case, values)
        _judge(case)

    with transaction.atomic():
        _hold(pk)
        case = flow.perform(REQUEST, "resubmit", SupportRequest, pk, viewer, change=change, seen=seen)
        _hand_in(case, files or {})
    return case


def grant(
    viewer: Viewer, pk: int, outcome: str = "", *, number: int | None = None, seen: int | None = None
) -> SupportRequest:
    """Grant it; places (名额) go into the quota ledger.

    Args:
        outcome: what has been done, without personal data: it stays.
        number: how many places; needed for a quota, and for nothing else.

    Raises:
        NotPermitted: somebody else handles it, or the person has another duty in the case.
        Refused: a check does not pass, or the number is missing or more than the policy gives.
    """

    def change(case: SupportRequest) -> None:
        case.decided_at = timezone.now()
        _judge(case)
        if case.category != QUOTA:
            return
        if number is None or number < 1:
            raise Refused(_("请写明给予的名额个数。"))
        most = requesting.most(case)
        if most is not None and number > most:
            raise Refused(_("按政策最多%(most)s个。") % {"most": most})
        case.granted = number

    with transaction.atomic():
        _hold(pk)
        case = flow.perform(REQUEST, "grant", SupportRequest, pk, viewer, outcome, change, seen=seen)
        if case.granted:
            account = quotas.account_of(requesting.of_request(case), case.enterprise, timezone.localdate().year)
            quotas.post(viewer, account, QuotaEntry.Kind.ALLOCATED, case.granted, reason=outcome, request=case)
            told = {"places": case.granted, "request": case.receipt}
            journal.record("support.allocate", viewer, account, case=account.number, after=told)
    return case


def decline(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> SupportRequest:
    """Decline it, with reasons."""

    def change(case: SupportRequest) -> None:
        case.decided_at = timezone.now()
        _judge(case)

    return flow.perform(REQUEST, "decline", SupportRequest, pk, viewer, reason, change, seen=seen)


def reopen(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> SupportRequest:
    """Look at a declined request again; for a lead of who handles it."""

    def change(case: SupportRequest) -> None:
        case.decided_at = None

    with transaction.atomic():
        _hold(pk)
        return flow.perform(REQUEST, "reopen", SupportRequest, pk, viewer, reason, change, seen=seen)


def withdraw(viewer: Viewer, pk: int, reason: str = "", *, seen: int | None = None) -> SupportRequest:
    """Take it back, until it is decided."""

    def change(case: SupportRequest) -> None:
        case.decided_at = timezone.now()

    return flow.perform(REQUEST, "withdraw", SupportRequest, pk, viewer, reason, change, seen=seen)


def _hold(pk: int) -> None:
    """Lock the enterprise of a request, before the request itself."""
    enterprise = SupportRequest.objects.filter(pk=pk).values_list("enterprise", flat=True).first()
    if enterprise is None:
        raise Refused(_("这份申请不存在。"))
    hold_enterprise(enterprise)


def _fill(case: SupportRequest, values: Mapping[str, str]) -> None:
    for name in PERSONAL:
        if name in values:
            setattr(case, name, values[name].strip())


def _hand_in(case: SupportRequest, files: Mapping[str, EvidenceFile]) -> None:
    for title, file in files.items():
        if file.enterprise_id != case.enterprise_id:
            raise Refused(_("材料不属于这家企业"))
        RequestMaterial.objects.get_or_create(request=case, title=title, file=file)


def _judge(case: SupportRequest) -> None:
    """Keep what the checks say at this moment."""
    entitlement, found = requesting.now(case)
    case.entitled, case.checks = entitlement.entitled, [one.plain for one in found]


# --- how long personal data are kept ---------------------------------------------------------------------------

CLOSED = ("granted", "declined", "withdrawn")


def keep_for(viewer: Viewer, days: int, reason: str) -> RetentionRule:
    """Set how many days after its end what is personal in a case is kept.

    Raises:
        PermissionDenied: not the lead of the city office. Refused: no reason, or less than a day.
    """
    if viewer.role != Role.CITY_LEAD or not viewer.writes:
        raise PermissionDenied
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    if not 1 <= days <= 3650:
        raise Refused(_("天数应在1至3650之间。"))
    with transaction.atomic():
        before = rule()
        made = RetentionRule.objects.create(
            days=days, reason=reason.strip(), set_by=viewer.name, organisation_name=viewer.organisation_name
        )
        earlier = {"days": before.days} if before is not None else None
        journal.record("support.keep_for", viewer, made, reason=reason, before=earlier, after={"days": days})
    return made


def rule() -> RetentionRule | None:
    """The rule that holds; None where nobody has set one, and then nothing is erased."""
    return RetentionRule.objects.order_by("-pk").first()


def forget() -> int:
    """Erase what is personal in cases that ended long enough ago, and who used places; how many. For the daily round.

    Number, measure and outcome stay.
    """
    held = rule()
    if held is None:
        return 0
    before, done = timezone.now() - timedelta(days=held.days), 0
    nobody = Viewer()
    over = SupportRequest.objects.filter(state__in=CLOSED, decided_at__lt=before, forgotten_at=None)
    for pk in over.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            case = SupportRequest.objects.select_for_update(of=("self",)).get(pk=pk)
            if case.state not in CLOSED or case.forgotten_at is not None:
                continue
            for name in PERSONAL:
                setattr(case, name, "")
            case.forgotten_at = timezone.now()
            case.version += 1
            case.save(update_fields=[*PERSONAL, "forgotten_at", "version"])
            case.materials.all().delete()
            journal.record("support.forget", nobody, case, case=case.number, after={"days": held.days})
            done += 1
    names = QuotaPerson.objects.filter(entry__moment__lt=before, entry__account__year__lt=timezone.localdate().year)
    return done + names.delete()[0]


def own(viewer: Viewer, case: SupportRequest) -> bool:
    """Whether the enterprise itself looks at its request."""
    return viewer.role in ENTERPRISE and bool(viewer.uscc) and viewer.uscc == case.enterprise.uscc


def reads_text(viewer: Viewer, case: SupportRequest) -> bool:
    """Whether somebody may read what may be personal: the enterprise, and whoever handles the case."""
    if own(viewer, case):
        return True
    handles = viewer.organisation is not None and viewer.organisation == case.organisation_id
    return handles and viewer.role not in ENTERPRISE
