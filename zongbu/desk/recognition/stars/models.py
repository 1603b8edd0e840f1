"""The tables of stars: indicator sets, evaluations with a row per enterprise, scores, overrides, objections, titles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Case
from zongbu.desk.recognition.stars.definition import (
    Definition,
    Direction,
    Item,
    Kind,
    Method,
    Missing,
    Normalisation,
    Tier,
)
from zongbu.desk.recognition.stars.flow import EVALUATION, INDICATOR_SET, OVERRIDE, STAR_OBJECTION

PUBLIC = ("noticed", "publishing", "published")
"""States in which everybody may see which stars are intended or given."""


class IndicatorSet(Case):
    """An indicator set in one edition. Altered only as a draft; afterwards a change is another edition.

    ``tiers`` are ``{"star", "label", "limit"}`` from the highest star down, ``ties`` keys of indicators.
    ``demonstration``: indicators and weights are invented, and every page and export says so.
    """

    name = models.CharField(_("名称"), max_length=100)
    edition = models.PositiveSmallIntegerField(_("版本"), default=1, editable=False)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    note = models.TextField(_("说明"), blank=True, max_length=2000)
    demonstration = models.BooleanField(_("演示"), default=False, editable=False)
    method = models.CharField(_("分级办法"), max_length=10, choices=Method, default=Method.SCORE)
    tiers = models.JSONField(_("星级"), default=list, blank=True)
    ties = models.JSONField(_("并列次序"), default=list, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("评价指标")
        verbose_name_plural = _("评价指标")
        ordering = ["-pk"]
        constraints = [
            INDICATOR_SET.constraint(),
            models.UniqueConstraint(fields=["name", "edition"], name="indicator_set_edition_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"]) | ~Q(source=""), name="indicator_set_has_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.edition}"

    @property
    def number(self) -> str:
        return f"ZB-{self.pk}"

    @property
    def definition(self) -> Definition:
        """What it says; one query."""
        return Definition(
            tuple(one.item for one in self.indicators.all()),
            tuple(
                Tier(one["star"], one["label"], None if one["limit"] is None else Decimal(one["limit"]))
                for one in self.tiers
            ),
            self.method,
            tuple(self.ties),
        )


class Indicator(models.Model):
    """One indicator of a set, see ``definition.Item``."""

    set = models.ForeignKey(IndicatorSet, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(_("标识"), max_length=40)
    title = models.CharField(_("指标名称"), max_length=60)
    kind = models.CharField(_("取值"), max_length=10, choices=Kind, default=Kind.FACT)
    fact = models.CharField(_("事实"), max_length=60, blank=True)
    direction = models.CharField(_("方向"), max_length=10, choices=Direction, default=Direction.HIGHER)
    normalisation = models.CharField(_("标准化"), max_length=12, choices=Normalisation, default=Normalisation.MIN_MAX)
    lower = models.DecimalField(_("下限"), max_digits=24, decimal_places=6, null=True, blank=True)
    upper = models.DecimalField(_("上限"), max_digits=24, decimal_places=6, null=True, blank=True)
    weight = models.DecimalField(
        _("权重"), max_digits=7, decimal_places=4, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    missing = models.CharField(_("缺值时"), max_length=12, choices=Missing, default=Missing.UNDETERMINED)

    class Meta:
        verbose_name = _("指标名称")
        verbose_name_plural = _("指标名称")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["set", "key"], name="indicator_key_once"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="indicator_weight_of_100"),
            models.CheckConstraint(condition=Q(kind="score", fact="") | (Q(kind="fact") & ~Q(fact="")),
                                   name="indicator_has_its_source"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def item(self) -> Item:
        return Item(
            self.key, self.title, self.weight, self.kind, self.fact, self.direction, self.normalisation, self.missing,
            self.lower, self.upper,
        )  # fmt: skip


class Evaluation(Case):
    """The comprehensive evaluation of a year by one set: over all enterprises recognised on ``as_of``.

    ``known_at`` is the moment whose knowledge counts, ``set_digest`` what the set said then: with the values kept in
    each result it can be computed again. ``digest`` is over all results. ``work`` and ``done`` tell how far computing
    is, or publishing; both run in the background where there are many, and ``alive_at`` is when they were last heard
    of. ``notice_days`` is how long the intended list is to be shown (calendar days, the first included) and
    ``notice_reason`` why so long: no policy says. ``notice_starts`` and ``notice_ends`` are both included.
    """

    class Work(models.TextChoices):
        NONE = "none", _("未计算")
        QUEUED = "queued", _("排队")
        RUNNING = "running", _("计算中")
        DONE = "done", _("已计算")
        FAILED = "failed", _("没有做成")

    set = models.ForeignKey(IndicatorSet, on_delete=models.PROTECT, related_name="evaluations")
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("名称"), max_length=200)
    as_of = models.DateField(_("评价基准日"))
    known_at = models.DateTimeField(_("数据时点"), null=True, blank=True, editable=False)
    set_digest = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    work = models.CharField(_("计算"), max_length=10, choices=Work, default=Work.NONE, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    enterprises = models.PositiveIntegerField(_("参评企业数"), default=0, editable=False)
    error = models.TextField(_("原因"), blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    alive_at = models.DateTimeField(null=True, blank=True, editable=False)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    notice_days = models.PositiveSmallIntegerField(_("公示天数（自然日）"), validators=[MinValueValidator(1)])
    notice_reason = models.CharField(_("公示天数的理由"), max_length=300)
    notice_starts = models.DateField(_("公示开始"), null=True, blank=True)
    notice_ends = models.DateField(_("公示结束（含当日）"), null=True, blank=True)
    notice_text = models.TextField(_("公示正文"), blank=True, max_length=2000)
    published_on = models.DateField(_("公布日期"), null=True, blank=True)

    unjournalled = frozenset({"notice_text"})

    class Meta:
        verbose_name = _("星级评价")
        verbose_name_plural = _("星级评价")
        ordering = ["-year", "-pk"]
        constraints = [
            EVALUATION.constraint(),
            models.UniqueConstraint(fields=["year"], condition=Q(state__in=PUBLIC), name="stars_published_once_a_year"),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "noticed", "published"]) | Q(work="done"),
                name="stars_rest_on_results",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", *PUBLIC]) | (Q(known_at__isnull=False) & ~Q(digest="")),
                name="stars_rest_on_kept_results",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC)
                | Q(notice_starts__isnull=False, notice_ends__gte=models.F("notice_starts")),
                name="stars_noticed_from_to",
            ),
            models.CheckConstraint(
                condition=Q(notice_days__gte=1) & ~Q(notice_reason=""), name="stars_notice_has_a_reasoned_length"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["publishing", "published"]) | Q(published_on__gt=models.F("notice_ends")),
                name="stars_published_after_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return f"XJ{self.year}-{self.pk}"

    def takes_objections(self, day: date) -> bool:
        """Whether everybody may object on a day."""
        starts, ends = self.notice_starts, self.notice_ends
        return self.state == "noticed" and starts is not None and ends is not None and starts <= day <= ends

    @property
    def under_way(self) -> bool:
        """Whether it is being computed or published, or waits to be."""
        return self.work in (self.Work.QUEUED, self.Work.RUNNING)


class Result(models.Model):
    """What came out for one enterprise. ``rank`` and ``computed`` are empty where the score is undetermined.

    ``parts`` are, in the order of the indicators, ``key``, ``value`` (as recorded; empty: unknown), ``record`` and
    ``source`` of the value, ``normalised``, ``weight`` in effect, ``points``. ``star`` is the star that counts: the
    computed one, or that of an approved override. ``before`` is the star of the evaluation before (empty: none).
    """

    id = models.BigAutoField(primary_key=True)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="results", db_index=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="star_results")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("企业名称"), max_length=200)
    district = models.CharField(_("区县"), max_length=6)
    score = models.DecimalField(_("得分"), max_digits=9, decimal_places=4, null=True)
    rank = models.PositiveIntegerField(_("名次"), null=True)
    computed = models.PositiveSmallIntegerField(_("计算星级"), null=True)
    star = models.PositiveSmallIntegerField(_("星级"), null=True)
    before = models.PositiveSmallIntegerField(_("上一次星级"), null=True)
    parts = models.JSONField(default=list)

    class Meta:
        verbose_name = _("评价结果")
        verbose_name_plural = _("评价结果")
        ordering = ["rank", "pk"]
        indexes = [
            models.Index(fields=["evaluation", "rank", "id"], name="star_result_ranked"),
            models.Index(fields=["evaluation", "star", "rank"], name="star_result_stars"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "enterprise"], name="star_result_once"),
            models.CheckConstraint(
                condition=Q(score=None, rank=None, computed=None)
                | Q(score__isnull=False, rank__isnull=False, computed__isnull=False),
                name="star_result_whole_or_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.score}"


class EnteredScore(models.Model):
    """A score that somebody entered for an indicator of that kind, with where it comes from."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="scores")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(_("指标名称"), max_length=40)
    value = models.DecimalField(_("评分"), max_digits=18, decimal_places=6)
    source = models.CharField(_("来源"), max_length=200)
    reason = models.CharField(_("理由"), max_length=500)
    entered_by = models.CharField(_("录入人"), max_length=150)
    entered_at = models.DateTimeField(_("录入时间"), default=timezone.now)

    class Meta:
        verbose_name = _("录入的评分")
        verbose_name_plural = _("录入的评分")
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "enterprise", "key"], name="star_score_once"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(reason=""), name="star_score_says_whence"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


class Override(Case):
    """Another star than the computed one for an enterprise: one proposes with a reason, another approves."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="overrides")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    computed = models.PositiveSmallIntegerField(_("计算星级"), null=True, blank=True)
    star = models.PositiveSmallIntegerField(_("调整为"))
    reason = models.TextField(_("理由"), max_length=1000)

    class Meta:
        verbose_name = _("人工调整")
        verbose_name_plural = _("人工调整")
        ordering = ["-pk"]
        constraints = [
            OVERRIDE.constraint(),
            models.UniqueConstraint(
                fields=["evaluation", "enterprise"], condition=Q(state="proposed"), name="star_override_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="star_override_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} → {self.star}"

    @property
    def number(self) -> str:
        return f"{self.evaluation.number}#{self.pk}"


class StarObjection(Case):
    """An objection to an intended star, or to the list as a whole (no ``enterprise``), from whoever it may be.

    The contact is for the reply only, is not journalled and is erased half a year after the reply.
    """

    receipt = models.CharField(_("收件号"), max_length=24, unique=True)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="objections")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("异议内容"), max_length=4000)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True)
    origin = models.CharField(max_length=32, blank=True, editable=False)
    """A keyed digest of the sender's network address, another one each day: only to tell floods."""
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now, editable=False)
    reply = models.TextField(_("答复"), blank=True, max_length=4000)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True, editable=False)

    unjournalled = frozenset({"text", "contact", "origin"})

    class Meta:
        verbose_name = _("对星级公示的异议")
        verbose_name_plural = _("对星级公示的异议")
        ordering = ["-pk"]
        constraints = [
            STAR_OBJECTION.constraint(),
            models.CheckConstraint(
                condition=Q(state="received") | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="star_objection_ends_with_a_reply",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt

    @property
    def number(self) -> str:
        return self.receipt


class StarTitle(models.Model):
    """A star that an enterprise was given, from a day until another (not included); history is never removed.

    ``plaque`` is the number of its plaque. ``revocation`` ended it, where one did.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="star_titles")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="titles")
    star = models.PositiveSmallIntegerField(_("星级"))
    label = models.CharField(_("称号"), max_length=40)
    plaque = models.CharField(_("标牌编号"), max_length=40, unique=True)
    awarded_on = models.DateField(_("授予日期"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    ended_because = models.CharField(_("终止原因"), max_length=300, blank=True)
    revocation = models.ForeignKey(
        "recognition.Revocation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("星级称号")
        verbose_name_plural = _("星级称号")
        ordering = ["-awarded_on", "-pk"]
        indexes = [models.Index(fields=["enterprise", "ended_on"], name="star_title_in_force")]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "enterprise"], name="star_title_once_an_evaluation"),
            models.UniqueConstraint(fields=["enterprise"], condition=Q(ended_on=None), name="star_title_one_in_force"),
            models.CheckConstraint(condition=Q(star__gte=1), name="star_title_has_a_star"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | (Q(ended_on__gte=models.F("awarded_on")) & ~Q(ended_because="")),
                name="star_title_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.plaque}"
