"""How the acts of the support desk are called in the journal; those of its flows are named there."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "support.fill": _("填写兑现申请"),
    "support.choose_account": _("登记收款账户"),
    "support.hand_in": _("提交兑现材料"),
    "support.take_out": _("移除兑现材料"),
    "support.name_invoices": _("登记发票"),
    "support.sign": _("签署真实性承诺"),
    "support.answer": _("说明补正意见"),
    "support.comment": _("提出补正意见"),
    "support.uncomment": _("撤销补正意见"),
    "support.set_up": _("设立资金"),
    "support.appropriate": _("安排预算"),
    "support.withdraw": _("调减预算"),
    "support.put_right": _("冲正分录"),
    "support.close": _("年度关账"),
    "support.upload_results": _("上传支付结果"),
    "support.apply_results": _("登记支付结果"),
    "support.drop_results": _("放弃支付结果文件"),
    "support.fetch_batch": _("下载拨付批次文件"),
    "support.export_lines": _("导出账务明细"),
    "support.take_out_order": _("移出拨付批次"),
    "support.stay_behind": _("拨付前核查未通过"),
    "support.paid": _("登记已支付"),
    "support.failed": _("登记支付失败"),
    "support.reissue": _("重新签发支付单"),
    "support.export_claims": _("导出兑现申请"),
    "support.run_offers": _("发起免申即享推送"),
    "support.enter_unit": _("登记责任单位"),
    "support.remove_unit": _("移除责任单位"),
}
