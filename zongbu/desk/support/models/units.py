"""Which organisation stands behind a responsible unit (责任单位) that a policy names."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResponsibleUnit(models.Model):
    """A unit as a policy writes it, and the organisation that acts for it here; the city office keeps the table."""

    policy = models.CharField(_("政策"), max_length=100)
    unit = models.CharField(_("责任单位"), max_length=100)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("责任单位")
        verbose_name_plural = _("责任单位")
        ordering = ["policy", "unit"]
        constraints = [models.UniqueConstraint(fields=["policy", "unit"], name="responsible_unit_once")]

    def __str__(self) -> str:
        return f"{self.unit} → {self.organisation}"
