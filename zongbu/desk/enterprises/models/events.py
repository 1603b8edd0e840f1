"""What happens to an enterprise on a day: lists, bans, material changes (十九), (二十二)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models.enterprise import Enterprise
from zongbu.desk.enterprises.models.facts import Recording


class DatedFact(models.Model):
    """What all three share: whose it is, who recorded it when, and whether the entry was withdrawn as mistaken."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="%(class)ss")
    source_name = models.CharField(_("依据文件"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("撤销理由"), max_length=300, blank=True)

    class Meta:
        abstract = True


class DishonestyListing(DatedFact):
    """On the list of seriously dishonest entities (严重违法失信主体名单) from a day; removed on another, or not yet.

    On the day of removal the enterprise is not listed any more. ``due_on`` is when the listing would end by itself;
    removed before that is ``removed early`` (提前移出).
    """

    listed_on = models.DateField(_("列入日期"))
    due_on = models.DateField(_("期满日期"), null=True, blank=True)
    authority = models.CharField(_("列入机关"), max_length=200, blank=True)
    ground = models.CharField(_("列入事由"), max_length=300, blank=True)
    removed_on = models.DateField(_("移出日期"), null=True, blank=True)
    removal_recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    removal_source = models.CharField(_("移出依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("失信名单记录")
        verbose_name_plural = _("失信名单记录")
        ordering = ["-listed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_on=None) | Q(removed_on__gte=F("listed_on")), name="removed_after_listed"
            ),
            models.CheckConstraint(
                condition=Q(removed_on=None, removal_recorded_at=None)
                | Q(removed_on__isnull=False, removal_recorded_at__isnull=False),
                name="removal_recorded_with_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.listed_on}"

    @property
    def removed_early(self) -> bool:
        """Whether it was removed before the listing would have ended by itself."""
        return self.removed_on is not None and self.due_on is not None and self.removed_on < self.due_on


class Ban(DatedFact):
    """Barred from applying (禁申期) from ``starts`` to ``last_day``, both included; (二十二): two years."""

    starts = models.DateField(_("起算日"))
    last_day = models.DateField(_("最后一日"))
    ground = models.CharField(_("事由"), max_length=300)

    class Meta:
        verbose_name = _("禁申期")
        verbose_name_plural = _("禁申期")
        ordering = ["-starts", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("starts")), name="ban_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.starts} – {self.last_day}"


class MaterialChange(DatedFact):
    """A material change (重大事项变更, (十九)) on a day; ``before`` and ``after`` are texts for people.

    ``recording`` holds what it changed in the record, ``status`` the status that it gave the enterprise, if any.
    """

    class Kind(models.TextChoices):
        RENAME = "rename", _("更名")
        CAPITAL = "capital", _("注册资本变更")
        MERGER = "merger", _("合并")
        SPLIT = "split", _("分立")
        DISSOLUTION = "dissolution", _("解散注销")
        LIQUIDATION = "liquidation", _("清算")
        SHARE_TRANSFER = "share_transfer", _("股权转让")
        MOVE_IN = "move_in", _("迁入本市")
        MOVE_OUT = "move_out", _("迁出本市")
        MOVE_WITHIN = "move_within", _("市内跨区迁移")

    kind = models.CharField(_("事项"), max_length=20, choices=Kind)
    happened_on = models.DateField(_("发生日期"))
    before = models.CharField(_("变更前"), max_length=300, blank=True)
    after = models.CharField(_("变更后"), max_length=300, blank=True)
    other = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Enterprise.Status, blank=True, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("重大事项变更")
        verbose_name_plural = _("重大事项变更")
        ordering = ["-happened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_kind_display()} {self.happened_on}"
