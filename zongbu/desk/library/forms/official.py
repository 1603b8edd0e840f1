"""Attaching the official text: as a file or pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.library.forms.fields import LongField

LARGEST = 2 * 2**20
"""Bytes of a text file at most."""


class OfficialForm(forms.Form):
    """The plain text and where it was taken from."""

    file = forms.FileField(
        label=gettext_lazy("纯文本文件"), required=False, help_text=gettext_lazy("UTF-8 或 GB18030 编码，不超过 2 MB。")
    )
    text = LongField(label=gettext_lazy("或粘贴全文"), required=False, rows=8, max_length=500_000)
    origin = forms.CharField(
        label=gettext_lazy("取自何处"), max_length=500, help_text=gettext_lazy("发布网页的地址，或档号。")
    )

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data.get("file")
        if file is None:
            return ""
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("文件太大，纯文本不应超过 2 MB。"))
        content = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = str(content, encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return text
        raise forms.ValidationError(_("这不是纯文本文件。请把政策全文另存为纯文本再上传。"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "file" in data and not data["file"] and not data.get("text"):
            raise forms.ValidationError(_("请选择文件或粘贴全文。"))
        return data

    @property
    def full_text(self) -> str:
        return str(self.cleaned_data["file"] or self.cleaned_data["text"])
