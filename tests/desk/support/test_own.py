"""The pages of an enterprise: its policies, a measure explained, a claim in every state, its money, its account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import USCC
from tests.desk.support.conftest import People, Playing, record
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Person
from zongbu.desk.support.actions import claims, payments, review
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.models import BankAccount, Claim, Fund

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OTHER = "91330100MA27ABC123"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
YEAR = timezone.localdate().year


def client_of(viewer: Viewer) -> Client:
    """A client signed in as the person of a viewer."""
    client = Client()
    client.force_login(Person.objects.get(pk=viewer.person), backend=BACKEND)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def send(client: Client, address: str, **given: Any) -> Any:
    return client.post(address, {"submission": new_token(), **given})


def at(name: str, case: Claim, *more: Any) -> str:
    return reverse(f"support:{name}", args=[case.receipt, *more])


def page_of(client: Client, case: Claim) -> str:
    answer = client.get(at("own", case))
    assert answer.status_code == 200
    return text_of(answer)


@pytest.fixture
def client(playing: Playing) -> Client:
    return client_of(playing.own)


@pytest.fixture
def stranger(people: People) -> Client:
    """Somebody of another enterprise."""
    from tests.desk.conftest import membership_as
    from tests.desk.recognition.conftest import qualifying
    from zongbu.desk.people.viewers import viewer_as

    qualifying(people(Role.CITY_OFFICER), OTHER, "别家有限公司")
    made = membership_as(Role.ENTERPRISE_LEAD, uscc=OTHER)
    return client_of(viewer_as(made, made.person))


# --- my policies -----------------------------------------------------------------------------------------------


def test_what_can_be_claimed_what_is_lacking_and_what_is_only_encouraged(client: Client, enterprise: Enterprise):
    page = text_of(client.get(reverse("support:benefits")))
    could, lacking = page.index('id="could"'), page.index('id="lacking"')
    assert "60.00万元" in page[could:lacking]  # rent: 30 % of what was paid
    assert "演示参数" in page[could:lacking]
    services, encouraged = page.index('id="services"'), page.index('id="encouraged"')
    assert "还要知道：" in page[lacking:services]
    assert "测算，尚未施行" in page[lacking:services]  # the district's draft
    assert "不是待遇，不产生金额" in page[encouraged:]
    assert "own-amount" not in page[encouraged:]


def test_a_missing_fact_is_named_with_the_way_to_declare_it(people: People, client: Client, enterprise: Enterprise):
    record(people, enterprise, rent_paid="")
    page = text_of(client.get(reverse("support:benefits")))
    assert "点此补报" in page
    assert reverse("enterprises:declare", args=[USCC]) in page


def test_what_only_wants_a_recognition_stands_apart(people: People, round: object):
    from tests.desk.recognition.conftest import qualifying

    qualifying(people(Role.CITY_OFFICER), USCC, "没有认定的有限公司")
    client = client_of(people(Role.ENTERPRISE_LEAD))
    page = text_of(client.get(reverse("support:benefits")))
    assert "由每年的认定决定" in page
    assert "只差认定的" in page
    assert "企业无法改变" not in page  # it can apply
    page = text_of(client.get(of("rent_subsidy")))
    assert "要先认定为「总部企业」" in page
    assert 'id="start"' not in page


def test_an_earlier_year_and_a_year_that_has_none(client: Client, enterprise: Enterprise):
    assert client.get(reverse("support:benefits"), {"year": YEAR - 1}).status_code == 200
    for wrong in ("1900", str(YEAR + 1), "abc"):
        page = text_of(client.get(reverse("support:benefits"), {"year": wrong}))
        assert f'?year={YEAR}" aria-current' in page


def test_what_waits_for_the_enterprise_does_not_hide_behind_an_earlier_year(playing: Playing, client: Client):
    offered = playing.offered()
    Claim.objects.filter(pk=offered.pk).update(year=YEAR - 1)
    page = text_of(client.get(reverse("support:benefits")))
    now = page[page.index('id="now"') : page.index('id="could"')]
    assert at("own_confirm", offered) in now
    assert f"{YEAR - 1}年度" in now
    page = text_of(client.get(reverse("support:benefits"), {"year": YEAR - 1}))
    assert at("own_confirm", offered) in page
    assert f"{YEAR - 1}年度" not in page[page.index('id="now"') : page.index('id="could"')]
    page = text_of(client.get(reverse("support:benefits"), {"year": YEAR - 2}))
    assert at("own_confirm", offered) not in page
    claims.decline(playing.own, offered.pk, "不申领")  # nothing is to be done any more: it stands with its year
    page = text_of(client.get(reverse("support:benefits")))
    assert offered.receipt not in page[page.index('id="now"') : page.index('id="could"')]


def test_what_was_received_for_the_same_matter_is_taken_off(
    playing: Playing, client: Client, monkeypatch: pytest.MonkeyPatch
):
    from zongbu.desk.support import stacking

    case = playing.submitted()
    Claim.objects.filter(pk=case.pk).update(
        state="approved", amount=10_0000_00, decided_at=timezone.now(), measure="rnd_subsidy", slot="x"
    )
    monkeypatch.setattr(stacking, "names", lambda found: ("rnd_subsidy",))
    page = text_of(client.get(of("rent_subsidy")))
    assert "同一事项已享受：研发费用补助" in page
    assert "− 10.00万元" in page
    assert "50.00万元" in page
    assert "已扣除同一事项享受的 10.00万元" in text_of(client.get(reverse("support:benefits")))


def test_few_queries_and_little_time_for_more_than_a_hundred_measures(client: Client, enterprise: Enterprise):
    import time

    address = reverse("support:benefits")
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        begun = time.process_time()
        assert client.get(address).status_code == 200
        spent = time.process_time() - begun
    assert len(made) < 60
    assert spent < 0.6  # 150 ms on a quiet machine; this one is shared


def test_an_enterprise_without_a_record_is_told_to_make_one(people: People):
    page = text_of(client_of(people(Role.ENTERPRISE_LEAD)).get(reverse("support:benefits")))
    assert "先建立档案" in page


def test_an_offer_is_confirmed_with_one_click(playing: Playing, client: Client, city_fund: Fund, district_fund: Fund):
    offered = playing.offered()
    page = text_of(client.get(reverse("support:benefits")))
    assert "100.00万元" in page
    assert at("own_confirm", offered) in page
    token = new_token()
    for _time in range(2):  # a double click is one confirmation
        answer = client.post(at("own_confirm", offered), {"submission": token})
        assert answer.headers["Location"] == at("own", offered)
    assert playing.case.state == "verified"
    page = page_of(client, offered)
    assert "核定金额，等待批准" in page
    assert "100.00万元" in page


def test_an_offer_without_an_account_leads_to_the_account(playing: Playing, client: Client):
    offered = playing.offered()
    BankAccount.objects.update(ended_at=timezone.now())
    assert "请先登记收款账户" in text_of(client.get(reverse("support:benefits")))
    assert "请先登记收款账户" in page_of(client, offered)
    answer = client.post(at("own_confirm", offered), {"submission": new_token()}, follow=True)
    assert "请先登记收款账户" in text_of(answer)
    assert playing.case.state == "offered"


# --- a measure -------------------------------------------------------------------------------------------------


def of(measure: str, policy: str = "hangzhou-2023") -> str:
    return reverse("support:benefit", args=[policy, measure])


def test_an_amount_is_explained_row_by_row(client: Client, enterprise: Enterprise):
    page = text_of(client.get(of("rent_subsidy")))
    rows = page[page.index('id="amount"') :]
    for text in ("认定当年实付租金", "200.00万元", "租房补助比例", "30%", "60.00万元", "演示参数", "（七）"):
        assert text in rows
    assert "租赁合同" in page
    assert "正式清单未公布" in page
    assert "接下来会怎样" in page


def test_a_conflict_is_explained_by_comparing_amounts(people: People, client: Client, enterprise: Enterprise):
    record(people, enterprise, is_first_purchase="是", purchase_price="5000万元")
    page = text_of(client.get(of("rent_subsidy")))
    assert "同一年度只能享受一项" in page
    assert "较高的是" in page


def test_a_draft_policy_is_assessed_and_never_claimed(client: Client, enterprise: Enterprise):
    page = text_of(client.get(of("matching_fund", "binjiang-draft")))
    assert "测算，尚未施行" in page
    assert "50.00万元" in page
    assert 'id="start"' not in page
    address = reverse("support:start", args=["binjiang-draft", "matching_fund"])
    answer = send(client, address, year=YEAR)
    assert "不能兑现" in text_of(answer)
    assert not Claim.objects.exists()


def test_an_encouragement_shows_no_amount(client: Client, enterprise: Enterprise):
    page = text_of(client.get(of("local_cultivation")))
    assert "不产生金额" in page
    assert "own-amount" not in page
    assert 'id="amount"' not in page


def test_an_unknown_measure_is_not_found(client: Client, enterprise: Enterprise):
    assert client.get(of("nothing")).status_code == 404
    assert client.get(of("rent_subsidy", "nowhere")).status_code == 404


# --- a claim, from the draft to the receipt ----------------------------------------------------------------------


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


# --- every state -------------------------------------------------------------------------------------------------


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


# --- money, account --------------------------------------------------------------------------------------------


def test_where_the_money_is(playing: Playing, client: Client, city_fund: Fund, district_fund: Fund):
    page = text_of(client.get(reverse("support:money")))
    assert "还没有兑现申请" in page
    case = playing.paid()
    playing.offered()
    page = text_of(client.get(reverse("support:money")))
    assert case.receipt in page
    assert "60.00万元" in page
    assert "100.00万元" in page  # only computed as yet
    assert "演示参数" in page
    answer = client.post(reverse("support:money_export", args=["csv"]))
    text = b"".join(answer.streaming_content).decode()
    assert case.receipt in text
    assert "600000.00" in text
    assert "演示参数" in text
    answer = client.post(reverse("support:money_export", args=["xlsx"]) + "?year=2001")
    assert answer.status_code == 200
    assert client.post(reverse("support:money_export", args=["pdf"])).status_code == 404


def test_as_many_queries_for_ten_claims_as_for_two(playing: Playing, client: Client, district_fund: Fund):
    playing.paid()
    pattern = playing.case

    def more(number: int) -> None:
        for _place in range(number):
            count = Claim.objects.count()
            made = Claim.objects.get(pk=pattern.pk)
            made.pk, made.receipt, made.slot, made.state = None, f"SC20000101-X{count:05d}", f"x{count}", "accepted"
            made.save(force_insert=True)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as made:
            assert client.get(address).status_code == 200
        return len(made)

    for address in (reverse("support:money"), reverse("support:benefits"), reverse("desk")):
        more(2)
        few = queries(address)
        more(8)
        assert queries(address) == few


def test_an_account_is_registered_replaced_and_never_shown_in_full(client: Client, enterprise: Enterprise):
    address = reverse("support:account")
    answer = send(client, address, bank="示例银行", number="12345678", again="12345679")
    assert "两次填写的账号不一致" in text_of(answer)
    assert 'value="示例银行"' in text_of(answer)
    answer = send(client, address, bank="示例银行", number="abc12345", again="abc12345")
    assert "账号应为6至32位数字" in text_of(answer)
    token = new_token()
    for _time in range(2):
        client.post(address, {"submission": token, "bank": "示例银行", "number": "12345678", "again": "12345678"})
    assert BankAccount.objects.count() == 1
    answer = send(client, address, bank="新银行", number="87654321", again="87654321", next="https://example.com/")
    assert answer.headers["Location"] == address
    page = text_of(client.get(address))
    assert "…4321" in page
    assert "…5678" in page
    assert "12345678" not in page
    assert "87654321" not in page


# --- others ----------------------------------------------------------------------------------------------------


def test_another_enterprise_finds_nothing(playing: Playing, stranger: Client):
    case = playing.submitted()
    for name in ("own", "own_receipt", "own_submit", "own_withdraw", "own_decline", "own_object"):
        assert stranger.get(at(name, case)).status_code == 404, name
    for step in ("facts", "materials", "contact"):
        assert stranger.get(at("own_fill", case, step)).status_code == 404
    for name in ("own_withdraw", "own_decline", "own_object", "own_confirm", "own_submit"):
        assert send(stranger, at(name, case), reason="x", text="x").status_code == 404, name
    assert case.receipt not in text_of(stranger.get(reverse("support:money")))
    assert case.receipt not in text_of(stranger.get(reverse("support:benefits")))
    assert playing.case.state == "submitted"


def test_officials_are_kept_out(people: People, playing: Playing):
    case = playing.submitted()
    official = client_of(people(Role.CITY_OFFICER))
    assert official.get(at("own", case)).status_code == 403
    assert official.get(reverse("support:benefits")).status_code == 403


def test_looking_writes_nothing(playing: Playing, client: Client, district_fund: Fund):
    case = playing.approved()
    for address in (at("own", case), at("own_receipt", case), reverse("support:benefits"), reverse("support:money")):
        with CaptureQueriesContext(connection) as made:
            client.get(address)
        written = [one["sql"] for one in made if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not [sql for sql in written if "session" not in sql], address


def test_the_desk_counts_what_waits_and_the_enterprise_lists_its_claims(playing: Playing, client: Client):
    offered = playing.offered()
    assert "待确认的免申即享待遇" in text_of(client.get(reverse("desk")))
    page = text_of(client.get(reverse("enterprises:cases", args=[USCC])))
    assert offered.receipt in page
    answer = client.get(reverse("search"), {"q": offered.receipt})
    assert answer.headers["Location"] == at("own", offered)


def test_english(playing: Playing, client: Client):
    case = playing.submitted()
    client.cookies["django_language"] = "en"
    addresses = [at("own", case), at("own_receipt", case), reverse("support:benefits"), reverse("support:money")]
    for address in (*addresses, of("rent_subsidy"), reverse("support:account")):
        assert client.get(address).status_code == 200
    assert "My policies" in text_of(client.get(reverse("support:benefits")))
    assert "Rent subsidy" in page_of(client, case)
