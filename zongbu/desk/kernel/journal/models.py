"""The journal's two tables: the entries, and the head of the chain that they hang on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Who did what, when, to what, from where; what it was before and what after. Never altered, never removed.

    The person and the organisation are kept as plain numbers and names: an entry stays as it was, whatever becomes
    of them. ``digest`` covers all other fields and the digest before, see ``chain.py``.
    """

    sequence = models.BigIntegerField(primary_key=True)
    moment = models.DateTimeField(_("时间"))
    act = models.CharField(_("动作"), max_length=80)
    person = models.BigIntegerField(null=True)
    person_name = models.CharField(_("人员"), max_length=150, blank=True)
    role = models.CharField(_("角色"), max_length=30, blank=True)
    organisation = models.BigIntegerField(null=True)
    organisation_name = models.CharField(_("所属组织"), max_length=200, blank=True)
    subject_kind = models.CharField(_("对象类别"), max_length=60, blank=True)
    subject = models.CharField(_("对象"), max_length=60, blank=True)
    subject_name = models.CharField(_("对象名称"), max_length=200, blank=True)
    case = models.CharField(_("事项编号"), max_length=60, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    before = models.JSONField(_("之前"), null=True)
    after = models.JSONField(_("之后"), null=True)
    address = models.CharField(_("网络地址"), max_length=45, blank=True)
    algorithm = models.CharField(max_length=20)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("日志")
        verbose_name_plural = _("日志")
        ordering = ["sequence"]
        indexes = [
            models.Index(fields=["subject_kind", "subject", "sequence"], name="entry_subject"),
            models.Index(fields=["case", "sequence"], name="entry_case"),
            models.Index(fields=["person", "sequence"], name="entry_person"),
            models.Index(fields=["act", "sequence"], name="entry_act"),
            models.Index(fields=["moment"], name="entry_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.act}"


class Head(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that entries follow one another."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=1), name="head_is_one")]

    def __str__(self) -> str:
        return str(self.sequence)
