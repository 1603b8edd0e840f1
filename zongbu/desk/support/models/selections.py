"""Selections and recommendations: a list of candidates for a measure and a year, proposed, decided by another person,
published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.fields import this_moment
from zongbu.desk.kernel.flow import Case
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.unpaid.flow import SELECTION

APPROVERS = [(role.value, role.label) for role in (Role.LEADING_GROUP, Role.CITY_LEAD, Role.DISTRICT_LEAD)]
"""Who may be the one that decides; of a district's list its own lead."""


class SelectionList(Case):
    """Who is selected or recommended under a measure for a year.

    ``places`` is how many may be chosen (None: not published, so not limited). ``district`` is empty for the city's.
    """

    receipt = models.CharField(_("编号"), max_length=24, unique=True)
    title = models.CharField(_("名称"), max_length=100)
    policy = models.CharField(_("政策"), max_length=100)
    measure = models.CharField(_("措施"), max_length=100)
    measure_title = models.CharField(_("措施名称"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年度"))
    district = models.CharField(_("区县"), max_length=6, blank=True)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    approver = models.CharField(_("决定人"), max_length=20, choices=APPROVERS)
    places = models.PositiveSmallIntegerField(_("名额"), null=True, blank=True)
    basis = models.TextField(_("标准和依据"), max_length=1000)
    notice = models.TextField(_("公布说明"), max_length=1000, blank=True)
    proposed_at = models.DateTimeField(_("提请时间"), null=True, editable=False)
    decided_at = models.DateTimeField(_("决定时间"), null=True, editable=False)
    published_at = models.DateTimeField(_("公布时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("推荐名单")
        verbose_name_plural = _("推荐名单")
        ordering = ["-pk"]
        constraints = [
            SELECTION.constraint(),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, decided_at__isnull=False),
                name="selection_published_after_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return self.receipt


class Candidate(models.Model):
    """An enterprise on a list. ``published_name`` is a person or project to be published with it (empty: none).

    ``proposed`` and ``chosen`` are None until somebody has said so.
    """

    selection = models.ForeignKey(SelectionList, on_delete=models.CASCADE, related_name="candidates")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        "support.SupportRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="candidates"
    )
    published_name = models.CharField(_("公布的姓名或项目"), max_length=100, blank=True)
    entitled = models.BooleanField(_("系统判断"), null=True, editable=False)
    standing = models.CharField(_("核查"), max_length=300, blank=True, editable=False)
    proposed = models.BooleanField(_("拟列入"), null=True)
    grounds = models.CharField(_("提名理由"), max_length=500, blank=True)
    chosen = models.BooleanField(_("决定列入"), null=True, editable=False)
    decision_reason = models.CharField(_("决定理由"), max_length=500, blank=True)
    added_at = models.DateTimeField(default=this_moment, editable=False)

    class Meta:
        verbose_name = _("候选")
        verbose_name_plural = _("候选")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "enterprise", "published_name"], name="candidate_once_a_selection"
            ),
        ]

    def __str__(self) -> str:
        return str(self.enterprise)
