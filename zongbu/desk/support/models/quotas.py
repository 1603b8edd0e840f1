"""The quota ledger (名额): places that an enterprise is given under a measure for a year, and what became of them.

Like the funding ledger: entries are never altered, an account's columns repeat what they add up to so that the database
itself refuses to go below zero, and ``unpaid/quotas.py`` holds them against each other.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import DocumentField, this_moment


class QuotaAccount(models.Model):
    """The places of an enterprise under a measure in a year. ``balance`` are those that can still be used.

    Only ``unpaid/quotas.py`` writes the numbers, with an entry for each change.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="quotas")
    district = models.CharField(_("区县"), max_length=6, blank=True)
    policy = models.CharField(_("政策"), max_length=100)
    measure = models.CharField(_("措施"), max_length=100)
    title = models.CharField(_("措施名称"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年度"))
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    allocated = models.PositiveIntegerField(_("已分配"), default=0, editable=False)
    withdrawn = models.PositiveIntegerField(_("已收回"), default=0, editable=False)
    used = models.PositiveIntegerField(_("已使用"), default=0, editable=False)
    expired = models.PositiveIntegerField(_("已过期"), default=0, editable=False)
    balance = models.IntegerField(_("可用"), default=0, editable=False)
    demonstration = models.BooleanField(_("演示参数"), default=False, editable=False)

    class Meta:
        verbose_name = _("名额账户")
        verbose_name_plural = _("名额账户")
        ordering = ["-year", "measure", "enterprise"]
        indexes = [models.Index(fields=["measure", "year"], name="quota_of_measure")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "policy", "measure", "year"], name="quota_account_once"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="quota_balance_not_below_zero"),
            models.CheckConstraint(
                condition=Q(used__gte=0, allocated__gte=0, withdrawn__gte=0, expired__gte=0),
                name="quota_numbers_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(balance=F("allocated") - F("withdrawn") - F("used") - F("expired")),
                name="quota_numbers_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year} {self.enterprise}"

    @property
    def number(self) -> str:
        """The number under which the journal keeps it."""
        return f"QA{self.pk}"


class QuotaEntry(Kept):
    """One change of an account; never altered. ``change`` is what it does to the balance.

    ``undoes`` is the use that is given back, ``request`` the request by which places were granted. ``record`` is the
    engine's record from which an allocation was computed. Who used a place stands in ``QuotaPerson``, which is erased
    in time.
    """

    class Kind(models.TextChoices):
        ALLOCATED = "allocated", _("分配")
        WITHDRAWN = "withdrawn", _("收回")
        USED = "used", _("使用")
        RETURNED = "returned", pgettext_lazy("quota", "退回")
        EXPIRED = "expired", _("过期")

    account = models.ForeignKey(QuotaAccount, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    change = models.IntegerField(_("增减"))
    purpose = models.CharField(_("用途"), max_length=100, blank=True)
    reference = models.CharField(_("办理编号"), max_length=60, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    request = models.ForeignKey("support.SupportRequest", on_delete=models.PROTECT, null=True, related_name="entries")
    as_of = models.DateField(_("计算基准日"), null=True)
    computed = models.PositiveIntegerField(_("测算名额"), null=True)
    policy_version = models.CharField(_("政策版本"), max_length=64, blank=True)
    record = DocumentField(_("计算记录"), null=True)
    moment = models.DateTimeField(_("时间"), default=this_moment)
    person = models.BigIntegerField(null=True)
    person_name = models.CharField(_("经办人"), max_length=150, blank=True)
    organisation_name = models.CharField(_("单位"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("名额分录")
        verbose_name_plural = _("名额分录")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["allocated", "returned"], change__gt=0)
                | Q(kind__in=["withdrawn", "used", "expired"], change__lt=0),
                name="quota_entry_goes_its_way",
            ),
            models.CheckConstraint(
                condition=~Q(kind="returned") | Q(undoes__isnull=False), name="quota_return_undoes_a_use"
            ),
            models.CheckConstraint(condition=~Q(kind="used") | ~Q(purpose=""), name="quota_use_has_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {abs(self.change)}"


class QuotaPerson(models.Model):
    """For whom a place was used, where somebody wrote it down; erased when it is no longer needed."""

    entry = models.OneToOneField(QuotaEntry, on_delete=models.PROTECT, related_name="holder")
    name = models.CharField(_("姓名"), max_length=60)

    class Meta:
        verbose_name = _("名额使用人")
        verbose_name_plural = _("名额使用人")

    def __str__(self) -> str:
        return f"#{self.entry_id}"
