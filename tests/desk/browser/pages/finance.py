"""Money: funds, budgets, orders, batches, reimbursements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _financed(what: str, rest: str = "") -> Callable[[Viewer], str]:
    """A page about money of the demonstration's district, see ``tests.desk.support.financed.address``."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import financed

        return financed.address(what, rest)

    return address


FINANCE = [
    Page("funds at a glance of a district", "/support/finance/", "district_finance"),
    Page("funds at a glance", "/support/finance/", "leading_group"),
    Page("funds of the city's bureau", "/support/funds/", "city_finance"),
    Page("all funds", "/support/funds/", "city_officer"),
    Page("setting up a fund", "/support/funds/new/", "city_finance"),
    Page("a fund", _financed("fund"), "district_finance"),
    Page("appropriating", _financed("fund", "appropriate/"), "district_finance"),
    Page("a budget", _financed("budget"), "district_finance"),
    Page("a budget narrowed", _financed("budget", "?account=committed&kind=commit"), "city_lead"),
    Page("closing a budget", _financed("old budget", "close/"), "district_finance"),
    Page("ledger entries", "/support/lines/?account=paid", "auditor"),
    Page("an entry", _financed("movement"), "district_finance"),
    Page("an entry that was countered", _financed("countered"), "district_finance"),
    Page("countering an entry", _financed("movement", "counter/"), "district_finance"),
    Page("payment orders", "/support/orders/", "district_finance"),
    Page("unpaid orders", "/support/orders/?state=unpaid", "city_officer"),
    Page("a failed order", _financed("failed"), "district_finance"),
    Page("issuing an order anew", _financed("failed", "reissue/"), "district_finance"),
    Page("money given back", _financed("paid", "give_back/"), "district_finance"),
    Page("payment batches", "/support/batches/", "city_finance"),
    Page("a payment batch", _financed("batch"), "district_finance"),
    Page("a payment batch being made", _financed("draft"), "district_finance"),
    Page("sending a batch", _financed("draft", "acts/export/"), "district_finance"),
    Page("taking an order out", _financed("draft", "take-out/{}/"), "district_finance"),
    Page("uploading results", _financed("batch", "results/"), "district_finance"),
    Page("results to confirm", _financed("read"), "district_finance"),
    Page("results", _financed("results"), "district_finance"),
    Page("city reimbursements", "/support/reimbursements/", "city_officer"),
    Page("a district's reimbursements", "/support/reimbursements/", "district_finance"),
    Page("how a ceiling comes about", _financed("ceiling"), "district_finance"),
    Page("requesting a reimbursement", _financed("ceiling", "request/"), "district_finance"),
    Page("a reimbursement", _financed("reimbursement"), "city_officer"),
    Page("checking a reimbursement", _financed("reimbursement", "check/"), "city_officer"),
    Page("support paid", "/support/public/"),
]
