"""One row per enterprise, and to which departments it has been referred."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.listing.searchable import Searchable


class Enterprise(Searchable):
    """One enterprise, by its unified social credit code.

    ``name``, ``district`` and ``known`` repeat what the newest records say, so that lists need not look for it; they
    are written in the transaction of the record. ``known`` maps each fact to its value as text, facts of a prior year
    under ``identifier@2023`` (the engine reads both), without what depends on the day (lists, bans). ``district`` is
    the latest one within the city: the district of an enterprise that has moved away keeps its record in sight.
    ``revision`` counts the acts on the record.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("存续")
        MOVED_OUT = "moved_out", _("已迁出")
        LIQUIDATING = "liquidating", _("清算中")
        MERGED = "merged", _("已并入其他企业")
        DISSOLVED = "dissolved", _("已注销")

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=200)
    short_name = models.CharField(_("简称"), max_length=60, blank=True)
    former_names = models.JSONField(_("曾用名"), default=list, blank=True)
    district = models.CharField(_("注册区县"), max_length=6, blank=True)
    status = models.CharField(_("状态"), max_length=20, choices=Status, default=Status.ACTIVE)
    registered_on = models.DateField(_("成立日期"), null=True, blank=True)
    known = models.JSONField(_("已知事实"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("建档时间"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name", "id"], name="enterprise_name"),
            models.Index(fields=["district", "name", "id"], name="enterprise_district"),
            models.Index(fields=["status"], name="enterprise_status"),
            models.Index(fields=["updated_at"], name="enterprise_updated"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(uscc=""), name="enterprise_uscc_given"),
            models.CheckConstraint(condition=~Q(name=""), name="enterprise_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class Referral(models.Model):
    """A department (or an inspector's organisation) may see an enterprise, from a day and until another (included)."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="referrals")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    starts = models.DateField(_("自"), default=timezone.localdate)
    until = models.DateField(_("至（含当日）"), null=True, blank=True)
    reason = models.CharField(_("事由"), max_length=300)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("转办")
        verbose_name_plural = _("转办")
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["organisation", "enterprise"], name="referral_seen_by")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "organisation"], condition=Q(ended_at=None), name="referral_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("starts")), name="referral_until_after"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} → {self.organisation}"

    def valid_on(self, day: date) -> bool:
        return self.ended_at is None and self.starts <= day and (self.until is None or day <= self.until)
