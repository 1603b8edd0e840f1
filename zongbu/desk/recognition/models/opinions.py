"""A department's opinion on one application. None given is never taken for consent."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Case
from zongbu.desk.recognition.flow import OPINION
from zongbu.desk.recognition.models.applications import Application
from zongbu.desk.recognition.models.rounds import RoundCheck


class Opinion(Case):
    """What a department says on the facts that it was asked about.

    ``organisation`` is who has it now (it may be delegated), ``asked`` who was asked first. ``values`` are the values
    that the department confirms (fact → value as text); they are recorded with the enterprise. ``due`` is the last
    day, worked out when it was asked; None: no term was set.
    """

    class Verdict(models.TextChoices):
        AGREE = "agree", _("无异议")
        OBJECT = "object", _("有异议")
        OUTSIDE = "outside", _("不属本部门职责")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="opinions")
    check_asked = models.ForeignKey(RoundCheck, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("送达时间"), default=timezone.now, editable=False)
    due = models.DateField(_("期限"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("催办时间"), null=True, blank=True, editable=False)
    verdict = models.CharField(_("意见"), max_length=10, choices=Verdict, blank=True)
    text = models.TextField(_("说明"), blank=True, max_length=2000)
    values = models.JSONField(_("确认的数据"), default=dict, blank=True)
    given_at = models.DateTimeField(_("答复时间"), null=True, blank=True, editable=False)

    beside = ("application__enterprise", "application__round", "organisation", "check_asked")

    class Meta:
        verbose_name = _("部门意见")
        verbose_name_plural = _("部门意见")
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["organisation", "state", "due"], name="opinion_desk")]
        constraints = [
            OPINION.constraint(),
            models.UniqueConstraint(
                fields=["application", "organisation"], condition=Q(state="requested"), name="opinion_asked_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | (Q(given_at__isnull=False) & ~Q(verdict="")),
                name="opinion_given_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["object", "outside"]) | ~Q(text=""), name="opinion_objects_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.application}"

    @property
    def number(self) -> str:
        return f"{self.application.receipt}#{self.pk}"

    def overdue(self, today: date) -> bool:
        """Whether the last day has passed and nothing was said."""
        return self.state == "requested" and self.due is not None and today > self.due
