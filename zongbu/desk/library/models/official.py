"""The official text of a policy, as an operator supplied it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OfficialText(models.Model):
    """The plain text of the official document and where it was taken from; the newest one is shown.

    It changes no result: it is laid beside the clauses, and figures are looked up in it.
    """

    policy = models.CharField(_("所属政策"), max_length=60)
    text = models.TextField(_("全文"))
    digest = models.CharField(_("摘要（SHA-256）"), max_length=64)
    number = models.CharField(_("文号"), max_length=100, blank=True)
    origin = models.CharField(_("取自何处（发布网址或档号）"), max_length=500)
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    attached_at = models.DateTimeField(_("挂接时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("官方文本")
        verbose_name_plural = _("官方文本")
        ordering = ["-attached_at", "-pk"]
        indexes = [models.Index(fields=["policy", "-attached_at"], name="official_text_newest")]

    def __str__(self) -> str:
        return f"{self.policy} {self.digest[:12]}"
