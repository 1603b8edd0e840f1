"""What is made public (公示, 公告) and what is objected to it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Case
from zongbu.desk.recognition.flow import NOTICE, OBJECTION
from zongbu.desk.recognition.models.applications import Application
from zongbu.desk.recognition.models.rounds import Round


class Notice(Case):
    """A public notice (公示) of those to be recognised: from its first day to its last, both included."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notices")
    serial = models.CharField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("正文"), blank=True, max_length=4000)
    starts = models.DateField(_("公示开始"))
    ends = models.DateField(_("公示结束（含当日）"))
    published_at = models.DateTimeField(_("发布时间"), default=timezone.now, editable=False)
    announced_at = models.DateTimeField(_("公告时间"), null=True, blank=True, editable=False)
    announcement_serial = models.CharField(_("公告编号"), max_length=40, blank=True)
    applications = models.ManyToManyField(Application, through="NoticeLine", related_name="notices")

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        ordering = ["-starts", "-pk"]
        constraints = [
            NOTICE.constraint(),
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="notice_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return self.serial

    def runs(self, day: date) -> bool:
        """Whether objections are taken on a day."""
        return self.state == "published" and self.starts <= day <= self.ends


class NoticeLine(models.Model):
    """An application in a notice, with the name as it was published."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notice_lines")
    name = models.CharField(_("企业名称"), max_length=200)
    district = models.CharField(_("区县"), max_length=6)
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("公示企业")
        verbose_name_plural = _("公示企业")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "application"], name="notice_names_once")]

    def __str__(self) -> str:
        return self.name


class Objection(Case):
    """An objection to a published name, or an applicant's to its own decision.

    From the public during a notice, or by the enterprise against a refusal. Contacts are for the reply only, are not
    journalled and are erased half a year after the reply.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("对公示的异议")
        DECISION = "decision", _("对决定的异议")

    receipt = models.CharField(_("收件号"), max_length=24, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="objections")
    text = models.TextField(_("异议内容"), max_length=4000)
    name = models.CharField(_("姓名或单位"), max_length=100, blank=True)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True)
    origin = models.CharField(max_length=32, blank=True, editable=False)
    """A keyed digest of the sender's network address, another one each day: only to tell floods."""
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now, editable=False)
    reply = models.TextField(_("答复"), blank=True, max_length=4000)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True, editable=False)

    unjournalled = frozenset({"name", "contact", "text", "origin"})

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "received_at"], name="objection_desk")]
        constraints = [
            OBJECTION.constraint(),
            models.CheckConstraint(
                condition=Q(kind="decision") | Q(notice__isnull=False), name="objection_to_a_notice"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "dismissed"]) | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="objection_ends_with_a_reply",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt

    @property
    def number(self) -> str:
        return self.receipt
