"""Requests and referrals: whatever a measure gives that is not money and has to be asked for; and how long what is
personal in them is kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.enterprises.models.facts import Kept
from zongbu.desk.kernel.fields import this_moment
from zongbu.desk.kernel.flow import Case
from zongbu.desk.support.models.ledger import Level
from zongbu.desk.support.unpaid.flow import REQUEST

OPEN = ("asked", "received", "returned")
"""States in which something is still to be done."""
TAKING = (*OPEN, "granted")
"""States in which a request takes its place, where a measure is given once or once a year."""
PERSONAL = ("subject", "text", "contact_name", "contact_phone")
"""What may tell of persons: read by the enterprise and whoever handles the case, never journalled, erased in time."""


class SupportRequest(Case):
    """An enterprise asks for a service, a recommendation or places, or an official refers it.

    ``as_of`` is the day whose law and facts count. ``slot`` is empty where a measure may be asked for any number of
    times. ``granted`` are places (名额) that were granted. ``due_on`` repeats, for lists, what the flow computes.
    """

    class Origin(models.TextChoices):
        ASKED = "asked", _("企业申请")
        REFERRED = "referred", _("官员转介")

    receipt = models.CharField(_("编号"), max_length=24, unique=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="support_requests")
    district = models.CharField(_("区县"), max_length=6)
    policy = models.CharField(_("政策"), max_length=100)
    policy_version = models.CharField(_("政策版本"), max_length=64, editable=False)
    measure = models.CharField(_("措施"), max_length=100)
    title = models.CharField(_("措施名称"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40)
    category = models.CharField(_("类别"), max_length=4)
    level = models.CharField(_("受理层级"), max_length=10, choices=Level)
    year = models.PositiveSmallIntegerField(_("年度"))
    as_of = models.DateField(_("计算基准日"))
    slot = models.CharField(max_length=300, blank=True, editable=False)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(_("办理事项"), max_length=200, blank=True)
    text = models.TextField(_("说明"), max_length=2000, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    entitled = models.BooleanField(_("系统判断"), null=True, editable=False)
    checks = models.JSONField(_("核查"), default=list, editable=False)
    granted = models.PositiveIntegerField(_("给予名额"), null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("申请时间"), default=this_moment, editable=False)
    received_at = models.DateTimeField(_("接收时间"), null=True, editable=False)
    decided_at = models.DateTimeField(_("办结时间"), null=True, editable=False)
    due_on = models.DateField(_("到期日"), null=True, editable=False)
    forgotten_at = models.DateTimeField(_("个人信息删除时间"), null=True, editable=False)

    unjournalled = frozenset({*PERSONAL, "checks", "due_on"})
    due_field = "due_on"

    class Meta:
        verbose_name = _("服务申请")
        verbose_name_plural = _("服务申请")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "state"], name="request_desk"),
            models.Index(fields=["district", "state"], name="request_district"),
            models.Index(fields=["measure", "year", "state"], name="request_of_measure"),
        ]
        constraints = [
            REQUEST.constraint(),
            models.UniqueConstraint(
                fields=["enterprise", "slot"],
                condition=Q(state__in=TAKING) & ~Q(slot=""),
                name="request_takes_its_place_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "declined"]) | Q(decided_at__isnull=False),
                name="request_decided_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(granted=None) | Q(state="granted", granted__gt=0), name="request_grants_places_at_its_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.enterprise}"

    @property
    def number(self) -> str:
        return self.receipt


class RequestMaterial(models.Model):
    """A file handed in for a material that the measure names."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("材料"), max_length=100)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="support_requests")
    added_at = models.DateTimeField(default=this_moment, editable=False)

    class Meta:
        verbose_name = _("申请材料")
        verbose_name_plural = _("申请材料")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "title", "file"], name="request_file_once")]

    def __str__(self) -> str:
        return str(self.file)


class RetentionRule(Kept):
    """How many days after the end of a case what is personal in it is kept; the newest one holds. Nothing is published
    about it, so whoever sets it says why."""

    days = models.PositiveSmallIntegerField(_("保存天数"))
    reason = models.TextField(_("理由"), max_length=1000)
    set_at = models.DateTimeField(_("设定时间"), default=this_moment)
    set_by = models.CharField(_("设定人"), max_length=150)
    organisation_name = models.CharField(_("单位"), max_length=200)

    class Meta:
        verbose_name = _("个人信息保存期限")
        verbose_name_plural = _("个人信息保存期限")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.days)
