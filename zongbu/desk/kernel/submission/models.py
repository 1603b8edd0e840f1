"""Which forms have been sent, and where they led."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """A form that was sent and accepted. The unique token lets only one of several sendings through.

    Of a form that is nobody's (``once(anonymous=True)``) token and path are digests, and the outcome is covered.
    """

    token = models.CharField(max_length=64, unique=True)
    person = models.BigIntegerField(null=True)
    path = models.CharField(max_length=500)
    outcome = models.CharField(max_length=2000, blank=True)
    """Where the first sending led."""
    moment = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("表单提交")
        verbose_name_plural = _("表单提交")

    def __str__(self) -> str:
        return f"{self.path} {self.moment:%F %T}"
