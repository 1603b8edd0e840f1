"""The funding ledger: funds, their budgets year by year, and every movement of money between accounts, in fen.

A budget's columns repeat what its lines add up to, so that the database itself refuses to go below zero; ``verify``
(``ledger/checking.py``) holds them against each other.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import this_moment
from zongbu.desk.people.districts import district_name


class Level(models.TextChoices):
    """Whose money it is, as policies name it (分担)."""

    CITY = "city", _("市级")
    DISTRICT = "district", _("区县")
    DEPARTMENT = "department", _("部门")


class Fund(models.Model):
    """Money set aside for support: the city's special fund, a district's, or what a department has already ((二十))."""

    name = models.CharField(_("名称"), max_length=200, unique=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    district = models.CharField(_("区县"), max_length=6, blank=True)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    demonstration = models.BooleanField(_("演示"), default=False, editable=False)
    created_at = models.DateTimeField(default=this_moment, editable=False)

    class Meta:
        verbose_name = _("资金")
        verbose_name_plural = _("资金")
        ordering = ["level", "district", "name"]
        constraints = [
            models.UniqueConstraint(fields=["level"], condition=Q(level="city"), name="fund_of_the_city_once"),
            models.UniqueConstraint(fields=["district"], condition=Q(level="district"), name="fund_of_a_district_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(level="department"), name="fund_of_a_department_once"
            ),
            models.CheckConstraint(
                condition=Q(level="city", district="", organisation=None)
                | (Q(level="district", organisation=None) & ~Q(district=""))
                | Q(level="department", district="", organisation__isnull=False),
                name="fund_belongs_to_its_level",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        """Whose it is, in words."""
        if self.level == Level.DISTRICT:
            return district_name(self.district)
        return str(self.organisation) if self.organisation is not None else str(Level(self.level).label)


class Account(models.TextChoices):
    """Where money of a budget is. ``SOURCE`` is where it came from: what all the others hold together, negative."""

    SOURCE = "source", _("预算安排")
    AVAILABLE = "available", _("可用")
    RESERVED = "reserved", _("已预留")
    COMMITTED = "committed", _("已承诺待付")
    PAID = "paid", _("已支付")
    LAPSED = "lapsed", pgettext_lazy("money", "已注销")
    CARRIED = "carried", _("已结转下年")


HOLDING = tuple(account for account in Account if account is not Account.SOURCE)
"""The accounts that hold money."""


class Budget(models.Model):
    """A fund in one year, and what each of its accounts holds (fen)."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField(_("年度"))
    source = models.BigIntegerField(_("预算安排"), default=0, editable=False)
    available = models.BigIntegerField(_("可用"), default=0, editable=False)
    reserved = models.BigIntegerField(_("已预留"), default=0, editable=False)
    committed = models.BigIntegerField(_("已承诺待付"), default=0, editable=False)
    paid = models.BigIntegerField(_("已支付"), default=0, editable=False)
    lapsed = models.BigIntegerField(pgettext_lazy("money", "已注销"), default=0, editable=False)
    carried = models.BigIntegerField(_("已结转下年"), default=0, editable=False)
    closed_at = models.DateTimeField(_("关账时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("预算")
        verbose_name_plural = _("预算")
        ordering = ["-year", "fund"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "year"], name="budget_once_a_year"),
            *(
                models.CheckConstraint(condition=Q(**{f"{account}__gte": 0}), name=f"budget_{account}_not_below_zero")
                for account in HOLDING
            ),
            models.CheckConstraint(
                condition=Q(
                    source=-(F("available") + F("reserved") + F("committed") + F("paid") + F("lapsed") + F("carried"))
                ),
                name="budget_accounts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.year}"

    @property
    def appropriated(self) -> int:
        """What the budget was given altogether, in fen."""
        return -self.source


class Movement(Kept):
    """Money moved from accounts to accounts, because of something; its lines add up to nothing. Never altered: a
    mistake is corrected by a movement the other way (``counters``).

    ``key`` makes a movement unique that must not happen twice, whoever tries again.
    """

    class Kind(models.TextChoices):
        APPROPRIATE = "appropriate", _("预算安排")
        WITHDRAW = "withdraw", _("预算调减")
        RESERVE = "reserve", _("预留")
        RELEASE = "release", _("解除预留")
        COMMIT = "commit", _("承诺")
        UNCOMMIT = "uncommit", _("解除承诺")
        PAY = "pay", _("支付")
        RETURN = "return", pgettext_lazy("money", "退回")
        CARRY = "carry", _("结转")
        LAPSE = "lapse", _("注销结余")

    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    moment = models.DateTimeField(_("时间"), default=this_moment)
    booked_on = models.DateField(_("记账日"))
    document = models.CharField(_("文号或凭证号"), max_length=120, blank=True)
    reason = models.TextField(_("事由"), blank=True)
    person = models.BigIntegerField(null=True)
    person_name = models.CharField(_("经办人"), max_length=150, blank=True)
    organisation_name = models.CharField(_("单位"), max_length=200, blank=True)
    claim = models.ForeignKey("support.Claim", on_delete=models.PROTECT, null=True, related_name="movements")
    order = models.ForeignKey("support.PaymentOrder", on_delete=models.PROTECT, null=True, related_name="movements")
    reimbursement = models.ForeignKey(
        "support.Reimbursement", on_delete=models.PROTECT, null=True, related_name="movements"
    )
    counters = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="countered_by")
    key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        verbose_name = _("账务分录")
        verbose_name_plural = _("账务分录")
        ordering = ["pk"]
        indexes = [models.Index(fields=["booked_on"], name="movement_booked")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class Line(Kept):
    """One side of a movement: so many fen into (positive) or out of (negative) an account of a budget."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="lines")
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(_("科目"), max_length=10, choices=Account)
    amount = models.BigIntegerField(_("金额（分）"))
    policy = models.CharField(_("政策"), max_length=100, blank=True)
    measure = models.CharField(_("措施"), max_length=100, blank=True)
    district = models.CharField(_("区县"), max_length=6, blank=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("账务明细")
        verbose_name_plural = _("账务明细")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["budget", "account", "measure"], name="line_of_account"),
            models.Index(fields=["measure", "district"], name="line_of_measure"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="line_moves_something")]

    def __str__(self) -> str:
        return f"{self.budget} {self.account} {self.amount}"
