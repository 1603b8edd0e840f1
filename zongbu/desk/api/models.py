"""Tokens of organisations, and the answers that are kept so that a write sent twice is done once."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """Stands for a membership when a program asks: it ends with the membership, and holds some scopes only.

    Of the secret only a digest is kept; ``prefix`` finds the token and may be shown. ``per_minute`` limits how many
    requests it may send.
    """

    membership = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="tokens")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("用途"), max_length=100)
    prefix = models.CharField(_("前缀"), max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("范围"), default=list)
    per_minute = models.PositiveIntegerField(_("每分钟请求数"), default=120)
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("到期"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True, editable=False)
    used_on = models.DateField(_("最近使用"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(per_minute__gte=1, per_minute__lte=6000), name="token_rate_sensible"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="token_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def valid_at(self, moment: datetime) -> bool:
        """Whether it may be used at a moment."""
        return self.revoked_at is None and moment < self.expires_at


class KeptAnswer(models.Model):
    """The answer to a write that came with an idempotency key; a repeated request gets it again."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return self.key
