"""The page of a claim in every state."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.support.conftest import Playing
from tests.desk.support.own.pages import at, page_of, send, text_of
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Person
from zongbu.desk.support.actions import claims, payments, review
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.models import Fund

pytestmark = pytest.mark.django_db


def test_the_page_of_every_state_says_whose_turn_it_is(
    playing: Playing, client: Client, city_fund: Fund, district_fund: Fund
):
    case = playing.draft()
    assert "贵企业" in page_of(client, case)
    case = playing.case
    assert client.get(at("own_receipt", case)).headers["Location"] == at("own", case)
    from tests.desk.support.conftest import file_of
    from zongbu.desk.support.measures import offering

    for number, title in enumerate(offering("hangzhou-2023", "rent_subsidy").materials):
        claims.hand_in(playing.own, case.pk, file_of(playing.enterprise, f"{title}{number}.pdf"), title)
    claims.sign(own := playing.own, case.pk, own.name)
    claims.submit(own, case.pk)
    assert "待受理" in page_of(client, case)
    review.accept(playing.officer, case.pk)
    assert "核验中" in page_of(client, case)
    review.verify(playing.officer, case.pk)
    page = page_of(client, case)
    assert "待批准" in page
    assert "逐项核查" not in page  # there is no decision yet
    review.approve(playing.lead, case.pk)
    page = page_of(client, case)
    assert "滨江区财政局" in page
    assert "逐项核查" in page
    assert "没有重复" in page or "没有登记发票" in page
    batches = playing.export()
    assert "国库支付" in page_of(client, case)
    for batch in batches:
        playing.pay(batch)
    page = page_of(client, case)
    assert "已支付完毕" in page
    assert "到账" in page
    assert "6222000012345678" not in page


def test_a_failed_payment_says_why_and_leads_to_the_account(playing: Playing, client: Client, district_fund: Fund):
    (batch,) = playing.exported()
    order = batch.orders.get()
    outcome = Outcome(order.number, False, order.amount, timezone.localdate(), failure="账号与户名不符")
    payments.told(playing.payer(batch.fund), batch, outcome)
    page = page_of(client, playing.case)
    assert "账号与户名不符" in page
    assert "核对收款账户" in page
    assert "账号与户名不符" in text_of(client.get(reverse("support:money")))


def test_comments_stand_beside_what_they_are_about(playing: Playing, client: Client):
    case = playing.accepted()
    review.comment(playing.officer, case.pk, "material:付款凭证", "凭证看不清，请重新扫描")
    review.comment(playing.officer, case.pk, "rent_paid", "与发票合计不一致")
    review.comment(playing.officer, case.pk, "", "请补充租赁期限")
    assert "凭证看不清" not in page_of(client, case)  # not before it is returned
    review.return_(playing.officer, case.pk, "材料有三处要补正")
    page = page_of(client, case)
    for text in ("补正意见 3 项", "凭证看不清", "与发票合计不一致", "请补充租赁期限", "材料有三处要补正"):
        assert text in page
    materials = text_of(client.get(at("own_fill", case, "materials")))
    assert materials.index("凭证看不清") > materials.index('id="of-material-2"')
    assert "与发票合计不一致" not in materials
    facts = text_of(client.get(at("own_fill", case, "facts")))
    assert facts.index("与发票合计不一致") > facts.index('id="of-rent_paid"')
    assert "请补充租赁期限" in text_of(client.get(at("own_fill", case, "contact")))
    page = text_of(client.get(at("own_submit", case)))
    assert "补正意见还没有处理" in page
    for comment in case.comments.all():
        answer = send(client, at("own_answer", case, comment.pk), text="已更正，说明见附件")
        assert answer.status_code == 302
    signer = Person.objects.get(pk=client.session["_auth_user_id"])
    answer = send(client, at("own_submit", case), name=signer.name, agreed="on")
    assert answer.headers["Location"] == at("own_receipt", case)
    assert playing.case.state == "submitted"


def test_a_refusal_says_why_and_can_be_objected_to(playing: Playing, client: Client):
    case = playing.accepted()
    review.refuse(playing.lead, case.pk, "租赁合同不是本企业签订")
    page = page_of(client, case)
    assert "租赁合同不是本企业签订" in page
    assert at("own_object", case) in page
    answer = send(client, at("own_object", case), text="")
    assert answer.status_code == 200
    token = new_token()
    for _time in range(2):
        client.post(at("own_object", case), {"submission": token, "text": "合同由本企业的分公司签订"})
    objection = case.objections.get()
    page = page_of(client, case)
    assert "合同由本企业的分公司签订" in page
    assert f'href="{at("own_object", case)}"' not in page
    send(client, at("own_drop_objection", case, objection.pk))
    objection.refresh_from_db()
    assert objection.state == "withdrawn"


def test_withdrawing_and_declining(playing: Playing, client: Client):
    case = playing.submitted()
    answer = send(client, at("own_withdraw", case), reason="填错年度")
    assert answer.headers["Location"] == at("own", case)
    assert playing.case.state == "withdrawn"
    assert "已撤回" in page_of(client, case)
    offered = playing.offered()
    send(client, at("own_decline", offered), reason="不需要")
    assert playing.case.state == "declined"
    page = text_of(client.get(reverse("support:benefits")))
    assert "已结束的 2 件" in page
