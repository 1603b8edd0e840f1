"""A claim: one enterprise, one measure, one year; with materials, invoices, comments, shares and decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import DocumentField, this_moment
from zongbu.desk.kernel.flow import Case
from zongbu.desk.support.flow import CLAIM, OBJECTION
from zongbu.desk.support.models.ledger import Fund, Level

LIVE = ("offered", "draft", "submitted", "returned", "accepted", "verified", "approved", "paying", "paid")
"""States in which a claim takes its place: nothing that excludes it may stand beside it."""
UNDECIDED = ("offered", "draft", "submitted", "returned", "accepted", "verified")
"""States before the approval."""
HOLDING_MONEY = ("verified", "approved", "paying")
"""States in which money may be reserved or committed."""


class BankAccount(models.Model):
    """Where an enterprise is paid. Never altered: a new one takes its place, payments keep the one they went to."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="bank_accounts")
    holder = models.CharField(_("户名"), max_length=200)
    bank = models.CharField(_("开户行"), max_length=200)
    number = models.CharField(_("账号"), max_length=40)
    added_at = models.DateTimeField(_("登记时间"), default=this_moment, editable=False)
    added_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("收款账户")
        verbose_name_plural = _("收款账户")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(ended_at=None), name="bank_account_one_in_use"),
            models.CheckConstraint(condition=~Q(number=""), name="bank_account_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.masked}"

    @property
    def masked(self) -> str:
        """The number as everybody sees it who does not pay: its last four digits."""
        return f"…{self.number[-4:]}"


class Claim(Case):
    """What an enterprise is offered or claims under a measure for a year.

    ``as_of`` is the day whose law and facts the amount goes by: the day it was handed in, or the last day of ``year``
    where that is over. ``slot`` is the place it takes beside others: measures that exclude each other share one.
    ``computed`` is what the engine says (fen; None: the text names no amount, or it is undetermined), ``amount`` what
    the lead department has found, ``received`` what was drawn elsewhere for the same matter and counts against it.
    ``organisation`` handles it; None: nobody is assigned yet.
    """

    class Way(models.TextChoices):
        CLAIM = "claim", _("申报享受")
        OFFER = "offer", _("免申即享")

    receipt = models.CharField(_("编号"), max_length=24, unique=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="claims")
    district = models.CharField(_("区县"), max_length=6)
    policy = models.CharField(_("政策"), max_length=100)
    measure = models.CharField(_("措施"), max_length=100)
    title = models.CharField(_("措施名称"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年度"))
    subject = models.CharField(_("事项"), max_length=200, blank=True)
    slot = models.CharField(max_length=300, editable=False)
    way = models.CharField(_("方式"), max_length=6, choices=Way)
    entry = models.CharField(_("申报方式"), max_length=10, default="page", editable=False)
    level = models.CharField(_("受理层级"), max_length=10, choices=Level)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    as_of = models.DateField(_("计算基准日"))
    policy_version = models.CharField(_("政策版本"), max_length=64, editable=False)
    entitled = models.BooleanField(_("系统判断"), null=True, editable=False)
    computed = models.BigIntegerField(_("测算金额（分）"), null=True, blank=True, editable=False)
    amount = models.BigIntegerField(_("核定金额（分）"), null=True, blank=True, editable=False)
    amount_reason = models.TextField(_("与测算不一致的理由"), blank=True, max_length=1000)
    basis = models.CharField(_("金额依据"), max_length=300, blank=True)
    received = models.BigIntegerField(_("同一事项已享受（分）"), default=0, editable=False)
    demonstration = models.BooleanField(_("演示参数"), default=False, editable=False)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="claims")
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    note = models.TextField(_("补充说明"), blank=True, max_length=2000)
    signed_by = models.CharField(_("签署人"), max_length=150, blank=True)
    signed_at = models.DateTimeField(_("签署时间"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)
    paid_at = models.DateTimeField(_("付讫时间"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("办理期限"), null=True, blank=True, editable=False)

    unjournalled = frozenset({"contact_name", "contact_phone", "note"})
    due_field = "due_on"

    class Meta:
        verbose_name = _("兑现申请")
        verbose_name_plural = _("兑现申请")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "state"], name="claim_desk"),
            models.Index(fields=["district", "state"], name="claim_district"),
            models.Index(fields=["measure", "year", "state"], name="claim_of_measure"),
            models.Index(fields=["due_on", "id"], name="claim_due"),
        ]
        constraints = [
            CLAIM.constraint(),
            models.UniqueConstraint(
                fields=["enterprise", "year", "slot"], condition=Q(state__in=LIVE), name="claim_takes_its_place_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "returned", "accepted", "verified", "approved", "paying", "paid"])
                | Q(submitted_at__isnull=False),
                name="claim_submitted_with_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "approved", "paying", "paid"]) | Q(amount__gt=0),
                name="claim_verified_with_an_amount",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "paying", "paid"])
                | Q(decided_at__isnull=False, account__isnull=False),
                name="claim_approved_with_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.enterprise}"

    @property
    def number(self) -> str:
        return self.receipt


class Share(models.Model):
    """Who pays how much of a claim, and how much of it is held in a budget by now (all in fen).

    ``amount`` is nothing where a fund was to pay once, and does not any more.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="shares")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="shares")
    amount = models.BigIntegerField(_("分担金额（分）"))
    budget_year = models.PositiveSmallIntegerField(_("预算年度"))
    reserved = models.BigIntegerField(_("已预留"), default=0, editable=False)
    committed = models.BigIntegerField(_("已承诺待付"), default=0, editable=False)
    paid = models.BigIntegerField(_("已支付"), default=0, editable=False)
    returned = models.BigIntegerField(_("已退回"), default=0, editable=False)

    class Meta:
        verbose_name = _("分担")
        verbose_name_plural = _("分担")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "fund"], name="share_once_a_fund"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, reserved__gte=0, committed__gte=0, paid__gte=0, returned__gte=0),
                name="share_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=models.F("reserved") + models.F("committed") + models.F("paid")),
                name="share_not_over_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(paid__gte=models.F("returned")), name="share_returned_not_over_what_was_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.fund} {self.amount}"


class ClaimMaterial(models.Model):
    """A file handed in for one of the materials that the measure names (``title`` as in the policy; empty: further)."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("材料"), max_length=100, blank=True)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="claims")
    added_at = models.DateTimeField(default=this_moment, editable=False)

    class Meta:
        verbose_name = _("兑现材料")
        verbose_name_plural = _("兑现材料")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["claim", "title", "file"], name="claim_file_once")]

    def __str__(self) -> str:
        return str(self.file)


class Invoice(models.Model):
    """An invoice that a claim rests on; used once for as long as the claim stands, by whomever."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="invoices")
    number = models.CharField(_("发票号码"), max_length=40)
    amount = models.BigIntegerField(_("金额（分）"), null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("发票")
        verbose_name_plural = _("发票")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=Q(released_at=None), name="invoice_used_once"),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimComment(models.Model):
    """What is to be corrected: a fact (its identifier), a material (``material:付款凭证``) or the claim as a whole."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="comments")
    subject = models.CharField(_("字段"), max_length=120, blank=True)
    text = models.CharField(_("意见"), max_length=500)
    raised_by = models.CharField(max_length=150)
    organisation_name = models.CharField(max_length=200)
    raised_at = models.DateTimeField(default=this_moment, editable=False)
    answered = models.CharField(_("企业说明"), max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("补正意见")
        verbose_name_plural = _("补正意见")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class ClaimDecision(Kept):
    """What was found, approved, refused or paid on which record; never altered.

    ``assessment`` is the engine's record as plain data under the policy with ``decided`` results, ``amount`` fen.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(_("动作"), max_length=40)
    amount = models.BigIntegerField(_("金额（分）"), null=True)
    computed = models.BigIntegerField(_("测算金额（分）"), null=True)
    entitled = models.BooleanField(_("系统判断"), null=True)
    shares = models.JSONField(_("分担"), default=list)
    checks = models.JSONField(_("核查"), default=list)
    as_of = models.DateField(_("计算基准日"))
    known_at = models.DateTimeField(_("数据时点"))
    policy = models.CharField(_("政策"), max_length=100)
    version = models.CharField(_("政策版本"), max_length=64)
    decided = models.JSONField(_("已定结果"), default=list)
    assessment = DocumentField(_("计算记录"))
    reason = models.TextField(_("理由"), blank=True)
    decided_at = models.DateTimeField(_("时间"), default=this_moment)
    decided_by = models.CharField(_("办理人"), max_length=150)
    role = models.CharField(_("身份"), max_length=30)
    organisation_name = models.CharField(_("单位"), max_length=200)

    class Meta:
        verbose_name = _("兑现决定")
        verbose_name_plural = _("兑现决定")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.claim} {self.act}"


class ClaimObjection(Case):
    """An enterprise's objection to a refusal or to the amount approved."""

    receipt = models.CharField(_("编号"), max_length=24, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="objections")
    text = models.TextField(_("异议内容"), max_length=4000)
    reply = models.TextField(_("答复"), blank=True, max_length=4000)
    filed_at = models.DateTimeField(_("提出时间"), default=this_moment, editable=False)

    class Meta:
        verbose_name = _("兑现异议")
        verbose_name_plural = _("兑现异议")
        ordering = ["-pk"]
        constraints = [
            OBJECTION.constraint(),
            models.UniqueConstraint(fields=["claim"], condition=Q(state="received"), name="claim_objection_one_open"),
        ]

    def __str__(self) -> str:
        return self.receipt

    @property
    def number(self) -> str:
        return self.receipt
