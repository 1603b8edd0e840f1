"""What is put before whoever decides, and what was decided on which record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import DocumentField
from zongbu.desk.kernel.flow import Case
from zongbu.desk.recognition.flow import BATCH
from zongbu.desk.recognition.models.applications import Application, Proposal
from zongbu.desk.recognition.models.rounds import Round


class Batch(Case):
    """Applications that the city office puts before whoever decides, together."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="batches")
    title = models.CharField(_("名称"), max_length=200)
    note = models.TextField(_("说明"), blank=True, max_length=4000)
    made_at = models.DateTimeField(_("拟定时间"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("提请时间"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("审定批次")
        verbose_name_plural = _("审定批次")
        ordering = ["-pk"]
        constraints = [BATCH.constraint()]

    def __str__(self) -> str:
        return self.title


class Decision(Kept):
    """One decision on one application: never altered. What was decided anew is another row.

    ``assessment`` is the engine's record as plain data (``Assessment.document()``): policy and content hash, day,
    facts, parameters with sources, readings, results with reasons. ``sources`` tells for each fact which recording it
    came from (primary key) and what kind of source that was. ``computed`` is what the engine says of the round's
    deciding result (None: undetermined). A decision that departs from it says why in ``deviation``.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="decisions")
    outcome = models.CharField(_("决定"), max_length=10, choices=Proposal)
    computed = models.BooleanField(_("系统计算结果"), null=True)
    tracks = models.JSONField(_("符合的途径"), default=list)
    deviation = models.TextField(_("与计算结果不一致的理由"), blank=True)
    reason = models.TextField(_("理由"), blank=True)
    as_of = models.DateField(_("评估基准日"))
    known_at = models.DateTimeField(_("数据时点"))
    policy = models.CharField(_("政策"), max_length=100)
    version = models.CharField(_("政策版本"), max_length=64)
    assessment = DocumentField(_("评估记录"))
    sources = models.JSONField(_("事实来源"), default=dict)
    decided_at = models.DateTimeField(_("决定时间"), default=timezone.now)
    decided_by = models.CharField(_("决定人"), max_length=150)
    role = models.CharField(_("身份"), max_length=30)
    organisation_name = models.CharField(_("决定机关"), max_length=200)

    class Meta:
        verbose_name = _("认定决定")
        verbose_name_plural = _("认定决定")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="recognise", computed=True)
                | Q(outcome="refuse", computed=False)
                | ~Q(deviation=""),
                name="deviation_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.get_outcome_display()}"

    @property
    def deviates(self) -> bool:
        """Whether the decision is another one than the engine's result; undetermined agrees with neither."""
        return self.computed is not (self.outcome == Proposal.RECOGNISE)

    def save(self, *arguments: Any, **given: Any) -> None:
        super().save(*arguments, **given)
