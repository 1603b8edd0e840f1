"""A yearly round (四): its policy, its window, and everything the text leaves open, each setting with its reason."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Case
from zongbu.desk.kernel.roles import Role
from zongbu.desk.library.kept import policy_as_of
from zongbu.desk.library.policies import policy
from zongbu.desk.recognition.flow import ROUND
from zongbu.law import Policy

APPROVERS = ((Role.LEADING_GROUP.value, _("领导小组")), (Role.CITY_LEAD.value, _("总部办负责人")))
"""Who may be given the final decision; the text does not say who has it."""


class Round(Case):
    """One round of recognition under one policy.

    ``policy_version`` is the policy's content hash when the round was announced, ``as_of`` the day whose law and facts
    the assessments go by. ``qualifies`` is the result that decides, ``admits`` the one that says whether an enterprise
    may apply at all, ``tracks`` the results of which each is a way in; all are identifiers of the policy. ``basis``
    holds the reason of each setting that the policy leaves open (name of the field → reason). The terms are in working
    days, None where none is set; the public notice is counted in calendar days.
    """

    policy = models.CharField(_("政策"), max_length=100)
    policy_version = models.CharField(_("政策版本"), max_length=64, blank=True, editable=False)
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("名称"), max_length=200)
    as_of = models.DateField(_("评估基准日"))
    opens = models.DateField(_("申报开始"))
    closes = models.DateField(_("申报截止（含当日）"))
    qualifies = models.CharField(_("决定认定的结果"), max_length=100, default="is_headquarters")
    admits = models.CharField(_("决定可否申报的结果"), max_length=100, default="may_apply", blank=True)
    tracks = models.JSONField(_("认定途径"), default=list, blank=True)
    approver = models.CharField(_("最后批准"), max_length=30, choices=APPROVERS, default=Role.LEADING_GROUP)
    notice_days = models.PositiveSmallIntegerField(_("公示天数（自然日）"))
    district_days = models.PositiveSmallIntegerField(_("区县初审期限（工作日）"), null=True, blank=True)
    department_days = models.PositiveSmallIntegerField(_("部门意见期限（工作日）"), null=True, blank=True)
    correction_days = models.PositiveSmallIntegerField(_("补正期限（工作日）"), null=True, blank=True)
    office_days = models.PositiveSmallIntegerField(_("市总部办汇总期限（工作日）"), null=True, blank=True)
    valid_years = models.PositiveSmallIntegerField(_("证书有效年数"), null=True, blank=True)
    declaration = models.TextField(_("真实性承诺文本"))
    basis = models.JSONField(_("各项设定的理由"), default=dict, blank=True)
    contact = models.CharField(_("咨询方式"), max_length=200, blank=True)
    demonstration = models.BooleanField(_("演示"), default=False, editable=False)
    announced_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    concluded_at = models.DateTimeField(_("结束时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("认定批次")
        verbose_name_plural = _("认定批次")
        ordering = ["-year", "-pk"]
        constraints = [
            ROUND.constraint(),
            models.UniqueConstraint(
                fields=["policy", "year"], condition=~Q(state="cancelled"), name="round_once_a_year"
            ),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="round_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | ~Q(policy_version=""), name="round_has_version"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return f"{self.policy}/{self.year}"

    @property
    def law(self) -> Policy:
        """The policy in the version that was announced; before that as it reads now.

        Raises:
            UnknownPolicy: there is none, or that version was not kept.
        """
        return policy_as_of(self.policy, self.policy_version) if self.policy_version else policy(self.policy)

    def accepts(self, day: date) -> bool:
        """Whether applications may be submitted on a day."""
        return self.state == "open" and self.opens <= day <= self.closes

    @property
    def stage(self) -> str:
        """Where the round is today: ``draft``, ``ahead``, ``open``, ``reviewing``, ``concluded`` or ``cancelled``."""
        today = timezone.localdate()
        if self.state != "open":
            return self.state
        return "ahead" if today < self.opens else "open" if today <= self.closes else "reviewing"


class RoundCheck(models.Model):
    """What a department is asked about each application of a round: facts to confirm, in its own words."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="checks")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(_("核对的事实"), default=list)
    task = models.CharField(_("审查内容"), max_length=300)

    class Meta:
        verbose_name = _("部门审查")
        verbose_name_plural = _("部门审查")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "organisation"], name="round_asks_department_once")]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.task}"


class RequiredMaterial(models.Model):
    """A document that applicants hand in; ``track`` limits it to one way in (empty: all)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("材料"), max_length=200)
    note = models.CharField(_("要求"), max_length=300, blank=True)
    track = models.CharField(_("途径"), max_length=100, blank=True)
    required = models.BooleanField(_("必交"), default=True)

    class Meta:
        verbose_name = _("申报材料")
        verbose_name_plural = _("申报材料")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "title"], name="round_names_material_once")]

    def __str__(self) -> str:
        return self.title
