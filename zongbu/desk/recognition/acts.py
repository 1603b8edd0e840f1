"""How the acts of recognition are called in the journal; those of its flows are named there."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "recognition.fill": _("填写申请"),
    "recognition.hand_in": _("提交申报材料"),
    "recognition.take_out": _("移除申报材料"),
    "recognition.sign": _("签署真实性承诺"),
    "recognition.answer": _("说明补正意见"),
    "recognition.allow_beside_group": _("备案集团例外"),
    "recognition.check": _("核查条件"),
    "recognition.comment": _("提出补正意见"),
    "recognition.uncomment": _("撤销补正意见"),
    "recognition.issue": _("制发证书"),
    "recognition.export_sheet": _("导出汇总表"),
    "recognition.export_applications": _("导出申请列表"),
    "recognition.print": _("批量打印证书"),
    "recognition.score": _("录入评分"),
    "recognition.end_star": _("终止星级"),
    "recognition.export_stars": _("导出星级评价"),
    "recognition.export_titles": _("导出认定名册"),
}
