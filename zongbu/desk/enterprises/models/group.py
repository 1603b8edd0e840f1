"""Groups: who holds which share of whom since when; and which member claims which figure."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models.enterprise import Enterprise
from zongbu.desk.enterprises.models.facts import Source
from zongbu.law import amounts


class GroupRegister(models.Model):
    """One row, locked by whoever changes a group: two people together must not close a circle."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=1), name="group_register_is_one")]

    def __str__(self) -> str:
        return str(self.revision)


class GroupTie(models.Model):
    """A parent's branch or subsidiary, from a day until another (included).

    ``child`` is set where the subsidiary has a record of its own; otherwise name and code stand here. ``share`` is
    the controlled share as a ratio (0.5 is 50 %), for subsidiaries only. A mistaken tie is withdrawn, never deleted.

    A child with a record of its own belongs to the group only once its side has confirmed (``consent``); before that
    the parent's word counts for nothing but itself.
    """

    class Consent(models.TextChoices):
        PROPOSED = "proposed", _("待对方确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("对方不认可")

    class Kind(models.TextChoices):
        BRANCH = "branch", _("分公司")
        SUBSIDIARY = "subsidiary", _("子公司")

    class Location(models.TextChoices):
        IN_CITY = "in_city", _("杭州市内")
        OUTSIDE_CITY = "outside_city", _("杭州市外（境内）")
        ABROAD = "abroad", _("境外")

    parent = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="ties_down")
    child = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="ties_up", null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    share = models.DecimalField(_("控股比例"), max_digits=7, decimal_places=6, null=True, blank=True)
    location = models.CharField(_("所在地"), max_length=12, choices=Location)
    district = models.CharField(_("区县"), max_length=6, blank=True)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    starts = models.DateField(_("自"))
    until = models.DateField(_("至（含当日）"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.REGISTRY)
    source_name = models.CharField(_("依据文件"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(_("终止记录于"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    consent = models.CharField(_("对方意见"), max_length=10, choices=Consent, default=Consent.PROPOSED)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    answer_reason = models.CharField(_("对方说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("集团关系")
        verbose_name_plural = _("集团关系")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(child=None) | ~Q(child=F("parent")), name="tie_not_to_itself"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("starts")), name="tie_until_after_start"),
            models.CheckConstraint(
                condition=Q(kind="branch", share=None) | Q(kind="subsidiary", share__gt=0, share__lte=1),
                name="tie_share_of_subsidiaries",
            ),
            models.CheckConstraint(
                condition=Q(location="in_city") | Q(district=""), name="tie_district_within_the_city"
            ),
        ]
        indexes = [
            models.Index(fields=["uscc"], name="tie_uscc"),
            models.Index(fields=["child"], name="tie_unanswered", condition=Q(consent="proposed", withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.parent} → {self.name}"

    @property
    def percent(self) -> str:
        """The share for people: 50%; empty for branches."""
        return amounts.percent(self.share) if self.share is not None else ""

    @property
    def counts(self) -> bool:
        """Whether nobody is left to be asked: the child has confirmed, or has no record."""
        return self.child_id is None or self.consent == GroupTie.Consent.CONFIRMED


class MetricClaim(models.Model):
    """Who claims the figure of an entity for a metric and a year; at most one at a time (Binjiang, 附则2).

    ``basis`` says whether the claimant's figure is its own alone or that of its group; ``year`` is the year that the
    figure tells of.
    """

    class Basis(models.TextChoices):
        OWN = "own", _("单体口径")
        GROUP = "group", _("集团口径")

    entity = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="metric_claims")
    metric = models.CharField(_("指标"), max_length=60)
    year = models.SmallIntegerField(_("年度"))
    claimant = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="metric_claims_made")
    basis = models.CharField(_("计算口径"), max_length=5, choices=Basis)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    released_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("指标归属")
        verbose_name_plural = _("指标归属")
        ordering = ["-year", "metric", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "metric", "year"], condition=Q(released_at=None), name="one_claimant_per_figure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.metric}@{self.year} → {self.claimant}"
