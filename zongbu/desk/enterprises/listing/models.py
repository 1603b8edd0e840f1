"""Saved views: the criteria of a list under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Words, filters, order and columns under a name, of a person acting for an organisation.

    ``shared`` shows it to the whole organisation. At most one of a person's views is the ``default``: what the list
    shows when nothing is asked for. ``criteria`` is what ``Criteria.plain_data`` gives.
    """

    owner = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=40)
    criteria = models.JSONField(default=dict)
    shared = models.BooleanField(_("本单位可见"), default=False)
    default = models.BooleanField(_("默认视图"), default=False)
    updated_at = models.DateTimeField(_("更新时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("视图")
        verbose_name_plural = _("视图")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "organisation", "name"], name="view_named_once"),
            models.UniqueConstraint(
                fields=["owner", "organisation"], condition=Q(default=True), name="view_one_default"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_name_given"),
        ]

    def __str__(self) -> str:
        return self.name
