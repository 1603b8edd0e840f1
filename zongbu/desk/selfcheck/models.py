"""A screening: all enterprises of a scope under one policy, day and set of parameters.

What came out of it for each enterprise stands in one Parquet file per screening (``screening/files.py``): there a
million rows are a few megabytes, are filtered and paged in milliseconds, and go away with their screening.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Screening(models.Model):
    """Who asked for what, how far it is, and the counts that came out.

    ``version`` is the content hash of the policy, ``known_at`` the moment whose knowledge counts: with both, every row
    can be explained later and comes out the same. ``district`` limits the scope (empty: the whole city). ``parameters``
    are the values of unpublished parameters in use, with their sources. ``counts``, ``funnel`` and ``lacking`` are
    those of ``zongbu.law.screen.Screening`` as plain data. ``fingerprint`` is equal for equal requests: only one of
    them is under way at a time.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(_("发起人"), max_length=150)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_name = models.CharField(_("发起单位"), max_length=200)
    policy = models.CharField(_("政策"), max_length=100)
    policy_title = models.CharField(_("政策名称"), max_length=200)
    version = models.CharField(_("政策版本"), max_length=64)
    as_of = models.DateField(_("基准日"))
    known_at = models.DateTimeField(_("数据时点"))
    district = models.CharField(_("区县"), max_length=6, blank=True)
    parameters = models.JSONField(_("参数"), default=dict)
    demonstration = models.BooleanField(_("演示参数"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    fingerprint = models.CharField(max_length=64, editable=False)
    folder = models.CharField(max_length=32, unique=True, editable=False)
    enterprises = models.PositiveIntegerField(_("企业数"), default=0)
    rejected = models.PositiveIntegerField(_("不能使用的行"), default=0)
    results = models.JSONField(_("结果"), default=list)
    counts = models.JSONField(_("计数"), default=dict)
    funnel = models.JSONField(_("漏斗"), default=list)
    lacking = models.JSONField(_("缺少的事实"), default=dict)
    error = models.TextField(_("原因"), blank=True)
    created_at = models.DateTimeField(_("发起时间"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True, editable=False)

    UNDER_WAY = (State.QUEUED, State.RUNNING)

    class Meta:
        verbose_name = _("批量筛查")
        verbose_name_plural = _("批量筛查")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="screening_of_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(state__in=["queued", "running"]), name="screening_under_way_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | (~Q(state__in=["queued", "running"]) & Q(finished_at__isnull=False)),
                name="screening_ends_with_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "done"]) | Q(started_at__isnull=False),
                name="screening_runs_from_a_moment",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="failed_screening_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_title} {self.as_of} #{self.pk}"

    @property
    def under_way(self) -> bool:
        """Whether it is queued or running."""
        return self.state in self.UNDER_WAY
