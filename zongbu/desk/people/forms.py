"""The forms of this app."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Organisation
from zongbu.desk.people.uscc import clean_uscc


def _policy() -> SafeString:
    return format_html_join(" ", "{}", ((text,) for text in password_validators_help_texts()))


password_policy = lazy(_policy, SafeString)
"""What a password must be like, in the reader's language."""


class DayInput(forms.DateInput):
    """A day, by the browser's own picker."""

    input_type = "date"

    def __init__(self, **given: Any) -> None:
        super().__init__(format="%Y-%m-%d", **given)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("理由写入审计日志。"),
    )


class MembershipForm(forms.Form):
    """Role, administration and end of a membership."""

    role = forms.ChoiceField(label=gettext_lazy("角色"))
    administers = forms.BooleanField(label=gettext_lazy("管理本组织成员（邀请、改角色、终止）"), required=False)
    expires = forms.DateField(
        label=gettext_lazy("到期日（含当日）"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("不填表示长期有效。"),
    )

    def __init__(self, *args: Any, organisation: Organisation, **named: Any) -> None:
        super().__init__(*args, **named)
        fitting = organisation.roles
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in fitting]  # type: ignore[attr-defined]


class ChangeMembershipForm(ReasonForm, MembershipForm):
    """Another role, administration or end, and why."""

    field_order = ("role", "administers", "expires", "reason")


class InvitationForm(MembershipForm):
    """Whom to invite, in which role."""

    field_order = ("name", "email", "role", "administers", "expires")
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        required=False,
        help_text=gettext_lazy("填写后链接只发到这个邮箱；不填则把链接显示给您，由您转交本人。"),
    )


class AdministratorInvitationForm(InvitationForm):
    """Whom to invite as an organisation's administrator: there is no choice about administering."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        del self.fields["administers"]


class AccountFields(forms.Form):
    """The account that somebody chooses: username and password, the latter twice."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=150,
        help_text=gettext_lazy("登录时使用；字母、数字和 @ . + - _，不区分大小写。"),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        strip=False,
        help_text=password_policy(),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=gettext_lazy("再次输入密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("password_again") not in (None, cleaned["password"]):
            self.add_error("password_again", _("两次输入的密码不一致。"))
        return cleaned


class AcceptForm(AccountFields):
    """What a new member says about themselves."""

    field_order = ("name", "username", "password", "password_again")
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))


class OrganisationForm(forms.Form):
    """A new organisation."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    district = forms.ChoiceField(
        label=gettext_lazy("区县"),
        required=False,
        help_text=gettext_lazy("区县总部办和区县财政部门需要选择；市财政部门不选。"),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kinds = [choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.ENTERPRISE]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["district"].choices = [("", "—"), *DISTRICTS.items()]  # type: ignore[attr-defined]


class ChangeOrganisationForm(ReasonForm):
    """An organisation's name, and whether it is in service."""

    field_order = ("name", "active", "reason")
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    active = forms.BooleanField(
        label=gettext_lazy("启用"), required=False, help_text=gettext_lazy("停用后，其成员不能再以本组织的身份办事。")
    )


class EnterpriseFields(forms.Form):
    """The enterprise that registers, and whom to ask about it."""

    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=40,
        help_text=gettext_lazy("营业执照上的 18 位代码。"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("企业名称"),
        max_length=200,
        help_text=gettext_lazy("与营业执照一致。"),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    district = forms.ChoiceField(
        label=gettext_lazy("所属区县"),
        choices=lambda: [("", _("请选择")), *DISTRICTS.items()],
        help_text=gettext_lazy("登记住所所在的区县；由其总部办确认。"),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("联系人姓名"), max_length=100, widget=forms.TextInput({"autocomplete": "name"})
    )
    contact_phone = forms.RegexField(
        r"^[0-9+() \-]{5,30}$",
        label=gettext_lazy("联系电话"),
        max_length=30,
        error_messages={"invalid": gettext_lazy("请填写电话号码：数字、空格、+ - ( )。")},
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        required=False,
        help_text=gettext_lazy("结果也会发到这里。"),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def clean_uscc(self) -> str:
        return clean_uscc(self.cleaned_data["uscc"])


class RegistrationForm(EnterpriseFields, AccountFields):
    """The registration of somebody who has no account yet."""

    field_order = (
        "uscc", "name", "district", "contact_name", "contact_phone", "contact_email",
        "username", "password", "password_again",
    )  # fmt: skip


class ConfirmationForm(forms.Form):
    """What the second person decides about a membership; ``seen`` tells which proposal was on the page."""

    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=[("confirm", gettext_lazy("已核实，确认")), ("decline", gettext_lazy("不予确认"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("不予确认的理由"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    seen = forms.DateTimeField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "decline" and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", ValidationError(_("请说明理由。"), code="required"))
        return cleaned


class ReceiptForm(forms.Form):
    """Receipt number and code."""

    receipt = forms.CharField(
        label=gettext_lazy("收件号"), max_length=30, widget=forms.TextInput({"autocomplete": "off"})
    )
    code = forms.CharField(label=gettext_lazy("查询码"), max_length=30, widget=forms.TextInput({"autocomplete": "off"}))


class DecisionForm(forms.Form):
    """What the office decides about a registration; ``acts`` are the decisions that it may take."""

    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=[("confirm", gettext_lazy("确认注册")), ("refuse", gettext_lazy("不予通过"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("不予通过的理由"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("申请人会看到，请写明须更正什么。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, acts: Collection[str] = ("confirm", "refuse"), **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["decision"]
        field.choices = [one for one in field.choices if one[0] in acts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", ValidationError(_("不予通过须说明理由。"), code="required"))
        return cleaned
