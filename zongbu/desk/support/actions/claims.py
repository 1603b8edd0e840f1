"""What an enterprise does: beginning a claim, filling it in, signing, submitting, confirming what it is offered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.people.models import Organisation
from zongbu.desk.support import checks, entitlement
from zongbu.desk.support.actions.common import hold_enterprise, locked_claim
from zongbu.desk.support.flow import CLAIM, OBJECTION
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.ledger.holding import release, share_out
from zongbu.desk.support.measures import Offering, day_of, of_claim, offering
from zongbu.desk.support.models import UNDECIDED, BankAccount, Claim, ClaimMaterial, ClaimObjection, Invoice
from zongbu.law.amounts import fen_of

RECEIPT = "SC"
"""What the number of a claim begins with."""
EDITABLE = ("draft", "returned")
"""States in which the enterprise may change its claim."""
DECLARATION = _("本企业承诺所报事实、材料真实、完整，没有就同一事项重复申请；如有不实，愿意退回资金并承担相应责任。")
"""What is signed before a claim is handed in."""


def new_claim(
    found: Offering,
    enterprise: Enterprise,
    year: int,
    way: str,
    *,
    subject: str = "",
    entry: str = "page",
    handlers: dict[str, Organisation | None] | None = None,
) -> Claim:
    """An unsaved claim with what follows from the measure.

    Args:
        handlers: who handles the measure in each district, as found so far; for many claims of one measure.

    Raises:
        Refused: the year has not begun, or the enterprise's district is not recorded.
    """
    today = timezone.localdate()
    try:
        as_of = day_of(year, today)
    except ValueError:
        raise Refused(_("%(year)s年度还没有开始。") % {"year": year}) from None
    if not enterprise.district:
        raise Refused(_("企业档案里没有所在区县，请先登记。"))
    known = handlers if handlers is not None else {}
    if enterprise.district not in known:
        known[enterprise.district] = organisation_for(found, enterprise.district)
    return Claim(
        receipt=receipt(RECEIPT),
        enterprise=enterprise,
        district=enterprise.district,
        policy=found.policy.identifier,
        policy_version=found.policy.version,
        measure=found.measure.identifier,
        title=found.measure.title,
        clause=found.measure.clause,
        year=year,
        subject=subject.strip()[:200],
        slot=found.slot(subject),
        way=way,
        entry=entry,
        level=found.measure.level,
        organisation=known[enterprise.district],
        as_of=as_of,
    )


def start(
    viewer: Viewer,
    enterprise: Enterprise,
    policy: str,
    measure: str,
    year: int,
    *,
    subject: str = "",
    entry: str = "page",
) -> Claim:
    """Begin a draft; it counts for nothing before it is submitted, but takes its place beside others.

    Raises:
        NotPermitted: not one's own enterprise.
        Refused: the measure is not in force or suspended, the enterprise is kept from it, or there is a claim already.
    """
    found = offering(policy, measure)
    with transaction.atomic():
        enterprise = hold_enterprise(enterprise.pk)
        made = new_claim(found, enterprise, year, Claim.Way.CLAIM, subject=subject, entry=entry)
        made.account = enterprise.bank_accounts.filter(ended_at=None).first()
        kept.keep(found.policy)
        return flow.begin(CLAIM, "start", made, viewer)


def fill(viewer: Viewer, pk: int, values: Mapping[str, str]) -> Claim:
    """Change contact, note and the matter of a claim; facts go to the enterprise's record.

    Raises:
        PermissionDenied: not one's own claim. Refused: it cannot be changed any more, or another one has that matter.
    """
    with transaction.atomic():
        case = own_claim(viewer, pk)
        before = {name: getattr(case, name) for name in values}
        for name in ("contact_name", "contact_phone", "note", "subject"):
            if name in values:
                setattr(case, name, values[name].strip())
        if "subject" in values:
            case.slot = of_claim(case).slot(case.subject)
            if text := checks.against([checks.alone(case)], strict=False):
                raise Refused(text)
        case.version += 1
        case.full_clean(validate_constraints=False)
        case.save(force_update=True)
        changed = sorted(name for name in before if getattr(case, name) != before[name])
        journal.record("support.fill", viewer, case, case=case.number, after={"fields": changed})
    return case


def choose_account(viewer: Viewer, enterprise: Enterprise, holder: str, bank: str, number: str) -> BankAccount:
    """Register the account into which an enterprise is paid; the one before it ends. What is not approved yet goes on
    with the new one.

    Raises:
        PermissionDenied: not one's own enterprise. Refused: a field is empty, or the number is none.
    """
    digits = "".join(number.split())
    if not (viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == enterprise.uscc):
        raise PermissionDenied
    if not holder.strip() or not bank.strip():
        raise Refused(_("请填写户名和开户行。"))
    if not (digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 32):
        raise Refused(_("账号应为6至32位数字。"))
    if holder.strip() != enterprise.name:
        raise Refused(_("户名须与企业名称（%(name)s）一致。") % {"name": enterprise.name})
    with transaction.atomic():
        hold_enterprise(enterprise.pk)
        now = timezone.now()
        BankAccount.objects.filter(enterprise=enterprise, ended_at=None).update(ended_at=now)
        made = BankAccount.objects.create(
            enterprise=enterprise,
            holder=holder.strip(),
            bank=bank.strip()[:200],
            number=digits,
            added_by_id=viewer.person,
        )
        Claim.objects.filter(enterprise=enterprise, state__in=UNDECIDED).update(account=made)
        journal.record("support.choose_account", viewer, enterprise, after={"bank": made.bank, "number": made.masked})
    return made


def hand_in(viewer: Viewer, pk: int, file: EvidenceFile, title: str) -> ClaimMaterial:
    """Put a file of the enterprise to a material that the measure names (``title``; empty: a further one).

    Raises:
        PermissionDenied: not one's own claim. Refused: another enterprise's file, or no such material.
    """
    with transaction.atomic():
        case = own_claim(viewer, pk)
        if file.enterprise_id != case.enterprise_id:
            raise Refused(_("材料不属于这家企业"))
        if title and title not in of_claim(case).materials:
            raise Refused(_("这项措施没有要求「%(title)s」。") % {"title": title})
        EvidenceFile.objects.select_for_update().get(pk=file.pk)  # nobody deletes it meanwhile
        made, new = ClaimMaterial.objects.get_or_create(claim=case, title=title, file=file)
        if new:
            told = {"file": file.name, "sha256": file.sha256, "material": title}
            journal.record("support.hand_in", viewer, case, case=case.number, after=told)
    return made


def take_out(viewer: Viewer, pk: int, handed: int) -> None:
    """Take a file out of the claim; the file stays with the enterprise.

    Raises:
        PermissionDenied: not one's own claim. Refused: there is no such file in it.
    """
    with transaction.atomic():
        case = own_claim(viewer, pk)
        found = case.materials.select_related("file").filter(pk=handed).first()
        if found is None:
            raise Refused(_("申请里没有这份材料。"))
        journal.record("support.take_out", viewer, case, case=case.number, before={"file": found.file.name})
        found.delete()


def name_invoices(viewer: Viewer, pk: int, invoices: Iterable[tuple[str, Decimal | None]]) -> Claim:
    """Say on which invoices (number, amount in yuan) the claim rests; replaces those named before.

    Raises:
        PermissionDenied: not one's own claim. Refused: a number is used by another claim, or stands twice.
    """
    wanted = {"".join(number.split()).upper(): amount for number, amount in invoices if number.strip()}
    with transaction.atomic():
        case = own_claim(viewer, pk)
        used = Invoice.objects.select_for_update().filter(number__in=wanted, released_at=None).exclude(claim=case)
        if other := used.first():
            raise Refused(_("发票%(number)s已用于其他申请。") % {"number": other.number})
        case.invoices.all().delete()
        for number, amount in wanted.items():
            fen = fen_of(amount) if amount is not None else None
            Invoice(claim=case, number=number, amount=fen).full_clean(exclude=["claim"], validate_constraints=False)
            Invoice.objects.create(claim=case, number=number, amount=fen)
        journal.record("support.name_invoices", viewer, case, case=case.number, after={"invoices": sorted(wanted)})
    return case


def sign(viewer: Viewer, pk: int, name: str) -> Claim:
    """Sign the declaration of truthfulness; before every submission anew.

    Raises:
        PermissionDenied: not one's own claim. Refused: another name than the account's.
    """
    with transaction.atomic():
        case = own_claim(viewer, pk)
        if name.strip() != viewer.name.strip():
            raise Refused(_("签名须与账号姓名（%(name)s）一致。") % {"name": viewer.name})
        case.signed_by, case.signed_at = name.strip(), timezone.now()
        case.save(update_fields=["signed_by", "signed_at"])
        journal.record("support.sign", viewer, case, case=case.number, after={"text": str(DECLARATION)})
    return case


def answer(viewer: Viewer, pk: int, comment: int, text: str) -> None:
    """Explain what a reviewer wants corrected.

    Raises:
        PermissionDenied: not one's own claim. Refused: no such open comment, or the text is empty.
    """
    if not text.strip():
        raise Refused(_("请写明说明。"))
    with transaction.atomic():
        case = own_claim(viewer, pk)
        found = case.comments.filter(pk=comment, resolved_at=None).first()
        if found is None:
            raise Refused(_("没有这条补正意见，或已经处理。"))
        found.answered = text.strip()[:500]
        found.save(update_fields=["answered"])
        journal.record("support.answer", viewer, case, case=case.number, after={"subject": found.subject})


def submit(viewer: Viewer, pk: int, *, seen: int | None = None) -> Claim:
    """Hand in a draft. Its day is today, or the last day of its year where that is over.

    Raises:
        NotPermitted: not one's own. Refused: what stands in the way, see ``guards.submitting``.
    """

    def change(case: Claim) -> None:
        _computed(case)
        case.submitted_at = timezone.now()

    with transaction.atomic():
        _to_day(viewer, pk)
        return flow.perform(CLAIM, "submit", Claim, pk, viewer, change=change, seen=seen)


def resubmit(viewer: Viewer, pk: int, *, seen: int | None = None) -> Claim:
    """Hand a corrected claim back; the clock goes on.

    Raises:
        NotPermitted: not one's own. Refused: a comment was neither answered nor heeded, or something is missing.
    """

    def change(case: Claim) -> None:
        _computed(case)
        case.comments.filter(resolved_at=None).update(resolved_at=timezone.now())

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, "resubmit", Claim, pk, viewer, change=change, seen=seen)


def confirm(viewer: Viewer, pk: int, *, seen: int | None = None) -> Claim:
    """Take what is offered, with one click: it goes to whoever approves.

    Raises:
        NotPermitted: not one's own. Refused: no account is known, or a check does not pass any more.
    """
    from zongbu.desk.support.actions.review import settle_amount

    def change(case: Claim) -> None:
        if case.account is None:
            case.account = case.enterprise.bank_accounts.filter(ended_at=None).first()
        case.submitted_at = timezone.now()
        settle_amount(viewer, case, "confirm")

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, "confirm", Claim, pk, viewer, change=change, seen=seen)


def decline(viewer: Viewer, pk: int, reason: str = "", *, seen: int | None = None) -> Claim:
    """Not take what is offered."""
    return flow.perform(CLAIM, "decline", Claim, pk, viewer, reason, seen=seen)


def withdraw(viewer: Viewer, pk: int, reason: str = "", *, seen: int | None = None) -> Claim:
    """Take a claim back, until it is approved; its place and its invoices are free again."""

    def change(case: Claim) -> None:
        release(viewer, case, reason)
        share_out(case, (), case.year)
        case.invoices.filter(released_at=None).update(released_at=timezone.now())

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, "withdraw", Claim, pk, viewer, reason, change, seen=seen)


def object_to(viewer: Viewer, pk: int, text: str) -> ClaimObjection:
    """Object to a refusal or to the amount.

    Raises:
        NotPermitted: not one's own. Refused: nothing to object to, an objection is open, or no text.
    """
    if not text.strip():
        raise Refused(_("请写明异议的内容和理由。"))
    with transaction.atomic():
        case = locked_claim(pk)
        made = ClaimObjection(receipt=receipt("SY"), claim=case, text=text.strip()[:4000])
        return flow.begin(OBJECTION, "file", made, viewer)


def withdraw_objection(viewer: Viewer, pk: int) -> ClaimObjection:
    """Take an objection back."""
    return flow.perform(OBJECTION, "withdraw", ClaimObjection, pk, viewer)


def own_claim(viewer: Viewer, pk: int) -> Claim:
    """The viewer's own claim, locked, while it may be changed.

    Raises:
        PermissionDenied: not one's own. Refused: it cannot be changed any more.
    """
    case = locked_claim(pk)
    if not (viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == case.enterprise.uscc):
        raise PermissionDenied
    if case.state not in EDITABLE:
        raise Refused(_("申请现在的状态是「%(state)s」，不能修改。") % {"state": CLAIM.label(case.state)})
    return case


def _to_day(viewer: Viewer, pk: int) -> None:
    """Bring a draft to the day of its submission and to the policy as it reads now, before the guards look at it."""
    case = locked_claim(pk)
    if case.state != "draft":
        return
    if not (viewer.role in ENTERPRISE and viewer.uscc == case.enterprise.uscc):
        raise NotPermitted(_("只有本企业可以提交。"))
    current = offering(case.policy, case.measure)
    kept.keep(current.policy)
    case.policy_version = current.policy.version
    case.title, case.clause, case.level = current.measure.title, current.measure.clause, current.measure.level
    case.slot = current.slot(case.subject)
    case.district = case.enterprise.district or case.district
    case.organisation = organisation_for(current, case.district)
    case.as_of = day_of(case.year, timezone.localdate())
    case.save(update_fields=["policy_version", "title", "clause", "level", "slot", "district", "organisation", "as_of"])


def _computed(case: Claim) -> None:
    """Keep what the engine says at this moment; the lead department computes again."""
    found = entitlement.assess(case.enterprise, [of_claim(case)], case.as_of)[0]
    case.entitled, case.computed = found.entitled, found.fen
    case.demonstration = found.assessment.demonstration


def as_of_year(year: int) -> date:
    """The day for which a year's amounts are computed today."""
    return day_of(year, timezone.localdate())
