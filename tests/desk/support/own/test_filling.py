"""A claim from the draft to the receipt."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.desk.support.conftest import People, Playing, record
from tests.desk.support.own.pages import YEAR, at, page_of, send, text_of
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Person
from zongbu.desk.support.models import Claim

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_from_the_draft_to_the_receipt(playing: Playing, client: Client, settings: Any, tmp_path: Any):
    settings.DATA = tmp_path
    token, address = new_token(), reverse("support:start", args=["hangzhou-2023", "rent_subsidy"])
    for _time in range(2):
        answer = client.post(address, {"submission": token, "year": YEAR})
        assert answer.status_code == 302
    case = Claim.objects.get()
    assert answer.headers["Location"] == at("own_fill", case, "facts")
    assert "草稿·未提交" in page_of(client, case)
    assert "没有要您补充的数据了" in text_of(client.get(at("own_fill", case, "facts")))
    assert send(client, at("own_fill", case, "facts")).headers["Location"] == at("own_fill", case, "materials")
    uploads = {
        f"file_{place}": SimpleUploadedFile(f"{place}.pdf", PDF.replace(b"<<>>", b"<</N %d>>" % place))
        for place in range(4)
    }
    answer = send(client, at("own_fill", case, "materials"), **uploads, invoice_0="FP001", amount_0="2000000")
    assert answer.status_code == 302, re.findall("error-summary.*?</div>", text_of(answer), re.S)
    assert answer.headers["Location"] == at("own_fill", case, "contact")
    assert case.materials.count() == 4
    assert case.invoices.get().amount == 2_000_000_00
    page = text_of(client.get(at("own_fill", case, "contact")))
    assert "还没有登记收款账户" in page
    account = reverse("support:account")
    given = {"bank": "示例银行滨江支行", "number": "6222 0000 1234 5678", "again": "6222000012345678"}
    answer = send(client, account, **given, next=at("own_fill", case, "contact"))
    assert answer.headers["Location"] == at("own_fill", case, "contact")
    page = text_of(client.get(at("own_fill", case, "contact")))
    assert "…5678" in page
    assert "6222" not in page
    answer = send(client, at("own_fill", case, "contact"), contact_name="张三", contact_phone="0571-1", note="无")
    assert answer.headers["Location"] == at("own_submit", case)
    page = text_of(client.get(at("own_submit", case)))
    assert "现在还不能提交" not in page
    assert "60.00万元" in page
    answer = send(client, at("own_submit", case), name="另一个人", agreed="on")
    assert "签名须与账号姓名" in text_of(answer)
    answer = send(client, at("own_submit", case), name=playing.own.name, agreed="on")
    case.refresh_from_db()
    if case.state == "draft":  # another person of the same enterprise has signed in
        signer = Person.objects.get(pk=client.session["_auth_user_id"])
        answer = send(client, at("own_submit", case), name=signer.name, agreed="on")
        case.refresh_from_db()
    assert answer.headers["Location"] == at("own_receipt", case)
    assert case.state == "submitted"
    page = text_of(client.get(at("own_receipt", case)))
    for text in (case.receipt, "下一步由谁办理", "60.00万元", "演示参数", "没有写期限"):
        assert text in page


def test_what_is_missing_is_asked_for_and_nothing_else(people: People, playing: Playing, client: Client):
    record(people, playing.enterprise, rent_paid="")
    case = playing.draft()
    page = text_of(client.get(at("own_fill", case, "facts")))
    assert 'name="rent_paid"' in page
    assert 'name="owns_office"' not in page
    assert "在杭有自有办公用房" in page  # known already
    answer = send(client, at("own_fill", case, "facts"), rent_paid="很多", rent_paid_unit="万元")
    page = text_of(answer)
    assert 'value="很多"' in page  # what was typed stays
    answer = send(client, at("own_fill", case, "facts"), rent_paid="100", rent_paid_unit="万元", stay="1")
    assert answer.status_code == 302
    page = text_of(client.get(at("own_submit", case)))
    assert "30.00万元" in page


def test_an_invoice_that_is_used_elsewhere_is_refused_and_input_is_kept(
    playing: Playing, client: Client, stranger: Client
):
    case = playing.draft()
    answer = send(client, at("own_fill", case, "materials"), invoice_0="FP1", invoice_1="FP1")
    assert "这张发票已经填过" in text_of(answer)
    assert 'value="FP1"' in text_of(answer)
    assert not case.invoices.exists()


def test_the_form_of_a_submitted_claim_is_closed(playing: Playing, client: Client):
    case = playing.submitted()
    assert client.get(at("own_fill", case, "facts")).headers["Location"] == at("own", case)
    assert client.get(at("own_submit", case)).headers["Location"] == at("own_receipt", case)
