"""What the treasury says of a batch: the uploaded file, and what became of each of its rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.kernel.fields import this_moment
from zongbu.desk.support.models.payments import PaymentBatch


class ResultFile(models.Model):
    """The results of a batch as the treasury sent them, taken over portion by portion.

    Which rows have been taken over stands with the rows (``ResultRow.outcome``), written together with what they did:
    broken off at any moment, it goes on where it stopped. ``alive_at`` tells whether anybody is at work, ``attempt``
    who: whoever starts (again) takes the next number, and with an older one nobody writes any more.
    """

    class State(models.TextChoices):
        READ = "read", _("待确认登记")
        RUNNING = "running", _("登记中")
        DONE = "done", _("已登记")
        DROPPED = "dropped", _("已放弃")

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="results")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    total = models.PositiveIntegerField(_("行数"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.READ)
    membership = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="+", db_index=False)
    uploaded_by = models.CharField(_("上传人"), max_length=150)
    uploaded_at = models.DateTimeField(_("上传时间"), default=this_moment, editable=False)
    attempt = models.PositiveIntegerField(default=0)
    alive_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("支付结果文件")
        verbose_name_plural = _("支付结果文件")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="results_done_at_a_moment"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ResultRow(models.Model):
    """One row of a result file. ``fault``: why it cannot be read; ``text``: why it was refused."""

    class Outcome(models.TextChoices):
        PENDING = "", _("未登记")
        PAID = "paid", _("已支付")
        FAILED = "failed", _("支付失败")
        AGAIN = "again", _("此前已登记")
        REFUSED = "refused", pgettext_lazy("row", "未采用")

    file = models.ForeignKey(ResultFile, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行号"))
    number = models.CharField(_("支付单号"), max_length=60, blank=True)
    paid = models.BooleanField(_("已支付"), null=True)
    amount = models.BigIntegerField(_("金额（分）"), null=True)
    on = models.DateField(_("支付日期"), null=True)
    reference = models.CharField(_("国库流水号"), max_length=60, blank=True)
    failure = models.CharField(_("失败原因"), max_length=300, blank=True)
    fault = models.TextField(_("不能读取的原因"), blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True, default="")
    text = models.TextField(_("原因"), blank=True)

    class Meta:
        verbose_name = _("支付结果")
        verbose_name_plural = _("支付结果")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="result_row_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
