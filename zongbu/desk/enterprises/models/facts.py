"""Facts with provenance: recordings (who, when, from where) and the records made in them; drafts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models.enterprise import Enterprise


class Source(models.TextChoices):
    """Where a value comes from."""

    DECLARED = "declared", _("企业申报")
    REGISTRY = "registry", _("登记或部门数据")
    FINDING = "finding", _("部门认定")


class AppendOnly(models.QuerySet[Any]):
    """Rows that are added and never altered or removed; the database refuses it as well."""

    def update(self, **given: Any) -> int:
        raise PermissionDenied("what has been recorded is corrected by a newer record")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("what has been recorded is corrected by a newer record")


class Kept(models.Model):
    """Base of what is never overwritten or deleted."""

    objects = models.Manager.from_queryset(AppendOnly)()

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **given: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise PermissionDenied("what has been recorded is corrected by a newer record")
        super().save(*arguments, **given)

    def delete(self, *arguments: Any, **given: Any) -> tuple[int, dict[str, int]]:
        raise PermissionDenied("what has been recorded is corrected by a newer record")


class Recording(Kept):
    """One act of recording: everything that one person (or one import batch) recorded at one moment.

    ``source_name`` names the register, document or file, ``batch`` the import run it belongs to.
    """

    source = models.CharField(_("来源"), max_length=10, choices=Source)
    source_name = models.CharField(_("来源说明"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("记录时间"), default=timezone.now)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    person_name = models.CharField(_("记录人"), max_length=150, blank=True)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    organisation_name = models.CharField(_("记录单位"), max_length=200, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    batch = models.CharField(_("批次"), max_length=40, blank=True, db_index=True)

    class Meta:
        verbose_name = _("记录")
        verbose_name_plural = _("记录")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source="finding") | ~models.Q(reason=""), name="finding_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.recorded_at:%Y-%m-%d}"


class FactRecord(Kept):
    """The value of one fact of one enterprise, from a day on; the newest record of the latest day counts.

    ``value`` is canonical text (``facts.values.written``); empty: not known any more. ``year`` is the year that a fact
    of a prior year tells of, None for the others. Rows are narrow because there are many: who and when stand in the
    recording.
    """

    id = models.BigAutoField(primary_key=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="records", db_index=False)
    fact = models.CharField(_("事实"), max_length=60)
    year = models.SmallIntegerField(_("年度"), null=True, blank=True)
    value = models.CharField(_("值"), max_length=500, blank=True)
    valid_from = models.DateField(_("生效日"))
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="records", db_index=False)

    class Meta:
        verbose_name = _("事实记录")
        verbose_name_plural = _("事实记录")
        ordering = ["pk"]
        indexes = [models.Index(fields=["enterprise", "fact", "year", "valid_from", "id"], name="fact_latest_at")]

    def __str__(self) -> str:
        return f"{self.fact}{f'@{self.year}' if self.year else ''} = {self.value}"

    @property
    def key(self) -> str:
        """``identifier`` or ``identifier@year``, as ``Enterprise.known`` and the engine name it."""
        return f"{self.fact}@{self.year}" if self.year is not None else self.fact


class FactDraft(models.Model):
    """What an enterprise has typed for a year and not submitted; shared by its people.

    ``revision`` detects two who write.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    year = models.SmallIntegerField(_("年度"))
    values = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "year"], name="one_draft_a_year")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year} {self.saved_at:%Y-%m-%d}"
