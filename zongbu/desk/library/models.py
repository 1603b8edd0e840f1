"""What the library keeps beside the policy files: entered values, official texts, consultations, reviews.

Policies and clauses are named by their identifier and citation; they live in the policy files, never here.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.library.parameters import UNPUBLISHED, mark


class EnteredValue(models.Model):
    """A value for an unpublished parameter: proposed by one person, in force once another has approved it.

    ``value`` is a literal of the formula language, or 未公布 to take an earlier value back. It applies from
    ``valid_from`` to ``valid_until`` (both included), or until a newer one starts.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待核准")
        APPROVED = "approved", _("已核准")
        REFUSED = "refused", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")

    policy = models.CharField(_("政策"), max_length=60)
    parameter = models.CharField(_("参数"), max_length=100)
    value = models.TextField(_("值"), max_length=4000)
    valid_from = models.DateField(_("自（含当日）"))
    valid_until = models.DateField(_("至（含当日）"), null=True, blank=True)
    document = models.CharField(_("来源文件"), max_length=300)
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    document_date = models.DateField(_("文件日期"))
    note = models.TextField(_("说明"), blank=True, max_length=2000)
    demonstration = models.BooleanField(_("演示参数"), default=False)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.PROPOSED)
    state_since = models.DateTimeField(_("状态自"), default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("决定人")
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("录入的参数值")
        verbose_name_plural = _("录入的参数值")
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["policy", "state", "parameter", "valid_from"], name="entered_value_in_force"),
            models.Index(fields=["state", "proposed_at"], name="entered_value_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="entered_value_ends_later",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="entered_value_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")), name="entered_value_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "refused", "withdrawn"]),
                name="entered_value_state_known",
            ),
            models.CheckConstraint(condition=~Q(value="") & ~Q(document=""), name="entered_value_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.policy}.{self.parameter} = {self.value}"

    @property
    def source(self) -> str:
        """Where the value comes from, as every output shows it; says 演示参数 where it is one."""
        dated = f"{self.document_date.year}年{self.document_date.month}月{self.document_date.day}日"
        number = f"{self.document_number}，" if self.document_number else ""
        return mark(f"《{self.document.strip('《》')}》（{number}{dated}）", demonstration=self.demonstration)

    @property
    def takes_back(self) -> bool:
        """Whether it makes the parameter unpublished again."""
        return self.value == UNPUBLISHED

    def covers(self, day: date) -> bool:
        """Whether its own period includes a day; a newer value may still supersede it."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
