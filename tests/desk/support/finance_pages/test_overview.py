"""The overview of a finance office, and what waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.support import financed
from tests.desk.support.finance_pages.pages import Clients, text, url
from zongbu.desk.config.navigation import waiting_for
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support import books
from zongbu.desk.support.models import Claim

pytestmark = pytest.mark.django_db


def test_the_overview_tells_what_is_to_come_and_how_long_it_waits(client_as: Clients) -> None:
    financed.a_batch()
    Claim.objects.filter(state="approved").update(decided_at=timezone.now() - timedelta(days=20))
    viewer = financed.viewer(Role.DISTRICT_FINANCE)
    (coming,) = books.forecast(viewer)
    assert (coming.approved, coming.verified, coming.offered) == (120_0000_00, 0, 0)
    ages = {(one.since, one.until): (one.count, one.fen) for one in books.ages(viewer)}
    assert ages[16, 30] == (2, 120_0000_00) and sum(count for count, _fen in ages.values()) == 2
    assert books.failed(viewer) == (1, 60_0000_00)
    page = text(client_as(Role.DISTRICT_FINANCE), url("finance"))
    assert "1 笔支付失败" in page and 'data-finance="measures"' in page and "16–30天" in page
    old = text(client_as(Role.DISTRICT_FINANCE), url("orders") + "?state=unpaid&age=16")
    assert old.count("批准后20天") == 2
    assert "示例兑现企业" not in text(client_as(Role.DISTRICT_FINANCE), url("orders") + "?state=unpaid&age=0")


def test_what_waits_for_finance_and_the_city_office() -> None:
    financed.a_batch()
    financed.a_reimbursement()
    told = {one.label: one.count for one in waiting_for(financed.viewer(Role.DISTRICT_FINANCE))}
    assert told == {"待编入批次的支付单": 1, "支付失败、待重新签发的支付单": 1, "等支付结果的批次": 1}
    assert not waiting_for(financed.viewer(Role.DISTRICT_FINANCE, "330106"))
    told = {one.label: one.count for one in waiting_for(financed.viewer(Role.CITY_OFFICER))}
    assert told["待核对的市级次年补助"] == 1
