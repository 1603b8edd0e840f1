"""What the lead department does with a claim: accepting, returning, verifying, and another person the deciding."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation
from zongbu.desk.support import checks, records, stacking
from zongbu.desk.support.actions.common import locked_claim
from zongbu.desk.support.actions.ordering import issue, void
from zongbu.desk.support.flow import CLAIM, OBJECTION
from zongbu.desk.support.handling import budget_year, require_able, split
from zongbu.desk.support.ledger import holding
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim, ClaimComment, ClaimObjection, Invoice
from zongbu.law.amounts import fen_of, full_amount


def assign(viewer: Viewer, pk: int, organisation: Organisation, reason: str) -> Claim:
    """Let another organisation handle a claim: where nobody is assigned, or the policy's unit passes it on."""

    def change(case: Claim) -> None:
        require_able(organisation)
        case.organisation = organisation

    return flow.perform(CLAIM, "assign", Claim, pk, viewer, reason, change)


def accept(viewer: Viewer, pk: int, *, seen: int | None = None) -> Claim:
    """Accept a claim: from here on the term of the measure runs."""
    return flow.perform(CLAIM, "accept", Claim, pk, viewer, seen=seen)


def comment(viewer: Viewer, pk: int, subject: str, text: str) -> ClaimComment:
    """Say what is to be corrected: a fact, ``material:…`` or the claim as a whole.

    Raises:
        NotPermitted: not the organisation that handles it. Refused: not in hand, or no text.
    """
    if not text.strip():
        raise Refused(_("请写明需要补正什么。"))
    with transaction.atomic():
        case = _in_hand(viewer, pk)
        made = ClaimComment.objects.create(
            claim=case,
            subject=subject[:120],
            text=text.strip()[:500],
            raised_by=viewer.name,
            organisation_name=viewer.organisation_name,
        )
        told = {"subject": made.subject, "text": made.text}
        journal.record("support.comment", viewer, case, case=case.number, after=told)
    return made


def uncomment(viewer: Viewer, pk: int, comment: int) -> None:
    """Take a comment back.

    Raises:
        NotPermitted: not the organisation that handles it. Refused: there is no such open comment.
    """
    with transaction.atomic():
        case = _in_hand(viewer, pk)
        found = case.comments.filter(pk=comment, resolved_at=None).first()
        if found is None:
            raise Refused(_("没有这条补正意见，或已经处理。"))
        found.resolved_at = timezone.now()
        found.save(update_fields=["resolved_at"])
        journal.record("support.uncomment", viewer, case, case=case.number, before={"text": found.text})


def return_(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Claim:
    """Return a claim for correction; the clock stands still until it comes back."""
    return flow.perform(CLAIM, "return", Claim, pk, viewer, reason, seen=seen)


def verify(
    viewer: Viewer,
    pk: int,
    *,
    amount: Decimal | None = None,
    amount_reason: str = "",
    basis: str = "",
    reason: str = "",
    seen: int | None = None,
) -> Claim:
    """Find that a claim is right, and how much is to be paid.

    Args:
        amount: in yuan; needed where the policy has no formula (what was received for the same matter is taken off),
            else only to stay below what it gives.
        amount_reason: why it is another amount than computed.
        basis: the regulation that sets the amount, where the policy has no formula.

    Raises:
        NotPermitted: not the organisation that handles it, or the person has another duty in the case.
        Refused: a check does not pass, the amount is missing, too high or without reason, or nobody is to pay it.
    """

    def change(case: Claim) -> None:
        case.amount_reason, case.basis = amount_reason.strip(), basis.strip()
        settle_amount(viewer, case, "verify", fen_of(amount) if amount is not None else None, reason)

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, "verify", Claim, pk, viewer, reason, change, seen=seen)


def settle_amount(viewer: Viewer, case: Claim, act: str, wanted: int | None = None, reason: str = "") -> None:
    """Settle amount and shares of a locked claim, reserve the money as far as there is any, and keep the record.

    Raises:
        Refused: what the amount lacks, in words.
    """
    known_at = timezone.now()
    offering = of_claim(case)
    case.amount = None  # what was found before does not stand in the way of finding it anew
    entitlement, found = checks.now(case)
    if objection := checks.against(found, strict=True):
        raise Refused(objection)
    if entitlement.for_a_person and (act == "confirm" or not reason.strip()):
        raise Refused(
            _("须人工核定（%(conditions)s）：由承办部门核定并写明理由。")
            % {"conditions": _("、").join(entitlement.for_a_person)}
        )
    case.entitled, case.computed = entitlement.entitled, entitlement.fen
    case.demonstration = entitlement.assessment.demonstration
    case.received = stacking.total(stacking.received(offering, case.enterprise_id, case.year, apart_from=case.pk))
    case.amount = _amount(case, wanted)
    holding.release(viewer, case)
    parts = split(case, offering, entitlement, case.amount)
    holding.share_out(case, parts, budget_year(timezone.localdate()))
    holding.reserve(viewer, case)
    records.keep(viewer, case, act, entitlement, [*found, *checks.amounts(case, entitlement)], known_at, reason)


def _amount(case: Claim, wanted: int | None) -> int:
    if case.computed is None:
        if wanted is None or wanted <= 0:
            raise Refused(_("政策没有写明金额，请按现行规定核定金额。"))
        if not case.basis:
            raise Refused(_("政策没有写明金额，请写明核定金额所依据的规定。"))
        if wanted <= case.received:
            raise Refused(_already(case))
        return wanted - case.received
    most = max(0, case.computed - case.received)
    amount = most if wanted is None else wanted
    if amount > most:
        found = {"amount": full_amount(amount), "most": full_amount(most)}
        raise Refused(_("核定金额%(amount)s超过应发的%(most)s。") % found)
    if amount <= 0:
        if case.received:
            raise Refused(_already(case))
        raise Refused(_("核定金额应大于零。"))
    if amount != most and not case.amount_reason:
        raise Refused(_("核定金额与测算不一致，请写明理由。"))
    return amount


def _already(case: Claim) -> str:
    found = {"received": full_amount(case.received)}
    return _("同一事项已享受%(received)s，从优从高不重复，没有应补的金额。") % found


def send_back(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Claim:
    """Whoever decides wants it verified again; what was reserved is free."""
    return flow.perform(
        CLAIM, "send_back", Claim, pk, viewer, reason, lambda case: holding.release(viewer, case, reason), seen=seen
    )


def approve(viewer: Viewer, pk: int, reason: str = "", *, seen: int | None = None) -> Claim:
    """Approve a verified claim: the money is committed in every fund that shares it, and payment orders are issued.

    Raises:
        NotPermitted: not a lead of the organisation, or the person verified it.
        Refused: a check does not pass any more, or a fund has not enough money.
    """

    def change(case: Claim) -> None:
        known_at = timezone.now()
        entitlement, found = checks.now(case)
        case.decided_at = known_at
        records.keep(viewer, case, "approve", entitlement, found, known_at, reason)
        for share in holding.commit(viewer, case):
            issue(case, share)

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, "approve", Claim, pk, viewer, reason, change, seen=seen)


def refuse(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Claim:
    """Refuse a claim with reasons; what was reserved is free, and the enterprise may object."""
    return _end(viewer, pk, "refuse", reason, seen)


def stop(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Claim:
    """Stop an approved claim before it is paid: the commitment is given up, the orders are void."""
    return _end(viewer, pk, "stop", reason, seen)


def correct(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Claim:
    """Take an approval back so that the amount can be found anew; what was committed is free until then."""

    def change(case: Claim) -> None:
        void(case)
        holding.release(viewer, case, reason)
        case.decided_at = None

    return flow.perform(CLAIM, "correct", Claim, pk, viewer, reason, change, seen=seen)


def _end(viewer: Viewer, pk: int, act: str, reason: str, seen: int | None) -> Claim:
    def change(case: Claim) -> None:
        known_at = timezone.now()
        void(case)
        holding.release(viewer, case, reason)
        case.invoices.filter(released_at=None).update(released_at=known_at)
        case.decided_at = known_at
        entitlement, found = checks.now(case)
        records.keep(viewer, case, act, entitlement, found, known_at, reason)

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, act, Claim, pk, viewer, reason, change, seen=seen)


# --- objections ------------------------------------------------------------------------------------------------


def uphold(viewer: Viewer, pk: int, reply: str) -> ClaimObjection:
    """Find an objection right: a refused claim is verified again; of an approved one the amount may be corrected.

    Raises:
        NotPermitted: not a lead of the organisation that decided. Refused: no reply, or the place is taken by now.
    """

    def change(case: ClaimObjection) -> None:
        case.reply = reply.strip()[:4000]

    with transaction.atomic():
        claim = locked_claim(_claim_of(pk))
        done = flow.perform(OBJECTION, "uphold", ClaimObjection, pk, viewer, reply, change)
        if claim.state == "refused":
            if text := checks.against([checks.alone(claim)], strict=False):
                raise Refused(text)
            flow.perform(CLAIM, "reconsider", Claim, claim.pk, viewer, reply, _take_invoices_again)
    return done


def dismiss(viewer: Viewer, pk: int, reply: str) -> ClaimObjection:
    """Find an objection wrong, with reasons."""

    def change(case: ClaimObjection) -> None:
        case.reply = reply.strip()[:4000]

    return flow.perform(OBJECTION, "dismiss", ClaimObjection, pk, viewer, reply, change)


def _take_invoices_again(case: Claim) -> None:
    numbers = list(case.invoices.values_list("number", flat=True))
    used = Invoice.objects.select_for_update().filter(number__in=numbers, released_at=None).exclude(claim=case).first()
    if used is not None:
        raise Refused(_("发票%(number)s已用于其他申请。") % {"number": used.number})
    case.invoices.update(released_at=None)
    case.decided_at = None


def _claim_of(objection: int) -> int:
    found = ClaimObjection.objects.filter(pk=objection).values_list("claim", flat=True).first()
    if found is None:
        raise Refused(_("这份异议不存在。"))
    return found


def _in_hand(viewer: Viewer, pk: int) -> Claim:
    """The claim, locked, for the people who examine it."""
    case = locked_claim(pk)
    if not (
        viewer.writes and viewer.role in DISTRICT | DEPARTMENT | CITY and viewer.organisation == case.organisation_id
    ):
        raise NotPermitted(_("这份申请不由您的单位办理。"))
    if case.state not in ("submitted", "accepted"):
        raise Refused(_("申请现在的状态是「%(state)s」。") % {"state": CLAIM.label(case.state)})
    return case
