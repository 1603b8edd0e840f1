"""Which reminders have gone out, so that none goes out twice."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """A reminder of one kind about one case for one last day; ``recipients`` is how many addresses it went to."""

    class Kind(models.TextChoices):
        DRAFT = "draft", _("草稿·未提交")
        OPINION = "opinion", _("部门意见到期")
        OVERDUE = "overdue", _("部门意见逾期")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    case = models.CharField(_("事项编号"), max_length=60)
    last_day = models.DateField(_("期限"))
    days = models.SmallIntegerField(_("剩余天数"))
    recipients = models.PositiveSmallIntegerField(_("收件人数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "case", "last_day", "days"], name="reminded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.kind} {self.last_day}"
