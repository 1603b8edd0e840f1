"""The unified social credit code as people type it: what is refused, what is only warned about."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc as standard
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as Unfit

FORM: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
"""GB 32100: two places for the registering authority, six for the division, nine for the body, one check character."""


def clean_uscc(typed: str) -> str:
    """The code in capitals and half-width, without spaces and hyphens.

    Raises:
        ValidationError: it does not have the form of GB 32100. A wrong check character is no fault: early codes
            have it.
    """
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(code) != 18:
        raise ValidationError(
            _("统一社会信用代码应为 18 位，这里是 %(length)d 位。") % {"length": len(code)}, code="uscc_length"
        )
    if not FORM.fullmatch(code):
        raise ValidationError(
            _("统一社会信用代码只含数字和大写字母（没有 I、O、S、V、Z），第 3 至 8 位是数字。"), code="uscc_form"
        )
    return code


def warning_of(code: str) -> str:
    """What is odd about a code of the right form; empty if nothing is. Only ever a warning."""
    try:
        standard.validate(code)
    except InvalidChecksum:
        return _("校验位不符：早期赋予的代码可能如此，请与营业执照核对。")
    except Unfit:
        return _("代码的登记管理部门或机构类别不常见，请与营业执照核对。")
    return ""
