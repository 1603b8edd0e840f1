"""Consultations (征求意见) on drafts: what the public says per article, how it is answered and summed up."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Consultation(models.Model):
    """A draft laid open to the public's comments from ``starts`` to ``ends`` (both included)."""

    policy = models.CharField(_("所属政策"), max_length=60)
    version = models.CharField(_("征求意见的文本版本"), max_length=64)
    title = models.CharField(_("标题"), max_length=200)
    introduction = models.TextField(_("说明"), max_length=4000)
    starts = models.DateField(_("开始"))
    ends = models.DateField(_("截止（含当日）"))
    summary = models.TextField(_("意见采纳情况"), blank=True, max_length=8000)
    summarised_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("提前结束时间"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    opened_at = models.DateTimeField(_("发布时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("征求意见")
        verbose_name_plural = _("征求意见")
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="consultation_ends_after_start"),
            models.CheckConstraint(
                condition=Q(summarised_at=None) | ~Q(summary=""), name="consultation_summary_when_summarised"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def stage(self, day: date) -> str:
        """``ahead``, ``open`` or ``closed`` on a day."""
        if self.closed_at is not None or day > self.ends:
            return "closed"
        return "open" if day >= self.starts else "ahead"


class Comment(models.Model):
    """What somebody says on an article (``citation`` empty: on the whole). Shown once an official let it pass.

    Name and contact are optional; the contact is never shown and erased with ``forget_contacts``. ``origin`` is a
    keyed digest of the network address that changes every day: enough to slow a flood, not to know anybody.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待审核")
        SHOWN = "shown", _("已公开")
        HIDDEN = "hidden", _("不予公开")

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments")
    citation = models.CharField(_("条款"), max_length=40, blank=True)
    text = models.TextField(_("意见"), max_length=2000)
    name = models.CharField(_("署名"), max_length=60, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), default=timezone.now, editable=False)
    origin = models.CharField(max_length=32, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    moderated_at = models.DateTimeField(_("审核时间"), null=True, blank=True, editable=False)
    moderation_reason = models.CharField(_("不予公开的理由"), max_length=300, blank=True)
    answer = models.TextField(_("答复"), blank=True, max_length=4000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("意见")
        verbose_name_plural = _("意见")
        ordering = ["submitted_at", "pk"]
        indexes = [
            models.Index(fields=["consultation", "state", "citation"], name="comment_shown"),
            models.Index(fields=["origin", "submitted_at"], name="comment_flood"),
            models.Index(fields=["state", "submitted_at"], name="comment_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(moderated_by__isnull=False, moderated_at__isnull=False),
                name="comment_moderated_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(moderation_reason=""), name="comment_hidden_with_reason"
            ),
            models.CheckConstraint(condition=Q(answer="") | Q(answered_at__isnull=False), name="comment_answered_then"),
        ]

    def __str__(self) -> str:
        return f"{self.citation or '—'} #{self.pk}"


class ArticleSummary(models.Model):
    """What was said on an article and what became of it."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("采纳")
        PARTLY = "partly", _("部分采纳")
        NOT_ADOPTED = "not_adopted", _("未采纳")
        NOTED = "noted", _("留作参考")

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="article_summaries")
    citation = models.CharField(_("条款"), max_length=40, blank=True)
    outcome = models.CharField(_("采纳情况"), max_length=20, choices=Outcome)
    text = models.TextField(_("归纳与说明"), max_length=4000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("按条归纳")
        verbose_name_plural = _("按条归纳")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "citation"], name="summary_of_article_once"),
        ]

    def __str__(self) -> str:
        return f"{self.citation or '—'} {self.get_outcome_display()}"
