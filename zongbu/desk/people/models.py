"""Organisations, people and in which role who acts for whom, until when."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Case
from zongbu.desk.kernel.roles import FINANCE, Role
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.flow import REGISTRATION


class Person(AbstractUser):
    """Somebody who signs in. The name is kept in one field: family and given name are not told apart."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=100)
    email = models.EmailField(_("电子邮箱"), blank=True)
    must_change_password = models.BooleanField(_("须更换密码"), default=False)
    password_changed_at = models.DateTimeField(_("密码更换时间"), default=timezone.now, editable=False)
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True, editable=False)
    locked_reason = models.CharField(_("锁定理由"), max_length=500, blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            # Sign-in does not tell capitals from small letters, so neither may two names differ in nothing else.
            models.UniqueConstraint(Lower("username"), name="person_username_once"),
            models.CheckConstraint(condition=Q(locked_at=None) | Q(is_active=False), name="locked_person_is_inactive"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PastPassword(models.Model):
    """The hash of a password that a person has had; the latest few may not be used again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.set_at:%Y-%m-%d}"


class Organisation(models.Model):
    """Whom people act for. District offices have a district, enterprises a unified social credit code.

    A finance office with a district is that district's bureau, one without is the city's.
    """

    class Kind(models.TextChoices):
        CITY_OFFICE = "city_office", _("市总部办")
        LEADING_GROUP = "leading_group", _("领导小组")
        DISTRICT_OFFICE = "district_office", _("区县总部办")
        DEPARTMENT = "department", _("市级部门")
        FINANCE = "finance", _("财政部门")
        ENTERPRISE = "enterprise", _("企业")
        INSPECTOR = "inspector", _("第三方检查机构")
        OPERATOR = "operator", _("运维机构")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=200)
    district = models.CharField(_("区县"), max_length=6, blank=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("设立时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("组织")
        verbose_name_plural = _("组织")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], condition=~Q(kind="enterprise"), name="organisation_named_once"
            ),
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"),
            models.CheckConstraint(
                condition=~Q(kind="district_office") | ~Q(district=""), name="district_office_has_district"
            ),
            models.CheckConstraint(condition=~Q(kind="enterprise") | ~Q(uscc=""), name="enterprise_has_uscc"),
            models.UniqueConstraint(
                fields=["district"], condition=Q(kind="district_office"), name="district_office_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "district"],
                condition=Q(kind="finance"),
                name="finance_office_once",
                violation_error_message=_("市本级和每个区县各只有一个财政部门，这一个已经有了。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that its members may hold: those of its kind; of a finance office also by whether it is the
        city's or a district's."""
        if self.kind == self.Kind.FINANCE:
            return frozenset({Role.DISTRICT_FINANCE if self.district else Role.CITY_FINANCE})
        return ROLES_OF_KIND[self.kind]


ROLES_OF_KIND: dict[str, frozenset[Role]] = {
    Organisation.Kind.CITY_OFFICE: frozenset({Role.CITY_OFFICER, Role.CITY_LEAD}),
    Organisation.Kind.LEADING_GROUP: frozenset({Role.LEADING_GROUP}),
    Organisation.Kind.DISTRICT_OFFICE: frozenset({Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD}),
    Organisation.Kind.DEPARTMENT: frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEAD}),
    Organisation.Kind.FINANCE: FINANCE,
    Organisation.Kind.ENTERPRISE: frozenset({Role.ENTERPRISE_STAFF, Role.ENTERPRISE_LEAD}),
    Organisation.Kind.INSPECTOR: frozenset({Role.INSPECTOR}),
    Organisation.Kind.OPERATOR: frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR}),
}
"""The roles that the members of each kind of organisation may hold; of one organisation ``Organisation.roles``."""


class Membership(models.Model):
    """In which role a person acts for an organisation, from when and until when.

    What gives much (``rules.needs_second``) waits for a second person, who is not the one that proposed it: a new
    membership without ``confirmed_at`` gives no rights; a rise stands in ``next_…`` until then and the membership goes
    on as it was. Memberships made outside the pages (the first people of a service) count as confirmed.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("角色"), max_length=30, choices=Role)
    administers = models.BooleanField(_("管理本组织成员"), default=False)
    starts = models.DateField(_("开始"), default=timezone.localdate)
    expires = models.DateField(_("到期（含当日）"), null=True, blank=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("确认时间"), default=timezone.now, null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    proposed_at = models.DateTimeField(null=True, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    next_role = models.CharField(max_length=30, choices=Role, blank=True, editable=False)
    next_administers = models.BooleanField(default=False, editable=False)
    next_expires = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        ordering = ["organisation_id", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(ended_at=None), name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(expires=None) | Q(expires__gte=models.F("starts")), name="membership_expires_after_start"
            ),
            models.CheckConstraint(condition=~Q(role="public"), name="membership_is_not_public"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False, next_role="") | Q(proposed_by__isnull=False),
                name="membership_waiting_was_proposed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(next_role="", confirmed_by=None),
                name="membership_waits_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(proposed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="membership_confirmed_by_another",
            ),
            models.CheckConstraint(condition=~Q(next_role="public"), name="membership_next_is_not_public"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation} · {self.get_role_display()}"

    def valid_on(self, day: date) -> bool:
        """Whether the person may act on a day."""
        return (
            self.ended_at is None
            and self.confirmed_at is not None
            and self.starts <= day
            and (self.expires is None or day <= self.expires)
        )

    @property
    def waits(self) -> bool:
        """Whether the membership, or its rise, waits for a second person."""
        return self.ended_at is None and (self.confirmed_at is None or bool(self.next_role))

    @property
    def proposed(self) -> tuple[Role, bool, date | None]:
        """Role, administration and end that wait to be confirmed; what holds where nothing waits."""
        if self.next_role:
            return Role(self.next_role), self.next_administers, self.next_expires
        return Role(self.role), self.administers, self.expires

    @property
    def proposed_role(self) -> str:
        """The role that waits to be confirmed, in words."""
        return str(self.proposed[0].label)


class Invitation(models.Model):
    """A membership offered to somebody by a link that can be used once, until it expires or is withdrawn.

    The link carries ``nonce`` under the service's signature; renewing an invitation changes the nonce, so that the
    former link is worth nothing.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(_("角色"), max_length=30, choices=Role)
    administers = models.BooleanField(_("管理本组织成员"), default=False)
    name = models.CharField(_("姓名"), max_length=100)
    email = models.EmailField(_("电子邮箱"), blank=True)
    membership_expires = models.DateField(_("成员资格到期（含当日）"), null=True, blank=True)
    nonce = models.CharField(max_length=43, unique=True, editable=False)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("邀请时间"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("邀请失效时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("接受时间"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
            models.CheckConstraint(condition=~Q(role="public"), name="invitation_is_not_public"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.organisation} · {self.get_role_display()}"

    def open_at(self, moment: datetime) -> bool:
        """Whether the invitation can still be accepted at a moment."""
        return self.accepted_at is None and self.withdrawn_at is None and moment < self.expires_at


class Registration(Case):
    """An enterprise asks for access: its district office confirms or refuses.

    ``account`` is made with the registration and cannot sign in before the confirmation. The receipt number together
    with the code (of which only a digest is kept) shows the state without signing in.
    """

    receipt = models.CharField(_("收件号"), max_length=20, unique=True, editable=False)
    code_digest = models.CharField(max_length=64, editable=False)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("企业名称"), max_length=200)
    district = models.CharField(_("所属区县"), max_length=6, choices=DISTRICTS)
    contact_name = models.CharField(_("联系人"), max_length=100)
    contact_phone = models.CharField(_("联系电话"), max_length=30)
    contact_email = models.EmailField(_("电子邮箱"), blank=True)
    account = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="registrations")
    account_is_new = models.BooleanField(default=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("提交时间"), default=timezone.now, editable=False)
    reply = models.TextField(_("答复"), blank=True)

    unjournalled = frozenset({"code_digest", "contact_name", "contact_phone", "contact_email", "reply"})

    class Meta:
        verbose_name = _("企业账号注册")
        verbose_name_plural = _("企业账号注册")
        ordering = ["submitted_at", "pk"]
        constraints = [
            REGISTRATION.constraint(),
            models.UniqueConstraint(
                fields=["uscc"],
                condition=Q(state="submitted"),
                name="registration_open_once",
                violation_error_message=_("这家企业已有一份注册正在办理，请等待区县答复。"),
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", organisation__isnull=False)
                | (~Q(state="confirmed") & Q(organisation=None)),
                name="registration_confirmed_has_organisation",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reply=""), name="registration_refused_says_why"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> str:
        return self.receipt
