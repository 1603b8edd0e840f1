"""Paying: orders to the treasury, the batches in which they go there, and what the city gives back to districts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import DocumentField, this_moment
from zongbu.desk.kernel.flow import Case
from zongbu.desk.support.flow import PAYMENT_BATCH, REIMBURSEMENT
from zongbu.desk.support.models.claims import Claim, Share
from zongbu.desk.support.models.ledger import Fund

OPEN_ORDERS = ("ready", "batched", "exported")
"""States of an order whose money is still to be paid."""


class PaymentBatch(Case):
    """Orders of one fund that go to the treasury together."""

    receipt = models.CharField(_("批次号"), max_length=24, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="batches")
    title = models.CharField(_("名称"), max_length=200)
    made_at = models.DateTimeField(_("编制时间"), default=this_moment, editable=False)
    exported_at = models.DateTimeField(_("导出时间"), null=True, blank=True, editable=False)
    document = DocumentField(_("送国库的内容"), null=True, blank=True, editable=False)
    digest = models.CharField(_("内容摘要"), max_length=64, blank=True, editable=False)

    unjournalled = frozenset({"document"})

    class Meta:
        verbose_name = _("拨付批次")
        verbose_name_plural = _("拨付批次")
        ordering = ["-pk"]
        constraints = [PAYMENT_BATCH.constraint()]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return self.receipt


class Reimbursement(Case):
    """What a district asks back from the city for what it paid in a year ((二十)): never more than the ceiling.

    ``spent`` is what the ledger says that the district paid in ``year``, ``ceiling`` what the policy's formula makes of
    it, ``before`` what earlier requests of the same year have taken, ``set_off`` what it has got too much because money
    came back to it after the city had paid, and makes good with this request; amounts in fen.
    """

    receipt = models.CharField(_("编号"), max_length=24, unique=True)
    district = models.CharField(_("区县"), max_length=6)
    year = models.PositiveSmallIntegerField(_("支出年度"))
    policy = models.CharField(_("政策"), max_length=100)
    measure = models.CharField(_("措施"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    policy_version = models.CharField(max_length=64, editable=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reimbursements")
    budget_year = models.PositiveSmallIntegerField(_("预算年度"))
    spent = models.BigIntegerField(_("实际支出（分）"))
    ceiling = models.BigIntegerField(_("补助上限（分）"))
    before = models.BigIntegerField(_("此前已申请（分）"), default=0)
    set_off = models.BigIntegerField(_("扣回此前多补（分）"), default=0)
    amount = models.BigIntegerField(_("申请金额（分）"))
    note = models.TextField(_("说明"), blank=True, max_length=2000)
    assessment = DocumentField(_("计算记录"))
    requested_at = models.DateTimeField(_("申请时间"), default=this_moment, editable=False)
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("次年补助")
        verbose_name_plural = _("次年补助")
        ordering = ["-pk"]
        constraints = [
            REIMBURSEMENT.constraint(),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reimbursement_asks_for_something"),
            models.CheckConstraint(
                condition=Q(ceiling__gte=models.F("before") + models.F("set_off") + models.F("amount")),
                name="reimbursement_within_the_ceiling",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.year}"

    @property
    def number(self) -> str:
        return self.receipt


class ReimbursementDecision(Kept):
    """On what a request was made, checked, approved and paid: the ceiling as it was at that moment; never altered.

    The names are those of ``Reimbursement``, ``taken`` is what other requests had taken. ``known_at`` is the moment up
    to which the ledger and the parameters were read: with it and the kept policy the ceiling is computed again.
    """

    reimbursement = models.ForeignKey(Reimbursement, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(_("动作"), max_length=40)
    amount = models.BigIntegerField(_("金额（分）"))
    spent = models.BigIntegerField(_("实际支出（分）"))
    ceiling = models.BigIntegerField(_("补助上限（分）"))
    taken = models.BigIntegerField(_("其他申请（分）"))
    set_off = models.BigIntegerField(_("扣回此前多补（分）"))
    checks = models.JSONField(_("核查"), default=list)
    as_of = models.DateField(_("计算基准日"))
    known_at = models.DateTimeField(_("数据时点"))
    policy = models.CharField(_("政策"), max_length=100)
    version = models.CharField(_("政策版本"), max_length=64)
    assessment = DocumentField(_("计算记录"))
    reason = models.TextField(_("理由"), blank=True)
    decided_at = models.DateTimeField(_("时间"), default=this_moment)
    decided_by = models.CharField(_("办理人"), max_length=150)
    role = models.CharField(_("身份"), max_length=30)
    organisation_name = models.CharField(_("单位"), max_length=200)

    class Meta:
        verbose_name = _("次年补助的核算记录")
        verbose_name_plural = _("次年补助的核算记录")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reimbursement} {self.act}"


class PaymentOrder(models.Model):
    """One payment to one account, of a share of a claim or of a reimbursement; the payee as it was when ordered.

    Written by the acts on batches and claims. An order that failed may be issued anew once (``replaces``).
    """

    class State(models.TextChoices):
        READY = "ready", _("待编入批次")
        BATCHED = "batched", _("已编入批次")
        EXPORTED = "exported", _("已送国库")
        PAID = "paid", _("已支付")
        FAILED = "failed", _("支付失败")
        VOID = "void", pgettext_lazy("order", "已作废")

    number = models.CharField(_("支付单号"), max_length=32, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    share = models.ForeignKey(Share, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    reimbursement = models.ForeignKey(
        Reimbursement, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="orders")
    amount = models.BigIntegerField(_("金额（分）"))
    payee = models.CharField(_("收款人"), max_length=200)
    bank = models.CharField(_("开户行"), max_length=200, blank=True)
    account = models.CharField(_("账号"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.READY)
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reference = models.CharField(_("国库流水号"), max_length=60, blank=True)
    failure = models.CharField(_("失败原因"), max_length=300, blank=True)
    issued_at = models.DateTimeField(_("签发时间"), default=this_moment, editable=False)
    settled_on = models.DateField(_("支付日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("支付单")
        verbose_name_plural = _("支付单")
        ordering = ["pk"]
        indexes = [models.Index(fields=["fund", "state"], name="order_desk")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_pays_something"),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, share__isnull=False, reimbursement=None)
                | Q(claim=None, share=None, reimbursement__isnull=False),
                name="order_is_for_one_thing",
            ),
            models.UniqueConstraint(
                fields=["share"],
                condition=Q(state__in=["ready", "batched", "exported", "paid"]),
                name="order_once_a_share",
            ),
            models.UniqueConstraint(
                fields=["reimbursement"],
                condition=Q(state__in=["ready", "batched", "exported", "paid"]),
                name="order_once_a_reimbursement",
            ),
            models.UniqueConstraint(
                fields=["fund", "reference"], condition=~Q(reference=""), name="order_reference_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["batched", "exported"]) | Q(batch__isnull=False), name="order_goes_in_a_batch"
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(settled_on__isnull=False), name="order_paid_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number
