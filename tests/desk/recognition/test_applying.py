"""The pages of an enterprise: before it applies, the form, submitting, correcting, withdrawing; and who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import USCC
from tests.desk.recognition.conftest import Played, announced, qualifying
from zongbu.desk.config.navigation import waiting_for
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Person
from zongbu.desk.recognition.actions import applications, opinions, review, rounds
from zongbu.desk.recognition.actions.rounds import Material
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Round

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OTHER = "91330100MA27ABC123"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def client_of(viewer: Viewer) -> Client:
    """A client signed in as the person of a viewer."""
    client = Client()
    client.force_login(Person.objects.get(pk=viewer.person), backend=BACKEND)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def send(client: Client, address: str, **given: Any) -> Any:
    return client.post(address, {"submission": new_token(), **given})


def at(name: str, case: Application, *more: Any) -> str:
    return reverse(f"recognition:{name}", args=[case.receipt, *more])


@pytest.fixture
def own(people: Callable[[Role], Viewer]) -> Viewer:
    return people(Role.ENTERPRISE_LEAD)


@pytest.fixture
def client(own: Viewer) -> Client:
    return client_of(own)


@pytest.fixture
def draft(own: Viewer, enterprise: Enterprise, round: Round) -> Application:
    return applications.start(own, enterprise, round)


# --- before applying -------------------------------------------------------------------------------------------


def test_an_enterprise_sees_the_open_round_and_what_it_lacks(client: Client, enterprise: Enterprise, round: Round):
    page = text_of(client.get(reverse("recognition:mine")))
    assert round.title in page
    assert "还剩 20 天" in page
    page = text_of(client.get(reverse("recognition:precheck", args=[round.pk])))
    assert "符合产业发展导向" in page  # the one fact that is missing, and who supplies it
    assert "由主管部门认定" in page
    assert "测试设定" in page  # why the settings are as they are
    assert "营业执照" in page
    assert "开始填写申请" in page


def test_an_extension_says_why(client: Client, people: Callable[[Role], Viewer], round: Round):
    rounds.extend(people(Role.CITY_LEAD), round.pk, round.closes + timedelta(days=5), "系统维护停机两天")
    for address in (reverse("recognition:mine"), reverse("recognition:precheck", args=[round.pk])):
        assert "理由：系统维护停机两天" in text_of(client.get(address))


def test_a_decided_application_leads_to_letter_and_certificate(client: Client, played: Played):
    case = played.recognised()
    letter, certificate = at("letter", case), reverse("recognition:recognition", args=[case.recognition.number])
    for role in (None, Role.DISTRICT_OFFICER, Role.CITY_OFFICER):
        page = text_of((client if role is None else client_of(played.people(role))).get(at("application", case)))
        assert letter in page and certificate in page, role
    page = text_of(client_of(played.people(Role.DEPARTMENT_OFFICER)).get(at("application", case)))
    assert letter not in page and certificate not in page


def test_the_distance_to_the_threshold_is_told(client: Client, people: Callable[[Role], Viewer], round: Round):
    qualifying(people(Role.CITY_OFFICER), USCC, "示例科技有限公司", revenue="8.2亿元")
    page = text_of(client.get(reverse("recognition:precheck", args=[round.pk])))
    assert "还差" in page
    assert "1.8" in page


@pytest.mark.parametrize("kind", ["late", "ahead", "banned", "listed"])
def test_who_is_kept_out_reads_why_and_cannot_start(
    kind: str, client: Client, people: Callable[[Role], Viewer], enterprise: Enterprise
):
    today, city = timezone.localdate(), people(Role.CITY_OFFICER)
    given: dict[str, Any] = {}
    if kind == "late":
        given = {"closes": today}
    elif kind == "ahead":
        given = {"opens": today + timedelta(days=2)}
    elif kind == "banned":
        start = today - timedelta(days=10)
        enterprises.bar(city, enterprise, start, ground="弄虚作假", source_name="杭总部办〔2024〕1号")
    else:
        start = today - timedelta(days=10)
        enterprises.list_dishonest(city, enterprise, start, source_name="国家企业信用信息公示系统")
    round = announced(people, **given)
    if kind == "late":
        Round.objects.filter(pk=round.pk).update(closes=today - timedelta(days=1))
    page = text_of(client.get(reverse("recognition:precheck", args=[round.pk])))
    why = {"late": "截止", "ahead": "还没有开始", "banned": "禁申期", "listed": "失信"}[kind]
    assert why in page
    assert "开始填写申请" not in page
    answer = send(client, reverse("recognition:start", args=[round.pk]))
    assert answer.status_code == 302
    assert why in text_of(client.get(answer.url))
    assert not Application.objects.exists()


# --- the form --------------------------------------------------------------------------------------------------


def test_an_application_is_filled_in_and_submitted(client: Client, own: Viewer, enterprise: Enterprise, round: Round):
    answer = send(client, reverse("recognition:start", args=[round.pk]))
    case = Application.objects.get()
    assert answer.url == at("fill", case, "basics")
    assert "草稿·未提交" in text_of(client.get(answer.url))

    answer = send(client, answer.url, track="meets_scale", contact_name="张三", contact_phone="0571-1", note="")
    assert answer.url == at("fill", case, "facts")
    page = text_of(client.get(answer.url))
    assert "没有要您补充的数据了" in page  # everything that it declares is known
    answer = send(client, answer.url)
    assert answer.url == at("fill", case, "materials")

    page = text_of(client.get(answer.url))
    material = round.materials.get()
    file = SimpleUploadedFile("营业执照.pdf", PDF, "application/pdf")
    answer = send(client, answer.url, **{f"file_{material.pk}": file})
    assert answer.url == at("submit", case)
    assert case.materials.get().file.name == "营业执照.pdf"

    page = text_of(client.get(answer.url))
    assert "本企业承诺所报材料真实" in page
    assert "营业执照.pdf" in page
    case.refresh_from_db()
    answer = send(client, at("submit", case), name=own.name, agreed="on", seen=case.version)
    assert answer.url == at("receipt", case)
    page = text_of(client.get(answer.url))
    assert case.receipt in page
    assert "总部办" in page
    assert "还剩" in page
    case.refresh_from_db()
    assert (case.state, case.track, case.contact_name) == ("district", "meets_scale", "张三")
    page = text_of(client.get(at("application", case)))
    assert "撤回申请" in page
    assert "草稿·未提交" not in page


def test_only_facts_that_still_count_are_asked_for_and_last_years_value_is_offered(
    client: Client, people: Callable[[Role], Viewer], own: Viewer, round: Round
):
    year = round.as_of.year - 1
    made = qualifying(people(Role.CITY_OFFICER), USCC, "示例科技有限公司")
    city = people(Role.CITY_OFFICER)
    enterprises.record(city, made, {f"in_city_revenue@{year}": "", f"rnd_expense@{year}": ""}, source_name="更正")
    enterprises.record(city, made, {f"in_city_revenue@{year - 1}": "9亿元"}, source_name="登记库")
    case = applications.start(own, Enterprise.objects.get(pk=made.pk), round)
    page = text_of(client.get(at("fill", case, "facts")))
    assert 'name="in_city_revenue"' in page
    assert 'name="unified_accounting"' not in page  # known
    assert "9.00亿元" in page
    page = text_of(client.get(at("fill", case, "facts") + "?reuse=in_city_revenue"))
    assert 'value="90000"' in page

    answer = send(client, at("fill", case, "facts"), in_city_revenue="十二", in_city_revenue_unit="亿元")
    page = text_of(answer)
    assert answer.status_code == 200
    assert 'value="十二"' in page  # what was typed is still there
    assert "请先更正以下内容" in page

    answer = send(client, at("fill", case, "facts"), in_city_revenue="12", in_city_revenue_unit="亿元")
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.known[f"in_city_revenue@{year}"] == "1200000000.00"
    page = text_of(client.get(at("fill", case, "facts")))
    assert 'name="in_city_revenue"' in page  # what was declared here can still be corrected
    page = text_of(client.get(at("fill", case, "facts") + "?correct=unified_accounting"))
    assert 'name="unified_accounting"' in page


def test_missing_contact_keeps_the_rest(client: Client, draft: Application):
    answer = send(client, at("fill", draft, "basics"), track="meets_scale", contact_phone="0571-1", note="很长的说明")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "很长的说明" in page
    draft.refresh_from_db()
    assert draft.note == ""


def test_a_file_that_cannot_be_accepted_is_an_error_and_the_other_one_stays(
    client: Client, draft: Application, round: Round
):
    material = round.materials.get()
    good = SimpleUploadedFile("审计报告.pdf", PDF, "application/pdf")
    bad = SimpleUploadedFile("说明.pdf", b"just text", "application/pdf")
    answer = send(client, at("fill", draft, "materials"), **{f"file_{material.pk}": good, "file_0": bad})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "只接受 PDF" in page
    assert "审计报告.pdf" in page
    assert draft.materials.get().material_id == material.pk


def test_an_earlier_file_is_used_again_and_taken_out(client: Client, own: Viewer, draft: Application, round: Round):
    file = enterprises.upload(own, draft.enterprise, "去年.pdf", SimpleUploadedFile("x", PDF))
    material = round.materials.get()
    address = at("fill", draft, "materials")
    assert "去年.pdf" in text_of(client.get(address))
    send(client, address, **{f"reuse_{material.pk}": file.pk, "stay": "1"})
    handed = draft.materials.get()
    send(client, at("take_out", draft, handed.pk))
    assert not draft.materials.exists()
    assert EvidenceFile.objects.filter(pk=file.pk).exists()


def test_a_file_that_was_handed_in_is_not_deleted(client: Client, own: Viewer, draft: Application):
    file = enterprises.upload(own, draft.enterprise, "去年.pdf", SimpleUploadedFile("x", PDF))
    applications.hand_in(own, draft.pk, file, None)
    client.post(reverse("enterprises:delete_file", args=[file.pk]))
    assert EvidenceFile.objects.filter(pk=file.pk).exists()


def test_a_required_material_stands_in_the_way_and_nothing_is_signed(
    client: Client, own: Viewer, people: Callable[[Role], Viewer], enterprise: Enterprise
):
    round = announced(people)
    round.materials.update(required=True)
    case = applications.start(own, enterprise, round)
    page = text_of(client.get(at("submit", case)))
    assert "还缺材料：营业执照" in page
    answer = send(client, at("submit", case), name=own.name, agreed="on", seen=case.version)
    assert answer.status_code == 200
    assert not case.declarations.exists()


def test_the_signature_is_the_name_of_the_account(client: Client, draft: Application):
    answer = send(client, at("submit", draft), name="别人", agreed="on", seen=draft.version)
    assert "签名须与账号姓名" in text_of(answer)
    answer = send(client, at("submit", draft), name="别人", seen=draft.version)
    assert "请先阅读并同意承诺" in text_of(answer)


def test_a_draft_that_somebody_else_has_changed_meanwhile_is_not_submitted(
    client: Client, own: Viewer, draft: Application
):
    applications.fill(own, draft.pk, {"note": "同事改过"})
    answer = send(client, at("submit", draft), name=own.name, agreed="on", seen=draft.version)
    assert answer.status_code == 200
    assert "请查看最新情况" in text_of(answer)


def test_the_same_form_sent_twice_makes_one_application(client: Client, enterprise: Enterprise, round: Round):
    token = new_token()
    address = reverse("recognition:start", args=[round.pk])
    first, second = (client.post(address, {"submission": token}) for _time in range(2))
    assert first.url == second.url
    assert Application.objects.count() == 1


# --- after submitting ------------------------------------------------------------------------------------------


def _returned(played: Played, *comments: tuple[str, str]) -> Application:
    played.submitted()
    officer = played.people(Role.DISTRICT_OFFICER)
    for subject, text in comments:
        review.comment(officer, played.pk, subject, text)
    review.return_to_enterprise(officer, played.pk, "材料不清")
    return played.case


def test_what_a_reviewer_is_still_writing_is_not_seen(client: Client, played: Played):
    played.submitted()
    review.comment(played.people(Role.DISTRICT_OFFICER), played.pk, "in_city_revenue", "收入口径不对")
    assert "收入口径不对" not in text_of(client.get(at("application", played.case)))


def test_a_returned_application_is_corrected_and_submitted_again(client: Client, own: Viewer, played: Played):
    material = played.round.materials.get()
    case = _returned(
        played,
        ("in_city_revenue", "收入口径不对"),
        (f"material:{material.pk}", "营业执照看不清"),
        ("branches_outside_city", "分公司数与登记不符"),
    )
    page = text_of(client.get(at("application", case)))
    assert "补正意见 3 项" in page
    assert "材料不清" in page
    page = text_of(client.get(at("fill", case, "facts")))
    assert "收入口径不对" in page
    assert 'name="in_city_revenue"' in page
    assert "营业执照看不清" in text_of(client.get(at("fill", case, "materials")))

    page = text_of(client.get(at("submit", case)))
    assert "补正意见还没有处理" in page
    send(client, at("fill", case, "facts"), in_city_revenue="13", in_city_revenue_unit="亿元")
    file = SimpleUploadedFile("营业执照.pdf", PDF, "application/pdf")
    send(client, at("fill", case, "materials"), **{f"file_{material.pk}": file})
    comment = case.comments.get(subject="branches_outside_city")
    send(client, at("answer", case, comment.pk), text="登记库已更正")
    case.refresh_from_db()
    answer = send(client, at("submit", case), name=own.name, agreed="on", seen=case.version)
    assert answer.url == at("receipt", case)
    case.refresh_from_db()
    assert case.state == "district"
    assert case.declarations.count() == 2
    assert not case.comments.filter(resolved_at=None).exists()


def test_an_application_can_be_returned_twice(client: Client, own: Viewer, played: Played):
    for _time in range(2):
        if played.pk == 0:
            case = _returned(played, ("", "请说明"))
        else:
            officer = played.people(Role.DISTRICT_OFFICER)
            review.comment(officer, played.pk, "", "再说明")
            review.return_to_enterprise(officer, played.pk, "仍不清")
            case = played.case
        send(client, at("answer", case, case.comments.get(resolved_at=None).pk), text="说明")
        answer = send(client, at("submit", case), name=own.name, agreed="on", seen=played.case.version)
        assert answer.status_code == 302
    assert played.case.state == "district"


def test_an_application_is_withdrawn_and_made_anew(client: Client, played: Played):
    case = played.submitted()
    page = text_of(client.get(at("withdraw", case)))
    assert "申报期内可以重新申报" in page
    answer = send(client, at("withdraw", case), reason="填错了", seen=case.version)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert "开始填写申请" in text_of(client.get(reverse("recognition:precheck", args=[played.round.pk])))
    send(client, reverse("recognition:start", args=[played.round.pk]))
    assert Application.objects.filter(state="draft").count() == 1


def test_after_the_decision_nothing_can_be_withdrawn(client: Client, played: Played):
    case = played.approved()
    assert "撤回申请" not in text_of(client.get(at("application", case)))
    answer = send(client, at("withdraw", case), reason="", seen=case.version)
    assert answer.status_code == 200
    assert played.case.state == "approved"


def test_what_departments_said_is_read_with_the_decision(client: Client, played: Played):
    played.recommended()
    department = played.people(Role.DEPARTMENT_OFFICER)
    opinions.give(
        department, played.case.opinions.get().pk, "agree", "税务数据一致", {"fits_industrial_orientation": "是"}
    )
    page = text_of(client.get(at("application", played.case)))
    assert department.organisation_name in page
    assert "税务数据一致" not in page
    assert "材料齐全" not in page  # the district's word
    again = Played(played.people, played.enterprise, played.round)
    again.pk = played.pk
    from zongbu.desk.recognition.actions import batches

    city = played.people(Role.CITY_OFFICER)
    batch = batches.make(city, played.round, "第一批")
    batches.propose(city, played.pk, batch.pk, "recognise", "内部理由")
    batches.submit(city, batch.pk)
    batches.decide(played.people(Role.LEADING_GROUP), played.pk, "recognise")
    page = text_of(client.get(at("application", played.case)))
    assert "税务数据一致" in page
    assert "材料齐全" in page
    assert "内部理由" not in page


def test_an_enterprise_objects_to_its_refusal_and_takes_it_back(client: Client, played: Played):
    from zongbu.desk.recognition.actions import batches

    played.proposed("refuse")
    assert client.get(at("appeal", played.case)).status_code == 404
    batches.decide(played.people(Role.LEADING_GROUP), played.pk, "refuse", reason="不符合", deviation="另有核实")
    page = text_of(client.get(at("application", played.case)))
    assert "对决定提出异议" in page
    assert "另有核实" in page
    answer = send(client, at("appeal", played.case), text="")
    assert answer.status_code == 200
    send(client, at("appeal", played.case), text="收入另有审计报告为证")
    page = text_of(client.get(at("application", played.case)))
    assert "收入另有审计报告为证" in page
    assert "已有一份异议正在处理" in text_of(send(client, at("appeal", played.case), text="再提一次"))
    send(client, at("drop_appeal", played.case, played.case.objections.get().pk))
    assert played.case.objections.get().state == "withdrawn"


def test_an_enterprise_reads_offices_and_no_officials(client: Client, played: Played):
    case = played.recommended()
    page = text_of(client.get(at("application", case)))
    assert played.people(Role.DISTRICT_OFFICER).name not in page
    assert played.people(Role.DISTRICT_OFFICER).organisation_name in page


# --- the group -------------------------------------------------------------------------------------------------


def test_a_member_of_a_group_waits_for_the_districts_exception(
    client: Client, own: Viewer, people: Callable[[Role], Viewer], played: Played, person_as: Callable[..., Viewer]
):
    city = people(Role.CITY_OFFICER)
    subsidiary = qualifying(city, OTHER, "示例子公司有限公司")
    enterprises.tie(
        city,
        played.enterprise,
        kind="subsidiary",
        name=subsidiary.name,
        location="in_city",
        starts=date(2020, 1, 1),
        uscc=OTHER,
        share="0.6",
        source_name="登记库",
    )
    played.submitted()
    other = person_as(Role.ENTERPRISE_LEAD, uscc=OTHER)
    their = client_of(other)
    page = text_of(their.get(reverse("recognition:precheck", args=[played.round.pk])))
    assert played.enterprise.name in page
    case = applications.start(other, subsidiary, played.round)
    answer = send(their, at("submit", case), name=other.name, agreed="on", seen=case.version)
    assert "同一集团" in text_of(answer)

    district = client_of(people(Role.DISTRICT_OFFICER))
    assert district.get(at("application", case)).status_code == 404  # a draft is its enterprise's alone
    address = reverse("recognition:group_exception")
    assert "没有这个受理号" in text_of(send(district, address, receipt="RD20000101-AAAAAA", reason="x"))
    answer = send(district, address, receipt=case.receipt.lower(), reason="独立上市")
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.group_exception == "独立上市"
    answer = send(their, at("submit", case), name=other.name, agreed="on", seen=case.version)
    assert answer.url == at("receipt", case)


# --- who sees what ---------------------------------------------------------------------------------------------


ROUTES = ("application", "receipt", "submit", "withdraw")


def test_another_enterprise_finds_nothing(played: Played, person_as: Callable[..., Viewer]):
    case = played.submitted()
    stranger = client_of(person_as(Role.ENTERPRISE_LEAD, uscc=OTHER))
    for route in ROUTES:
        assert stranger.get(at(route, case)).status_code == 404, route
    assert stranger.get(at("fill", case, "basics")).status_code == 404
    assert case.receipt not in text_of(stranger.get(reverse("recognition:mine")))
    assert case.receipt not in text_of(stranger.get(reverse("search"), {"q": case.receipt[:8]}))


def test_a_draft_has_no_receipt(client: Client, draft: Application):
    answer = client.get(at("receipt", draft), follow=True)
    assert "提交以后才有回执" in text_of(answer)


def test_drafts_are_reminded_of_the_days_left(own: Viewer, draft: Application):
    (line,) = [one for one in waiting_for(own) if "草稿" in str(one.label)]
    assert "20" in str(line.label)
    Round.objects.filter(pk=draft.round_id).update(closes=timezone.localdate() - timedelta(days=1))
    assert not [one for one in waiting_for(own) if "草稿" in str(one.label)]


def test_cases_of_an_enterprise_and_the_search_lead_to_the_application(client: Client, played: Played):
    case = played.submitted()
    page = text_of(client.get(reverse("enterprises:cases", args=[USCC])))
    assert case.receipt in page
    assert re.search(r"区县初审", page)
    answer = client.get(reverse("search"), {"q": case.receipt.lower()})
    assert answer.url == at("application", case)
    assert case.receipt in text_of(client.get(reverse("search"), {"q": case.receipt[:12]}))


def test_materials_of_another_way_in_are_not_asked_for(
    client: Client, own: Viewer, people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round
):
    from zongbu.desk.recognition.models import RequiredMaterial

    wanted = Material("研发台账", track="is_rnd_headquarters")
    RequiredMaterial.objects.create(round=round, title=wanted.title, track=wanted.track, required=True)
    case = applications.start(own, enterprise, round)
    applications.fill(own, case.pk, {"track": "meets_scale"})
    assert "研发台账" not in text_of(client.get(at("fill", case, "materials")))
    applications.fill(own, case.pk, {"track": "is_rnd_headquarters"})
    assert "研发台账" in text_of(client.get(at("fill", case, "materials")))
    assert conditions(round)
