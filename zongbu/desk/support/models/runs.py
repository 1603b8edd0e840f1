"""Apply-free runs: a measure computed for everybody and offered to whoever is entitled, in the background."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.fields import this_moment


class OfferRun(models.Model):
    """Somebody's wish to see who would be offered a measure, or to offer it; carried out by a worker.

    ``trial``: nothing is offered, only found out. ``per_district`` and ``per_star`` are lists of key, number and fen,
    ``left`` of reason and number: how many get nothing, and why. Broken off, a run is simply done again: whoever has
    an offer already is passed over.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", pgettext_lazy("run", "进行中")
        DONE = "done", pgettext_lazy("run", "已完成")
        FAILED = "failed", pgettext_lazy("run", "没有做成")

    policy = models.CharField(_("政策"), max_length=100)
    measure = models.CharField(_("措施"), max_length=100)
    title = models.CharField(_("措施名称"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    policy_version = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField(_("年度"))
    trial = models.BooleanField(_("试算"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    asked_by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("发起时间"), default=this_moment, editable=False)
    alive_at = models.DateTimeField(default=this_moment, editable=False)
    attempt = models.PositiveSmallIntegerField(default=1, editable=False)
    finished_at = models.DateTimeField(_("完成时间"), null=True, editable=False)
    total = models.PositiveIntegerField(_("企业数"), default=0)
    done = models.PositiveIntegerField(_("已计算"), default=0)
    offered = models.PositiveIntegerField(_("推送"), default=0)
    amount = models.BigIntegerField(_("金额（分）"), default=0)
    demonstration = models.BooleanField(_("演示参数"), default=False)
    per_district = models.JSONField(_("按区县"), default=list)
    per_star = models.JSONField(_("按星级"), default=list)
    left = models.JSONField(_("没有推送的"), default=list)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("免申即享推送")
        verbose_name_plural = _("免申即享推送")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "measure", "year", "asked_by", "trial"],
                condition=Q(state__in=["queued", "running"]),
                name="offer_run_one_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}"

    @property
    def number(self) -> str:
        """The number under which the journal keeps it."""
        return f"MS{self.pk}"


class OfferLine(models.Model):
    """What a run has found about one enterprise: how much (fen), or why nothing. Kept for some months."""

    run = models.ForeignKey(OfferRun, on_delete=models.CASCADE, related_name="lines")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("金额（分）"), null=True)
    star = models.CharField(_("星级"), max_length=20, blank=True)
    why = models.CharField(_("没有推送的"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("推送明细")
        verbose_name_plural = _("推送明细")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "enterprise"], name="offer_line_once")]

    def __str__(self) -> str:
        return f"{self.run} · {self.enterprise}"
