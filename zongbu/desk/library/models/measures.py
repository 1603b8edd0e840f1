"""Fair-competition reviews of measures, and orders that suspend or resume them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.library.flow import SUSPENSION
from zongbu.desk.library.models.proposals import Proposal


class FairCompetitionReview(models.Model):
    """A review under the 公平竞争审查条例 (in force since 2024-08-01); the newest one of a measure counts."""

    class Conclusion(models.TextChoices):
        COMPLIANT = "compliant", _("符合公平竞争审查标准")
        EXCEPTION = "exception", _("适用例外规定")
        ADJUST = "adjust", _("应当调整")
        CONTRARY = "contrary", _("不符合公平竞争审查标准")

    policy = models.CharField(_("所属政策"), max_length=60)
    measure = models.CharField(_("措施"), max_length=100)
    reviewed_on = models.DateField(_("审查日期"))
    conclusion = models.CharField(_("结论"), max_length=20, choices=Conclusion)
    organisation = models.CharField(_("审查单位"), max_length=200)
    document = models.CharField(_("审查文书（名称、文号）"), max_length=300)
    exception_ground = models.TextField(_("例外规定的依据和期限"), blank=True, max_length=2000)
    exception_until = models.DateField(_("例外至（含当日）"), null=True, blank=True)
    note = models.TextField(_("说明"), blank=True, max_length=2000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("公平竞争审查记录")
        verbose_name_plural = _("公平竞争审查记录")
        ordering = ["-reviewed_on", "-pk"]
        indexes = [models.Index(fields=["policy", "measure", "reviewed_on"], name="review_of_measure")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(conclusion="exception") | ~Q(exception_ground=""), name="review_exception_has_ground"
            ),
            models.CheckConstraint(
                condition=Q(exception_until=None) | Q(conclusion="exception"), name="review_end_only_of_exception"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}.{self.measure} {self.reviewed_on} {self.get_conclusion_display()}"

    @property
    def tone(self) -> str:
        """How the conclusion is shown."""
        return {"compliant": "met", "exception": "open", "adjust": "open"}.get(self.conclusion, "refused")


class SuspensionOrder(Proposal):
    """Suspends a measure, or lets it go on, from a day; takes effect once a second person has approved it."""

    class Act(models.TextChoices):
        SUSPEND = "suspend", _("暂停")
        RESUME = "resume", _("恢复")

    measure = models.CharField(_("措施"), max_length=100)
    act = models.CharField(_("暂停或恢复"), max_length=10, choices=Act)
    effective_from = models.DateField(_("自（含当日）"))
    reason = models.TextField(_("理由"), max_length=2000)
    document = models.CharField(_("依据文件"), max_length=300, blank=True)

    class Meta(Proposal.Meta):
        verbose_name = _("措施暂停与恢复")
        verbose_name_plural = _("措施暂停与恢复")
        indexes = [models.Index(fields=["policy", "measure", "state", "effective_from"], name="suspension_in_force")]
        constraints = [
            *Proposal.Meta.constraints,
            SUSPENSION.constraint(),
            models.CheckConstraint(condition=~Q(reason=""), name="suspension_has_reason"),
            models.UniqueConstraint(
                fields=["policy", "measure"], condition=Q(state="proposed"), name="suspension_proposed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.policy}.{self.measure}"
