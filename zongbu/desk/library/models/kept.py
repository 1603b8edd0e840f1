"""Policy files as they read when a decision was to rest on them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptPolicy(models.Model):
    """A version of a policy, with the policies it builds on and the dictionary of facts: file name → text.

    Files are amended; what was decided under an older version is recomputed from here, years later too.
    """

    policy = models.CharField(_("政策"), max_length=100)
    version = models.CharField(_("政策版本"), max_length=64)
    files = models.JSONField(_("存档文件"))
    kept_at = models.DateTimeField(_("存档时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("政策存档")
        verbose_name_plural = _("政策存档")
        ordering = ["policy", "kept_at"]
        constraints = [models.UniqueConstraint(fields=["policy", "version"], name="policy_version_kept_once")]

    def __str__(self) -> str:
        return f"{self.policy} {self.version[:12]}"
