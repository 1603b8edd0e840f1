"""Evidence files and what they prove."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models.enterprise import Enterprise
from zongbu.desk.enterprises.models.events import Ban, DishonestyListing, MaterialChange
from zongbu.desk.enterprises.models.facts import Recording
from zongbu.desk.enterprises.models.group import GroupTie

TARGETS = ("recording", "change", "listing", "ban", "tie")
"""What a file may prove."""
_ONE_TARGET = Q(*(Q(**{f"{one}__isnull": one != given for one in TARGETS}) for given in TARGETS), _connector=Q.OR)


class EvidenceFile(models.Model):
    """An uploaded file. ``stored`` is its random name below ``settings.EVIDENCE``; ``name`` is what people see."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("类型"), max_length=10)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=64, unique=True)
    scan = models.CharField(_("查毒"), max_length=100, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class EvidenceLink(models.Model):
    """What a file proves: exactly one recording, change, listing, ban or tie. A linked file cannot be deleted."""

    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="links")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, related_name="evidence_links")
    change = models.ForeignKey(MaterialChange, on_delete=models.PROTECT, null=True, related_name="evidence_links")
    listing = models.ForeignKey(DishonestyListing, on_delete=models.PROTECT, null=True, related_name="evidence_links")
    ban = models.ForeignKey(Ban, on_delete=models.PROTECT, null=True, related_name="evidence_links")
    tie = models.ForeignKey(GroupTie, on_delete=models.PROTECT, null=True, related_name="evidence_links")

    class Meta:
        verbose_name = _("材料关联")
        verbose_name_plural = _("材料关联")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_TARGET, name="evidence_proves_one_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.file}"
