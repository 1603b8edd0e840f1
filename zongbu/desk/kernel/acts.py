"""How the kernel's own acts are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "kernel.export_journal": _("导出审计日志"),
    "kernel.verify_journal": _("核验审计日志"),
    "kernel.import_calendar": _("导入年度日历"),
}
