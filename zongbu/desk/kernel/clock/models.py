"""The working-day calendar as published, year by year and version by version. A row is never changed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """The calendar of one year, as somebody published it; the highest version of a year is in force."""

    year = models.PositiveSmallIntegerField(_("年份"))
    version = models.PositiveSmallIntegerField(_("版本"))
    provisional = models.BooleanField(_("暂定"), default=False)
    source = models.CharField(_("来源"), max_length=300)
    imported_at = models.DateTimeField(_("导入时间"), default=timezone.now)
    imported_by = models.CharField(_("导入人"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("年度日历")
        verbose_name_plural = _("年度日历")
        ordering = ["-year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["year", "version"], name="calendar_year_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="calendar_version_from_one"),
            models.CheckConstraint(condition=~models.Q(source=""), name="calendar_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.year} v{self.version}"


class CalendarDay(models.Model):
    """A day that is not what its weekday says, or that has a name: a holiday, or a day worked in exchange."""

    calendar = models.ForeignKey(CalendarYear, on_delete=models.PROTECT, related_name="days")
    day = models.DateField(_("日期"))
    working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("特殊日")
        verbose_name_plural = _("特殊日")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
