"""Orders, batches, the results of the treasury, money given back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from tests.desk.support.finance_pages.pages import Clients, post, text, url
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.support.models import PaymentBatch, PaymentOrder

pytestmark = pytest.mark.django_db


def test_ready_orders_are_put_into_a_batch_and_taken_out_again(
    client_as: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zongbu.desk.support import checks

    monkeypatch.setattr(checks, "now", lambda claim: (None, []))
    first, second = financed.an_approved_claim(1), financed.an_approved_claim(2)
    fund, client = financed.a_fund(), client_as(Role.DISTRICT_FINANCE)
    assert "把勾选的编入批次" in text(client, url("orders"))
    none = post(client, url("make_batch"), fund=fund.pk, title="第一批")
    assert none.status_code == 400 and "请至少勾选" in none.content.decode() and "第一批" in none.content.decode()
    order = first.orders.get()
    answer = post(client, url("make_batch"), fund=fund.pk, title="第一批", order=[order.pk])
    batch = PaymentBatch.objects.get()
    assert answer["Location"] == url("batch", batch.receipt)
    assert post(client, url("take_out_order", batch.receipt, order.number), reason="").status_code == 400
    post(client, url("take_out_order", batch.receipt, order.number), reason="账号待核实")
    order.refresh_from_db()
    assert (order.state, order.batch) == ("ready", None)
    assert post(client, url("batch_act", batch.receipt, "export")).status_code == 400
    assert post(client, url("batch_act", batch.receipt, "dissolve")).status_code == 302
    post(client, url("make_batch"), fund=fund.pk, title="全部", all="1")
    assert set(PaymentBatch.objects.latest("pk").orders.all()) == {order, second.orders.get()}


def test_a_stranger_batches_nothing(client_as: Clients) -> None:
    order = financed.an_approved_claim(1).orders.get()
    stranger = client_as(Role.DISTRICT_FINANCE, district="330106")
    assert post(stranger, url("make_batch"), fund=order.fund_id, title="x", order=[order.pk]).status_code == 404


def test_results_are_shown_first_then_taken_over(client_as: Clients) -> None:
    batch = financed.sent(financed.an_approved_claim(1), financed.an_approved_claim(2))
    client = client_as(Role.DISTRICT_FINANCE)
    wrong = client.post(
        url("upload_results", batch.receipt), {FIELD: new_token(), "file": SimpleUploadedFile("a.pdf", b"%PDF")}
    )
    assert wrong.status_code == 400 and "请上传国库的支付结果" in wrong.content.decode()
    content = financed.told(batch, failing=1) + "\r\nZF-0,已支付,1.00,2026-01-05,GK9,".encode()
    answer = client.post(
        url("upload_results", batch.receipt), {FIELD: new_token(), "file": SimpleUploadedFile("结果.csv", content)}
    )
    file = batch.results.get()
    assert answer["Location"] == url("results", file.pk)
    page = text(client, url("results", file.pk))
    assert "将登记已支付" in page and "将登记支付失败" in page and "批次里没有支付单ZF-0" in page
    assert set(batch.orders.values_list("state", flat=True)) == {"exported"}
    rejected = b"".join(client.get(url("results_rejects", file.pk)).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert rejected.count("\r\n") == 2 and "ZF-0" in rejected
    token = new_token()
    for _time in range(2):
        assert client.post(url("results_act", file.pk, "begin"), {FIELD: token}).status_code == 302
    file.refresh_from_db()
    assert file.state == "done"
    assert sorted(batch.orders.values_list("state", flat=True)) == ["failed", "paid"]
    assert "将登记" not in text(client, url("results", file.pk))
    assert sound()
    # The failed one is issued anew, once.
    failed = batch.orders.get(state="failed")
    assert "账号有误" in text(client, url("orders") + "?state=failed")
    made = post(client, url("order_act", failed.number, "reissue"))
    assert made.status_code == 302
    again = post(client, url("order_act", failed.number, "reissue"))
    assert again.status_code == 400 and "已经重新签发过" in again.content.decode()
    assert PaymentOrder.objects.filter(replaces=failed).count() == 1
    assert post(client, url("batch_act", batch.receipt, "settle")).status_code == 302
    assert sound()


def test_a_file_of_results_may_be_given_up(client_as: Clients) -> None:
    batch = financed.sent(financed.an_approved_claim(1))
    file = financed.results_of(batch)
    client = client_as(Role.DISTRICT_FINANCE)
    post(client, url("results_act", file.pk, "drop"))
    post(client, url("results_act", file.pk, "begin"))
    file.refresh_from_db()
    assert file.state == "dropped" and batch.orders.get().state == "exported"


def test_money_given_back_is_booked_from_the_order(client_as: Clients) -> None:
    financed.a_batch()
    order = PaymentOrder.objects.get(state="paid")
    client = client_as(Role.DISTRICT_FINANCE)
    address = url("order_act", order.number, "give_back")
    assert order.share is not None
    field = f"share-{order.share.pk}"
    too_much = post(client, address, **{field: "600000.01", "document": "退1", "reason": "多付"})
    assert too_much.status_code == 400
    assert post(client, address, **{field: "1000", "document": "退1", "reason": "多付"}).status_code == 302
    order.share.refresh_from_db()
    assert order.share.returned == 1000_00
    assert sound()
