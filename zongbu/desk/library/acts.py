"""How the acts on policies are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "library.attach_official": _("附上官方文本"),
    "library.open_consultation": _("开始征求意见"),
    "library.close_consultation": _("结束征求意见"),
    "library.comment": _("提出意见"),
    "library.moderate": _("审看意见"),
    "library.answer": _("答复意见"),
    "library.summarise": _("汇总意见"),
    "library.summarise_article": _("汇总一条的意见"),
    "library.record_review": _("登记公平竞争审查"),
}
