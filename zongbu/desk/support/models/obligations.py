"""Obligations that an enterprise has taken on for a grant (带项目条件出让 and the like), their milestones and reports,
and which reminders have gone out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import this_moment
from zongbu.desk.kernel.flow import Case
from zongbu.desk.support.unpaid.flow import MILESTONE


class Obligation(models.Model):
    """What an enterprise has promised, by which document. ``figure`` is the amount or number promised, in ``unit``.

    ``request`` is the request that it goes with, where there is one; ``organisation`` confirms.
    """

    receipt = models.CharField(_("编号"), max_length=24, unique=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="obligations")
    district = models.CharField(_("区县"), max_length=6)
    policy = models.CharField(_("政策"), max_length=100)
    measure = models.CharField(_("措施"), max_length=100)
    measure_title = models.CharField(_("措施名称"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    request = models.ForeignKey(
        "support.SupportRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("项目名称"), max_length=200)
    text = models.TextField(_("约定的义务"), max_length=2000)
    figure = models.DecimalField(_("约定数额"), max_digits=18, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    document = models.CharField(_("依据文件"), max_length=200)
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    registered_at = models.DateTimeField(_("登记时间"), default=this_moment, editable=False)
    ended_at = models.DateTimeField(_("终止时间"), null=True, editable=False)
    end_reason = models.CharField(_("终止理由"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("项目义务")
        verbose_name_plural = _("项目义务")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation"], name="obligation_desk")]
        constraints = [
            models.CheckConstraint(condition=Q(figure=None) | ~Q(unit=""), name="obligation_figure_has_a_unit"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(end_reason=""), name="obligation_ends_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.enterprise}"

    @property
    def number(self) -> str:
        """The number under which the journal keeps it."""
        return self.receipt


class Milestone(Case):
    """What has to be reached by a day. ``first_due`` is the day that was agreed first, whatever was postponed."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(_("节点内容"), max_length=200)
    figure = models.DecimalField(_("应达到"), max_digits=18, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(_("到期日"))
    first_due = models.DateField(_("原定到期日"), editable=False)
    reached = models.DecimalField(_("实际达到"), max_digits=18, decimal_places=2, null=True, editable=False)
    reported_at = models.DateTimeField(_("报告时间"), null=True, editable=False)
    closed_at = models.DateTimeField(_("确认时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("节点")
        verbose_name_plural = _("节点")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="milestone_due")]
        constraints = [
            MILESTONE.constraint(),
            models.CheckConstraint(
                condition=~Q(state__in=["met", "missed"]) | Q(closed_at__isnull=False),
                name="milestone_confirmed_with_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return f"{self.obligation.receipt}/{self.pk}"


class MilestoneReport(Kept):
    """What an enterprise says of a milestone, with its evidence; never altered: a newer report follows."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField(_("完成情况"), max_length=2000)
    figure = models.DecimalField(_("实际达到"), max_digits=18, decimal_places=2, null=True)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, null=True, related_name="milestone_reports")
    reported_at = models.DateTimeField(_("报告时间"), default=this_moment)
    reported_by = models.CharField(_("报告人"), max_length=150)

    class Meta:
        verbose_name = _("节点报告")
        verbose_name_plural = _("节点报告")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.milestone} {self.reported_at:%Y-%m-%d}"


class SupportReminder(models.Model):
    """A reminder of one kind about one case for one last day; ``recipients`` is how many addresses it went to."""

    class Kind(models.TextChoices):
        MONTH = "month", _("三十日内到期")
        WEEK = "week", _("七日内到期")
        OVERDUE = "overdue", _("已逾期")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    case = models.CharField(_("事项编号"), max_length=60)
    last_day = models.DateField(_("期限"))
    recipients = models.PositiveSmallIntegerField(_("收件人数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"), default=this_moment, editable=False)

    class Meta:
        verbose_name = _("节点提醒")
        verbose_name_plural = _("节点提醒")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "case", "last_day"], name="support_reminded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.kind} {self.last_day}"
