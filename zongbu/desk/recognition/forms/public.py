"""What the public sends: an objection."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from zongbu.desk.library.forms.fields import LongField


class ObjectionForm(forms.Form):
    """An objection: as little about the person as possible. ``website`` is a trap for programs that fill everything."""

    text = LongField(
        label=gettext_lazy("异议的内容和依据"),
        max_length=4000,
        rows=7,
        help_text=gettext_lazy("写明哪一点不符合、依据是什么。请不要写与异议无关的个人隐私和商业秘密。"),
    )
    name = forms.CharField(label=gettext_lazy("姓名或单位"), max_length=100, required=False)
    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("只供工作人员核实和答复，不公开，答复半年后删除。不留也可以凭收件号查看答复。"),
    )
    consent = forms.BooleanField(label=gettext_lazy("我同意为办理这份异议而处理以上内容"))
    website = forms.CharField(
        required=False, label="", widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    @property
    def trapped(self) -> bool:
        """Whether a program filled in the field that people do not see."""
        return bool(self.data.get("website"))
