"""Values for unpublished parameters."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zongbu.desk.library.flow import VALUE
from zongbu.desk.library.models.proposals import Proposal
from zongbu.desk.library.parameters import UNPUBLISHED, mark


class EnteredValue(Proposal):
    """A value for a parameter that the policy leaves unpublished, with the document that it is taken from.

    ``value`` is a literal of the formula language, or 未公布 to take an earlier value back. It applies from
    ``valid_from`` to ``valid_until`` (both included), or until a newer one starts.
    """

    parameter = models.CharField(_("参数"), max_length=100)
    value = models.TextField(_("值"), max_length=4000)
    valid_from = models.DateField(_("自（含当日）"))
    valid_until = models.DateField(_("至（含当日）"), null=True, blank=True)
    document = models.CharField(_("来源文件"), max_length=300)
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    document_date = models.DateField(_("文件日期"))
    note = models.TextField(_("说明"), blank=True, max_length=2000)
    demonstration = models.BooleanField(_("演示参数"), default=False)

    class Meta(Proposal.Meta):
        verbose_name = _("录入的参数值")
        verbose_name_plural = _("录入的参数值")
        indexes = [
            models.Index(fields=["policy", "state", "parameter", "valid_from"], name="entered_value_in_force"),
            models.Index(fields=["state", "proposed_at"], name="entered_value_waiting"),
        ]
        constraints = [
            *Proposal.Meta.constraints,
            VALUE.constraint(),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="entered_value_ends_later"
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
