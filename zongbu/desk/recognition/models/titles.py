"""What an enterprise holds once it is recognised, and how it loses it (二十二)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Case
from zongbu.desk.recognition.flow import REVOCATION
from zongbu.desk.recognition.models.applications import Application
from zongbu.desk.recognition.models.rounds import Round


class Recognition(models.Model):
    """A recognition with its certificate; ``name`` and ``district`` are those on the certificate.

    ``code`` is what the public verification page is asked for: not guessable, so that certificates are not counted
    through. Revoked recognitions stay.
    """

    number = models.CharField(_("证书编号"), max_length=40, unique=True)
    code = models.CharField(_("验证码"), max_length=20, unique=True)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="recognition")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="recognitions")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="recognitions")
    name = models.CharField(_("企业名称"), max_length=200)
    district = models.CharField(_("区县"), max_length=6)
    tracks = models.JSONField(_("认定途径"), default=list)
    recognised_on = models.DateField(_("认定日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    revoked_on = models.DateField(_("取消日期"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("总部企业认定")
        verbose_name_plural = _("总部企业认定")
        ordering = ["number"]
        indexes = [
            models.Index(fields=["round", "district"], name="recognition_list"),
            models.Index(fields=["enterprise", "-recognised_on"], name="recognition_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_on=None) | Q(revoked_on__gte=models.F("recognised_on")),
                name="recognition_revoked_after",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (
            self.recognised_on <= day
            and (self.revoked_on is None or day < self.revoked_on)
            and (self.valid_until is None or day <= self.valid_until)
        )


class Revocation(Case):
    """Taking the star title away, and with it the recognition if the policy's reading says so.

    ``scope`` is the option of the policy's reading in force when it was approved. The enterprise is heard before:
    ``statement`` is what it said, ``heard_on`` when it was asked to; no answer by then is recorded as none given.
    """

    class Scope(models.TextChoices):
        TITLE = "title", _("仅取消星级称号")
        ALL = "all", _("星级称号和总部企业资格一并取消")

    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="revocations")
    ground = models.TextField(_("事由"), max_length=2000)
    source_name = models.CharField(_("依据"), max_length=200)
    scope = models.CharField(_("取消范围"), max_length=10, choices=Scope, default=Scope.TITLE)
    hearing_until = models.DateField(_("陈述申辩期限（含当日）"))
    statement = models.TextField(_("企业陈述"), blank=True, max_length=4000)
    stated_at = models.DateTimeField(_("陈述时间"), null=True, blank=True, editable=False)
    effective_on = models.DateField(_("取消日期"), null=True, blank=True)
    ban = models.ForeignKey("enterprises.Ban", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("取消称号")
        verbose_name_plural = _("取消称号")
        ordering = ["-pk"]
        constraints = [
            REVOCATION.constraint(),
            models.UniqueConstraint(
                fields=["recognition"], condition=Q(state__in=["hearing", "proposed"]), name="revocation_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(effective_on__isnull=False), name="revocation_takes_effect"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recognition}"

    @property
    def number(self) -> str:
        return f"{self.recognition.number}#{self.pk}"


class PrintRun(models.Model):
    """Many certificates as one PDF, made in the background; ``file`` is its random name below the data folder."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="print_runs")
    district = models.CharField(_("区县"), max_length=6, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField(_("份数"), default=0)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    file = models.CharField(max_length=64, blank=True, editable=False)
    error = models.TextField(_("原因"), blank=True)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("发起时间"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("批量打印")
        verbose_name_plural = _("批量打印")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.round} #{self.pk}"
