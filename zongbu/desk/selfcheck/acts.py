"""How screenings are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "selfcheck.screen": _("发起批量筛查"),
    "selfcheck.cancel": _("取消批量筛查"),
    "selfcheck.export": _("导出筛查结果"),
}
