"""Imports: one run per uploaded table, and what each of its rows would do."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """An uploaded extract of a register on its way into the records.

    Checked row by row in the background, shown, then committed by somebody, again in the background and in batches,
    each of them one transaction: ``cursor`` is the last row written, so that an interrupted run goes on where it was.
    ``alive_at`` tells whether anybody is at work, ``attempt`` who: whoever starts (again) takes the next number, and
    with an older one nobody writes any more. Counts are of rows; ``repeated`` rows say the same as an earlier row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队检查")
        CHECKING = "checking", _("检查中")
        UNREADABLE = "unreadable", _("不能读取")
        CHECKED = "checked", _("待确认导入")
        COMMITTING = "committing", _("导入中")
        COMMITTED = "committed", _("已导入")
        DISCARDED = "discarded", _("已放弃")
        BROKEN = "broken", _("导入不完整")

    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    file_name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    source_name = models.CharField(_("数据来源"), max_length=200)
    valid_from = models.DateField(_("数据日期"))
    year = models.SmallIntegerField(_("年度数据的年份"))

    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="+", db_index=False)
    committed_by = models.ForeignKey(
        "people.Membership", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(_("检查完成"), null=True)
    committed_at = models.DateTimeField(_("确认时间"), null=True)
    finished_at = models.DateTimeField(_("导入完成"), null=True)

    progress = models.PositiveSmallIntegerField(default=0)
    alive_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    fault = models.TextField(blank=True)
    sheet = models.CharField(_("工作表"), max_length=100, blank=True)
    columns = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    total = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["committing", "committed"])
                | Q(committed_by__isnull=False, committed_at__isnull=False),
                name="import_committed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(progress__lte=1000), name="import_progress_per_mille"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def batch(self) -> str:
        """The name under which the run stands in every recording it makes."""
        return f"import-{self.pk}"

    @property
    def tone(self) -> str:
        """How the state looks; see parts/status.html."""
        tones = {"checked": "open", "committed": "met", "unreadable": "refused", "broken": "refused"}
        return "action" if self.working else tones.get(self.state, "neutral")

    @property
    def percent(self) -> int:
        return self.progress // 10

    @property
    def working(self) -> bool:
        """Whether the background has something to do."""
        return self.state in (self.State.WAITING, self.State.CHECKING, self.State.COMMITTING)


class ImportRow(models.Model):
    """What a row of an import would do (or why it cannot), and what became of it.

    ``values`` are those that would be new, by key; ``before`` what counts instead of them. Of unchanged rows only the
    first few are kept, to show; after the commit the same goes for those that were written.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("新增")
        CHANGED = "changed", _("有变化")
        UNCHANGED = "unchanged", _("无变化")
        REJECTED = "rejected", _("不能导入")

    class Outcome(models.TextChoices):
        PENDING = "", _("未导入")
        WRITTEN = "written", _("已导入")
        SKIPPED = "skipped", _("未导入：预览之后有变化")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("行号"))
    kind = models.CharField(_("结果"), max_length=10, choices=Kind)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=40, blank=True)
    name = models.CharField(_("企业名称"), max_length=200, blank=True)
    values = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    reason = models.TextField(_("原因"), blank=True)

    class Meta:
        verbose_name = _("导入的行")
        verbose_name_plural = _("导入的行")
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["run", "kind", "number"], name="import_row_shown")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
