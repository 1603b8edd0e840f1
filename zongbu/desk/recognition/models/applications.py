"""An application with what belongs to it: materials, declarations, field comments, the district's check list."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel.flow import Case
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models.rounds import RequiredMaterial, Round

BEFORE_DECISION = ("draft", "district", "returned", "departments", "city", "returned_by_city", "proposed")
AFTER_SUBMISSION = Q(submitted_at__isnull=False)


class Proposal(models.TextChoices):
    """What the city office proposes, and what is then decided."""

    RECOGNISE = "recognise", pgettext_lazy("recognition", "认定")
    REFUSE = "refuse", _("不予认定")


class Application(Case):
    """One enterprise in one round.

    ``receipt`` is the number people use. ``district`` is that of the enterprise when it was submitted. ``track`` is the
    way in that the enterprise names (it decides which materials are asked for, nothing else). ``recommended`` is the
    district's word (None: not yet given). ``group_exception`` is why members of one group may apply beside each other.
    ``due_on`` repeats, for lists, what the flow computes; by when drafts, departments and notices end is not in it
    (``recognition.terms``).
    """

    receipt = models.CharField(_("受理号"), max_length=24, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="applications")
    district = models.CharField(_("区县"), max_length=6)
    track = models.CharField(_("申报途径"), max_length=100, blank=True)
    entry = models.CharField(_("申报方式"), max_length=10, default="page", editable=False)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    note = models.TextField(_("补充说明"), blank=True, max_length=2000)
    group_exception = models.CharField(_("集团例外理由"), max_length=300, blank=True)
    recommended = models.BooleanField(_("区县推荐"), null=True, blank=True)
    district_opinion = models.TextField(_("区县初审意见"), blank=True)
    office_opinion = models.TextField(_("汇总意见"), blank=True)
    batch = models.ForeignKey(
        "recognition.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    proposal = models.CharField(_("拟办意见"), max_length=10, choices=Proposal, blank=True)
    proposal_reason = models.TextField(_("拟办理由"), blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("到期日"), null=True, editable=False)

    unjournalled = frozenset({"contact_name", "contact_phone", "note"})
    beside = ("round", "enterprise")
    due_field = "due_on"

    class Meta:
        verbose_name = _("认定申请")
        verbose_name_plural = _("认定申请")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["round", "state", "district"], name="application_desk"),
            models.Index(fields=["district", "state"], name="application_district"),
        ]
        constraints = [
            APPLICATION.constraint(),
            models.UniqueConstraint(
                fields=["round", "enterprise"], condition=~Q(state="withdrawn"), name="application_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="application_submitted_with_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused", "noticed", "recognised"]) | Q(decided_at__isnull=False),
                name="application_decided_with_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed") | (Q(batch__isnull=False) & ~Q(proposal="")),
                name="application_proposed_in_a_batch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.receipt}"

    @property
    def number(self) -> str:
        return self.receipt

    @property
    def before_decision(self) -> bool:
        """Whether nothing has been decided yet, so that the enterprise may still withdraw it."""
        return self.state in BEFORE_DECISION


class ApplicationMaterial(models.Model):
    """A file handed in for one of the required materials (None: a further one)."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="materials")
    material = models.ForeignKey(RequiredMaterial, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="applications")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("申报材料文件")
        verbose_name_plural = _("申报材料文件")
        ordering = ["material_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "material", "file"], name="application_file_once"),
        ]

    def __str__(self) -> str:
        return str(self.file)


class Declaration(models.Model):
    """The signed declaration that what is submitted is true: who, when, which text. One per submission."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="declarations")
    person_name = models.CharField(_("签署人"), max_length=150)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("签署时间"), default=timezone.now, editable=False)
    text = models.TextField(_("承诺文本"))
    text_version = models.CharField(_("文本版本"), max_length=16)
    """The first sixteen digits of the text's SHA-256."""

    class Meta:
        verbose_name = _("真实性承诺")
        verbose_name_plural = _("真实性承诺")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.person_name} {self.signed_at:%Y-%m-%d}"


class FieldComment(models.Model):
    """What is to be corrected: one fact (``subject`` is its identifier), one material (``material:4``) or the form
    as a whole (empty). Open until the enterprise has resubmitted and the reviewer accepts, or takes it back."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="comments")
    subject = models.CharField(_("字段"), max_length=120, blank=True)
    text = models.CharField(_("意见"), max_length=500)
    raised_by = models.CharField(max_length=150)
    organisation_name = models.CharField(max_length=200)
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    answered = models.CharField(_("企业说明"), max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("补正意见")
        verbose_name_plural = _("补正意见")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class CheckItem(models.Model):
    """The district's word on one condition (``result``: an identifier of the policy), beside the engine's."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", _("属实")
        DOUBTFUL = "doubtful", _("存疑")
        CONTRARY = "contrary", _("不符")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="checks")
    result = models.CharField(_("条件"), max_length=100)
    verdict = models.CharField(_("核查结论"), max_length=10, choices=Verdict)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    checked_by = models.CharField(max_length=150)
    checked_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("初审核查")
        verbose_name_plural = _("初审核查")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "result"], name="application_checked_once"),
            models.CheckConstraint(condition=Q(verdict="confirmed") | ~Q(note=""), name="doubt_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.result} {self.verdict}"
