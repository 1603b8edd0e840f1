"""The pages that are looked at in a browser. Every app adds its own here.

An address may be a text or a function that makes what the page shows and returns the address; it runs in the process of
the server, with Django ready, and is given the viewer who will look. Import models inside of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer
    from zongbu.desk.selfcheck.models import Screening

PUBLIC = "public"


@dataclass(frozen=True)
class Page:
    """A page, by name; ``role`` is the value of a ``Role``; ``status`` what the server answers."""

    name: str
    address: str | Callable[[Viewer], str]
    role: str = PUBLIC
    status: int = 200


def _shared(viewer: Viewer) -> str:
    """A shared result: some conditions met, one missed by a distance, some open."""
    from datetime import date

    from django.urls import reverse

    from zongbu.desk.library.policies import policy
    from zongbu.desk.selfcheck import sharing

    facts = {
        "is_legal_person": "是", "registered_in_city": "是", "operates_in_city": "是", "unified_accounting": "是",
        "branches_outside_city": "1", "subsidiaries_outside_city": "1", "on_dishonesty_list": "否",
        "industry_code": "6513", "state_ownership": "none", "city_entry_date": "2015-03-01",
        "in_city_revenue": "820000000", "rnd_expense": "90000000", "star": "3", "highest_star_paid": "0",
    }  # fmt: skip
    token = sharing.link(policy("hangzhou-2023"), date(2026, 6, 30), facts)
    return reverse("selfcheck:shared", args=[token])


def _screened(viewer: Viewer) -> Screening:
    """A finished screening of the viewer's, over an enterprise of a long name and one of which nothing is known."""
    from datetime import date

    from django.db import transaction

    from zongbu.desk.enterprises import actions as enterprises
    from zongbu.desk.enterprises.models import Enterprise
    from zongbu.desk.selfcheck import actions
    from zongbu.desk.selfcheck.screening.run import run

    long_name = "杭州示例数字经济产业投资发展集团股份有限公司（筛查演示）"
    with transaction.atomic():
        if not Enterprise.objects.filter(uscc="91330100MA2SCREEN1").exists():
            long_one = enterprises.register(viewer, "91330100MA2SCREEN1", long_name, "330108")
            enterprises.register(viewer, "91330100MA2SCREEN2", "示例筛查企业", "330106")
            facts = {"registered_in_city": "是", "is_legal_person": "是", "in_city_revenue@2025": "8.2亿元"}
            enterprises.record(viewer, long_one, facts, source_name="示例", valid_from=date(2025, 1, 1))
    made, _new = actions.start(viewer, "hangzhou-2023", date(2026, 6, 30))
    run(made.pk)
    return made


def _screening(viewer: Viewer) -> str:
    return f"/check/screenings/{_screened(viewer).pk}/"


def _screened_row(viewer: Viewer) -> str:
    return f"/check/screenings/{_screened(viewer).pk}/rows/91330100MA2SCREEN1/"


def _made(route: str, maker: str) -> str:
    """The page of something of the library that a maker of ``tests.desk.library.making`` makes."""
    from django.urls import reverse

    from tests.desk.library import making

    return reverse(f"library:{route}", args=[getattr(making, maker)().pk])


def _parameter(viewer: Viewer) -> str:
    from tests.desk.library import making

    return f"/policies/hangzhou-2023/parameters/{making.an_approved_value().parameter}/"


def _measure(viewer: Viewer) -> str:
    from tests.desk.library import making

    policy, measure = making.a_suspended_measure()
    return f"/policies/{policy}/measures/{measure}/"


def of_policy(route: str, things: str) -> str:
    """The page of the first clause, rule, parameter or measure of a policy."""
    from django.urls import reverse

    from zongbu.desk.library.policies import policy

    found = getattr(policy("hangzhou-2023"), things)
    first = next(iter(found.values())) if hasattr(found, "values") else next(iter(found))
    return reverse(f"library:{route}", args=["hangzhou-2023", getattr(first, "citation", "") or first.identifier])


def unpublished() -> str:
    """The page on which a value of the first unpublished parameter is proposed."""
    from zongbu.desk.library.policies import policy

    found = next(one for one in policy("hangzhou-2023").parameters.values() if one.periods[0].value is None)
    return f"/policies/hangzhou-2023/parameters/{found.identifier}/propose/"


def enterprise(rest: str = "") -> str:
    """A page of the enterprise for which the demonstration's enterprise people act."""
    from zongbu.desk.demo import uscc

    return f"/enterprises/{uscc(0)}/{rest}"


def _title(route: str, of: Callable[[], object], field: str = "pk") -> Callable[[Viewer], str]:
    """A page about a certificate or a revocation that a maker of ``tests.desk.recognition.titled`` makes."""

    def address(viewer: Viewer) -> str:
        from django.urls import reverse

        return reverse(f"recognition:{route}", args=[getattr(of(), field)])

    return address


def _certificate(own: bool = False) -> Any:
    from tests.desk.recognition import titled
    from zongbu.desk.demo import uscc

    return titled.a_recognition(uscc(0) if own else "91330100MA2TITLED0")


def _revocation(state: str, own: bool = False) -> Any:
    from tests.desk.recognition import titled
    from zongbu.desk.demo import uscc

    return titled.a_revocation(state, uscc(0) if own else "")


def _print_run(**given: object) -> Any:
    from tests.desk.recognition import titled

    return titled.a_print_run(**given)


def _stars(rest: str, state: str = "draft", own: bool = False) -> Callable[[Viewer], str]:
    """A page of stars; ``{pk}`` is the evaluation, ``{set}`` its set, ``{uscc}`` an enterprise in it."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import starred
        from zongbu.desk.demo import uscc

        code = uscc(0) if own else "91330100MA2TITLED0"
        made = starred.an_evaluation(state, code)
        return "/recognition/stars/" + rest.format(pk=made.pk, set=made.set_id, uscc=code)

    return address


def _star_objection(rest: str) -> Callable[[Viewer], str]:
    """A page of an objection to an intended star, by its receipt."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import starred

        return "/recognition/stars/" + rest.format(starred.an_objection().receipt)

    return address


def _indicators(rest: str = "") -> Callable[[Viewer], str]:
    """A page of an indicator set that is a draft."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import starred

        return f"/recognition/stars/sets/{starred.a_set().pk}/{rest}"

    return address


_MOVED = "?w_revenue=20&w_research=35&w_branches=10&w_subsidiaries=15&w_conditions=10&w_contribution=10&method=count&t_5=1&t_4=1&t_3=1&t_2=1&t_1="


def _round_page(rest: str = "", state: str = "open") -> Callable[[Viewer], str]:
    """A page of the demonstration's running round, or of its finished one."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Round

        return f"/recognition/rounds/{Round.objects.filter(state=state).latest('year').pk}/{rest}"

    return address


def _office_page(act: str, state: str) -> Callable[[Viewer], str]:
    """An act of the city office on an application of the demonstration that is in a state."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Application

        receipt = Application.objects.filter(state=state, round__state="open").earliest("pk").receipt
        return f"/recognition/office/{receipt}/{act}/"

    return address


def _proposing(viewer: Viewer) -> str:
    """Applications of the demonstration that are put forward together."""
    from zongbu.desk.recognition.models import Application

    found = Application.objects.filter(state="city", round__state="open").order_by("pk")[:2]
    query = "&".join(f"application={one.pk}" for one in found)
    return f"/recognition/rounds/{found[0].round_id}/propose/?{query}"


def _batch_page(rest: str = "") -> Callable[[Viewer], str]:
    """A batch of the demonstration that waits for its decision; ``{}`` stands for one of its applications."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Application

        case = Application.objects.filter(state="proposed", batch__state="submitted").earliest("pk")
        return f"/recognition/batches/{case.batch_id}/{rest.format(case.receipt)}"

    return address


def _notice_page(rest: str = "", state: str = "published") -> Callable[[Viewer], str]:
    """A notice of the demonstration; ``{}`` stands for one of its names."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import NoticeLine

        line = NoticeLine.objects.filter(notice__state=state, withdrawn_at=None).earliest("pk")
        return f"/recognition/notices/{line.notice.serial}/{rest.format(line.pk)}"

    return address


def _objection_page(place: str) -> Callable[[Viewer], str]:
    """An objection to a running notice of the demonstration, below an address."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.kernel.scope import PUBLIC as ANYBODY
        from zongbu.desk.recognition.actions.notices import object_to
        from zongbu.desk.recognition.models import NoticeLine, Objection

        found = Objection.objects.filter(state="received", kind="notice").first()
        if found is None:
            line = NoticeLine.objects.filter(notice__state="published", withdrawn_at=None).latest("pk")
            found = object_to(ANYBODY, line.application_id, "营业收入不实。" * 9, notice=line.notice_id, name="某单位")
        return f"/recognition/objections/{place}{found.receipt}/"

    return address


def _statistics_page(state: str) -> Callable[[Viewer], str]:
    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Round

        round = Round.objects.filter(state=state).latest("year")
        return f"/recognition/statistics/{round.policy}/{round.year}/"

    return address


def _member(rest: str = "") -> Callable[[Viewer], str]:
    """The page of somebody else in the viewer's organisation."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.people.models import Membership, Person

        person, _new = Person.objects.get_or_create(username="looked-at", defaults={"name": "示例同事"})
        given = {"role": viewer.role}
        found, _new = Membership.objects.get_or_create(
            person=person, organisation_id=viewer.organisation, defaults=given
        )
        return f"/people/members/{found.pk}/{rest}"

    return address


def _organisation(rest: str = "") -> Callable[[Viewer], str]:
    def address(viewer: Viewer) -> str:
        from zongbu.desk.people.models import Organisation

        return f"/people/organisations/{Organisation.objects.filter(kind='district_office').earliest('pk').pk}/{rest}"

    return address


def _account(rest: str = "") -> Callable[[Viewer], str]:
    def address(viewer: Viewer) -> str:
        from zongbu.desk.people.models import Person

        return f"/people/security/accounts/{Person.objects.get(username='city-officer').pk}/{rest}"

    return address


def _registration(viewer: Viewer) -> str:
    """A registration that waits for the viewer's district."""
    from zongbu.desk.kernel.scope import PUBLIC as ANYBODY
    from zongbu.desk.people import actions
    from zongbu.desk.people.actions.registrations import Account
    from zongbu.desk.people.models import Registration

    known = Registration.objects.filter(district=viewer.district).first()
    if known is None:
        known, _code = actions.register(
            ANYBODY,
            uscc="91330000142916567N",
            name="示例制造有限公司",
            district=viewer.district,
            contact_name="张三",
            contact_phone="0571-80000000",
            account=Account("looked-at-applicant", "Correct-Horse-7-Battery"),
        )
    return f"/people/registrations/{known.pk}/"


def _calendar_year(viewer: Viewer) -> str:
    from zongbu.desk.kernel.clock.models import CalendarYear

    found = CalendarYear.objects.earliest("year")
    return f"/journal/calendar/{found.year}/{found.version}/"


def _token(viewer: Viewer) -> str:
    from zongbu.desk.api.actions import create
    from zongbu.desk.api.scopes import scopes_for

    token, _text = create(viewer, "示例系统", [str(next(iter(scopes_for(viewer.role))))], 30)
    return f"/api/tokens/{token.pk}/revoke/"


def _result_of(**changed: str) -> Callable[[Viewer], str]:
    """A shared result of an enterprise of which everything is known that decides."""

    def address(viewer: Viewer) -> str:
        from datetime import date

        from django.urls import reverse

        from zongbu.desk.library.policies import policy
        from zongbu.desk.selfcheck import sharing

        facts = {
            "is_legal_person": "是", "registered_in_city": "是", "operates_in_city": "是", "unified_accounting": "是",
            "branches_outside_city": "3", "subsidiaries_outside_city": "3", "on_dishonesty_list": "否",
            "is_banned": "否", "industry_code": "6513", "state_ownership": "none", "city_entry_date": "2015-03-01",
            "stock_exchange": "none", "in_city_revenue": "5000000000", "star": "3", "highest_star_paid": "0",
            "fits_industrial_orientation": "是",
        }  # fmt: skip
        known = policy("hangzhou-2023")
        given = {name: text for name, text in (facts | changed).items() if name in known.dictionary}
        return reverse("selfcheck:shared", args=[sharing.link(known, date(2026, 6, 30), given)])

    return address


_FAILING = _result_of(branches_outside_city="0", subsidiaries_outside_city="0", in_city_revenue="1000000")

_EVERYTHING = (
    "q=示例&district=330108&star=0&industry=I,65&has=in_city_revenue&lacks=rent_paid&status=active&sort=-in_city_revenue"
    "&columns=uscc,in_city_revenue,rnd_expense,is_banned,city_entry_date,stock_exchange,former_names"
)


def _saved_view(viewer: Viewer) -> str:
    """A shared view that is where the list begins."""
    from zongbu.desk.enterprises.listing.actions import save_view
    from zongbu.desk.enterprises.listing.views import criteria_from

    view = save_view(viewer, "滨江三星以上", criteria_from("district=330108&star=3,4,5"), shared=True)
    return f"/enterprises/?view={view.pk}"


def _import(viewer: Viewer, readable: bool = True) -> int:
    """An import that has been checked: a row to add, one that cannot be used; or one that is no table of enterprises."""
    from datetime import date

    from django.core.files.base import ContentFile

    from zongbu.desk.enterprises.exchange import actions, work

    table = "企业名称,统一社会信用代码,所属区县,2022年度在杭营业收入（万元）,星级,备注\n"
    table += "示例导入企业,91330100MA2IMPORT1,滨江,8200,5,无\n示例错行,91330100MA2IMPORT2,江干区,约八千万,,\n"
    content = table if readable else "甲,乙\n1,2\n"
    file = ContentFile(content.encode("gbk"), "登记库2023年6月.csv")
    run = actions.upload(viewer, file, source_name="市登记库", valid_from=date(2023, 6, 30), year=2022)
    work.check_run(run.pk)
    return run.pk


def _imports(viewer: Viewer) -> str:
    _import(viewer)
    return "/enterprises/import/"


def _owned(rest: str = "", state: str = "submitted", of: str = "own") -> Callable[[Viewer], str]:
    """A page of the demonstration enterprise's claim in a state; ``of`` is ``own`` or another page beside it."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import owned
        from zongbu.desk.demo import uscc

        case = owned.an_objection(uscc(0)).claim if of == "objection" else owned.a_claim(state, uscc(0))
        return f"/support/own/{case.receipt}/{rest}" if of in ("own", "objection") else f"/support/{of}/{rest}"

    return address


def _examined(rest: str = "", state: str = "accepted") -> Callable[[Viewer], str]:
    """The page of a claim in a state as the office that handles it sees it; ``rest`` is what stands behind it."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import owned
        from zongbu.desk.demo import uscc
        from zongbu.desk.support.models import Claim

        if rest == "objection":
            made = owned.an_objection(uscc(0))
            Claim.objects.filter(pk=made.claim_id).update(organisation=viewer.organisation)
            return f"/support/objections/{made.receipt}/"
        case = owned.a_claim(state, uscc(0))
        Claim.objects.filter(pk=case.pk).update(organisation=viewer.organisation)
        return (
            f"/support/claims/approve/?claim={case.receipt}"
            if rest == "many"
            else f"/support/claims/{case.receipt}/{rest}"
        )

    return address


def _offer_run(**given: Any) -> Callable[[Viewer], str]:
    """The page of an apply-free run."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import owned
        from zongbu.desk.support.models import OfferRun

        made = owned.a_run(trial=given.get("trial", True))
        OfferRun.objects.filter(pk=made.pk).update(asked_by=viewer.membership, **given)
        return f"/support/offers/{made.pk}/"

    return address


def _applying(rest: str = "", state: str = "district", **given: str) -> Callable[[Viewer], str]:
    """The page of an application in a state that ``tests.desk.recognition.applied`` makes, of the demonstration's own
    enterprise; ``rest`` may name the opinion that a department is asked for."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import applied
        from zongbu.desk.demo import uscc
        from zongbu.desk.people.models import Membership, Organisation

        asked = Membership.objects.filter(role="department_officer").earliest("pk").organisation_id
        department = Organisation.objects.get(pk=asked)
        case = applied.an_application(state, uscc(0), department=department)
        if "{opinion}" in rest:
            return f"/recognition/opinions/{rest.format(opinion=applied.an_opinion(case).pk)}"
        if "{round}" in rest:
            return f"/recognition/rounds/{rest.format(round=case.round_id)}"
        return f"/recognition/applications/{case.receipt}/{rest}"

    return address


def _unpaid(route: str, maker: str, state: str = "") -> Callable[[Viewer], str]:
    """A page of quotas, requests, lists or obligations that a maker of ``tests.desk.support.unpaid`` makes: of the
    viewer's enterprise, or handled by the viewer's office."""

    def address(viewer: Viewer) -> str:
        from django.urls import reverse

        from tests.desk.support import unpaid
        from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT

        given: dict[str, Any] = {"state": state} if state else {}
        if viewer.uscc and maker != "a_selection":
            given["uscc"] = viewer.uscc
        if viewer.role in CITY | DEPARTMENT | DISTRICT:
            given["office"] = viewer
        made = getattr(unpaid, maker)(**given)
        return reverse(f"support:{route}", args=[made.receipt if route in ("request", "obligation") else made.pk])

    return address


def _returned_place(viewer: Viewer) -> str:
    from tests.desk.support import unpaid

    account = unpaid.a_quota("91330100MA2TITLED0", office=viewer)
    used = account.entries.filter(kind="used", undone_by=None).latest("pk")
    return f"/support/quotas/{account.pk}/return/{used.pk}/"


def _financed(what: str, rest: str = "") -> Callable[[Viewer], str]:
    """A page about money of the demonstration's district, see ``tests.desk.support.financed.address``."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import financed

        return financed.address(what, rest)

    return address


PAGES = [
    # --- the frame ---------------------------------------------------------------------------------------
    Page("home", "/"),
    Page("home for an enterprise", "/", "enterprise_staff"),
    Page("landing page of an enterprise", "/desk/", "enterprise_lead"),
    Page("landing page of the city office", "/desk/", "city_officer"),
    Page("landing page of a district", "/desk/", "district_lead"),
    Page("landing page of an auditor", "/desk/", "auditor"),
    Page("search without a word", "/search/", "city_officer"),
    Page("search", "/search/?q=总部", "city_officer"),
    Page("landing page of the city's finance bureau", "/desk/", "city_finance"),
    Page("landing page of a district's finance bureau", "/desk/", "district_finance"),
    Page("landing page of an inspector", "/desk/", "inspector"),
    Page("no permission", "/journal/", "enterprise_staff", status=403),
    Page("nothing of that number", "/policies/consultations/999999/", status=404),
    Page("not found", "/nothing/here/", status=404),
    Page("not found for an official", "/nothing/here/", "city_officer", status=404),
    # --- policies ----------------------------------------------------------------------------------------
    Page("policies", "/policies/"),
    Page("policies for an official", "/policies/", "city_officer"),
    Page("a policy", "/policies/hangzhou-2023/"),
    Page("a policy for an official", "/policies/hangzhou-2023/", "city_lead"),
    Page("a policy to print", "/policies/hangzhou-2023/print/"),
    Page("a clause", lambda viewer: of_policy("clause", "clauses"), "city_officer"),
    Page("a rule", lambda viewer: of_policy("rule", "rules")),
    Page("a parameter", lambda viewer: of_policy("parameter", "parameters"), "city_officer"),
    Page("a measure", lambda viewer: of_policy("measure", "measures"), "city_officer"),
    Page("proposing a value", "/policies/hangzhou-2023/parameters/star_award_amount/propose/", "city_officer"),
    Page("a clause with everything", "/policies/hangzhou-2023/clauses/（七）/"),
    Page("a parameter with its history", _parameter),
    Page("a suspended measure", _measure),
    Page("a value to be approved", lambda viewer: _made("value", "a_proposal"), "city_lead"),
    Page("a suspension to be approved", lambda viewer: _made("suspension", "an_order"), "city_lead"),
    Page("a consultation", lambda viewer: _made("consultation", "a_consultation")),
    Page("a consultation for an official", lambda viewer: _made("consultation", "a_consultation"), "city_lead"),
    Page("commenting", lambda viewer: _made("comment", "a_consultation") + "?article=（二）"),
    Page("comments", lambda viewer: _made("comments", "a_consultation"), "city_officer"),
    Page("moderating", lambda viewer: _made("moderate", "a_comment"), "city_officer"),
    Page("summing up", lambda viewer: _made("summary", "a_consultation"), "city_officer"),
    Page("closing a consultation", lambda viewer: _made("close", "a_consultation"), "city_lead"),
    Page("reviewing a measure", lambda viewer: of_policy("review", "measures"), "city_officer"),
    Page("suspending a measure", lambda viewer: of_policy("suspend", "measures"), "city_officer"),
    Page("attaching the official text", "/policies/hangzhou-2023/official/", "city_officer"),
    Page("opening a consultation", "/policies/binjiang-draft/consult/", "city_officer"),
    Page("search in policies", "/policies/search/?q=营业收入"),
    Page("two policies side by side", "/policies/compare/?left=hangzhou-2023&right=binjiang-draft"),
    Page("dictionary of facts", "/policies/facts/"),
    Page("a fact", "/policies/facts/in_city_revenue/"),
    Page("entered values", "/policies/values/", "city_officer"),
    Page("suspensions", "/policies/suspensions/", "city_officer"),
    Page("consultations", "/policies/consultations/"),
    # --- recognition: applying ---------------------------------------------------------------------------
    Page("one's own applications", "/recognition/mine/", "enterprise_staff"),
    Page("before applying", _applying("{round}/precheck/", "withdrawn"), "enterprise_staff"),
    Page("draft of an application", _applying("", "draft"), "enterprise_staff"),
    Page("way in and contact", _applying("fill/basics/", "draft"), "enterprise_staff"),
    Page("facts of an application", _applying("fill/facts/", "returned"), "enterprise_staff"),
    Page("materials of an application", _applying("fill/materials/", "draft"), "enterprise_staff"),
    Page("review before submission", _applying("submit/", "draft"), "enterprise_staff"),
    Page("submission after correction", _applying("submit/", "returned"), "enterprise_staff"),
    Page("receipt of an application", _applying("receipt/"), "enterprise_staff"),
    Page("returned application", _applying("", "returned"), "enterprise_staff"),
    Page("withdrawing an application", _applying("withdraw/"), "enterprise_staff"),
    Page("objecting to one's refusal", _applying("objection/", "refused"), "enterprise_staff"),
    Page("one's own application with departments", _applying("", "departments"), "enterprise_staff"),
    Page("applications to review", "/recognition/applications/", "district_officer"),
    Page(
        "applications, every filter",
        "/recognition/applications/?show=all&q=示例&state=district,&overdue=1&paper=1&track=-&sort=due"
        "&columns=receipt,uscc,round,district,track,state,turn,submitted,due,result,recommended,opinions,entry",
        "city_officer",
    ),
    Page("all applications", "/recognition/applications/?show=all", "auditor"),
    Page("reviewing an application", _applying("?comment=in_city_revenue"), "district_officer"),
    Page("application with the city office", _applying("", "city"), "city_officer"),
    Page("returning an application", _applying("review/return/"), "district_officer"),
    Page("recommending an application", _applying("review/recommend/"), "district_officer"),
    Page("a group's exception", "/recognition/applications/group-exception/", "district_lead"),
    Page("an application on paper", "/recognition/applications/paper/", "district_officer"),
    Page("a sheet of applications on paper", "/recognition/applications/paper/sheet/", "district_officer"),
    Page("opinions to give", "/recognition/opinions/", "department_officer"),
    Page("opinions given", "/recognition/opinions/?state=given", "department_lead"),
    Page("an opinion to give", _applying("{opinion}/", "departments"), "department_officer"),
    Page("an opinion that was given", _applying("{opinion}/", "city"), "department_officer"),
    Page("passing an opinion on", _applying("{opinion}/delegate/", "departments"), "department_officer"),
    # --- recognition: city office and leading group ------------------------------------------------------
    Page("rounds", "/recognition/rounds/", "leading_group"),
    Page("preparing a round", "/recognition/rounds/new/", "city_officer"),
    Page("round", _round_page(), "city_officer"),
    Page("finished round", _round_page(state="concluded"), "auditor"),
    Page("extending a round", _round_page("acts/extend/"), "city_lead"),
    Page("reminding departments", _round_page("remind/"), "city_officer"),
    Page("consolidated sheet", _round_page("sheet/"), "city_officer"),
    Page("consolidated sheet, nothing found", _round_page("sheet/?q=没有这家"), "leading_group"),
    Page("putting applications forward", _proposing, "city_officer"),
    Page("new batch", _round_page("batches/new/"), "city_officer"),
    Page("publishing", _round_page("publish/"), "city_lead"),
    Page("decisions that depart", _round_page("deviations/", "concluded"), "auditor"),
    Page("decisions that corrections would change", _round_page("corrections/", "concluded"), "city_officer"),
    Page("returning by the office", _office_page("return", "city"), "city_officer"),
    Page("waiting no longer", _office_page("collect", "departments"), "city_officer"),
    Page("batches", "/recognition/batches/", "city_officer"),
    Page("batch to decide", _batch_page(), "leading_group"),
    Page("taking a batch back", _batch_page("acts/take_back/"), "city_officer"),
    Page("deciding an application", _batch_page("{}/decide/"), "leading_group"),
    Page("sending an application back", _batch_page("{}/send-back/"), "leading_group"),
    Page("announcing a list", _notice_page("announce/"), "city_lead"),
    Page("objections", "/recognition/objections/?state=all", "city_officer"),
    Page("an objection", _objection_page(""), "city_lead"),
    # --- recognition: everybody --------------------------------------------------------------------------
    Page("list of headquarters enterprises", "/recognition/list/"),
    Page("list of headquarters enterprises, nothing found", "/recognition/list/?q=没有这家"),
    Page("map of the districts", "/recognition/map/"),
    Page("public notices", "/recognition/notices/"),
    Page("public notice", _notice_page()),
    Page("public notice that was announced", _notice_page(state="announced")),
    Page("public notice for the office", _notice_page(), "city_lead"),
    Page("objecting", _notice_page("{}/object/")),
    Page("receipt of an objection", _objection_page("received/")),
    Page("rounds with statistics", "/recognition/statistics/"),
    Page("statistics of a round", _statistics_page("concluded")),
    Page("statistics of a running round", _statistics_page("open")),
    # --- recognition: titles -----------------------------------------------------------------------------
    Page("verification", "/recognition/verify/"),
    Page("verification of nonsense", "/recognition/verify/?code=abc", status=400),
    Page("valid certificate", _title("verified", _certificate, "code")),
    Page("revoked certificate", _title("verified", lambda: _revocation("approved").recognition, "code")),
    Page("unknown certificate", "/recognition/verify/ABCDEFGHJKMN/", status=404),
    Page(
        "certificates and letters", lambda viewer: _certificate(own=True) and "/recognition/titles/", "enterprise_staff"
    ),
    Page("register of recognitions", "/recognition/recognitions/", "city_officer"),
    Page("register of recognitions, nothing found", "/recognition/recognitions/?q=没有这家", "district_officer"),
    Page("recognition", _title("recognition", lambda: _revocation("approved").recognition, "number"), "city_officer"),
    Page("one's own recognition", _title("recognition", lambda: _certificate(own=True), "number"), "enterprise_staff"),
    Page("opening a revocation", _title("revoke", _certificate, "number"), "city_officer"),
    Page("revocations", lambda viewer: _revocation("hearing") and "/recognition/revocations/", "city_officer"),
    Page("revocation to answer", _title("revocation", lambda: _revocation("hearing", own=True)), "enterprise_lead"),
    Page("revocation to approve", _title("revocation", lambda: _revocation("proposed")), "leading_group"),
    Page("revocation that took effect", _title("revocation", lambda: _revocation("approved")), "city_lead"),
    Page("print runs", "/recognition/recognitions/print/", "city_officer"),
    Page("print run", _title("print_run", _print_run), "city_officer"),
    Page(
        "print run that failed", _title("print_run", lambda: _print_run(state="failed", error="没有字形")), "city_lead"
    ),
    # --- support: enterprises ----------------------------------------------------------------------------
    Page("my policies", _owned(of="my", state="offered"), "enterprise_staff"),
    Page("my policies, an earlier year", "/support/my/?year=2024", "enterprise_lead"),
    Page("a measure for oneself", "/support/my/hangzhou-2023/rent_subsidy/", "enterprise_staff"),
    Page("a measure given for each project", "/support/my/hangzhou-2023/talent_housing_subsidy/", "enterprise_staff"),
    Page("a measure of a draft", "/support/my/binjiang-draft/matching_fund/", "enterprise_lead"),
    Page("an encouragement", "/support/my/hangzhou-2023/local_cultivation/", "enterprise_staff"),
    *(
        Page(f"one's own claim, {state}", _owned(state=state), "enterprise_staff")
        for state in (
            "offered",
            "draft",
            "submitted",
            "returned",
            "verified",
            "approved",
            "paid",
            "refused",
            "withdrawn",
        )
    ),
    Page("one's own claim with an objection", _owned(of="objection"), "enterprise_lead"),
    Page("filling facts of a claim", _owned("fill/facts/", "draft"), "enterprise_staff"),
    Page("filling facts of a returned claim", _owned("fill/facts/", "returned"), "enterprise_staff"),
    Page("filling materials of a claim", _owned("fill/materials/", "returned"), "enterprise_staff"),
    Page("filling contact of a claim", _owned("fill/contact/", "returned"), "enterprise_staff"),
    Page("submitting a claim", _owned("submit/", "draft"), "enterprise_staff"),
    Page("receipt of a claim", _owned("receipt/"), "enterprise_staff"),
    Page("withdrawing a claim", _owned("withdraw/"), "enterprise_staff"),
    Page("declining an offer", _owned("decline/", "offered"), "enterprise_staff"),
    Page("objecting to a refusal", _owned("objection/", "refused"), "enterprise_staff"),
    Page("where the money is", _owned(of="money", state="approved"), "enterprise_staff"),
    Page("bank account", _owned(of="account"), "enterprise_staff"),
    # --- support: finance --------------------------------------------------------------------------------
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
    # --- support: officials ------------------------------------------------------------------------------
    Page("claims to work through", "/support/claims/", "district_officer"),
    Page("claims of a district's lead", "/support/claims/?show=verified", "district_lead"),
    Page("all claims", "/support/claims/?show=all&way=claim&least=1&year=2024", "city_officer"),
    Page("claims nobody handles", "/support/claims/?show=unassigned", "city_lead"),
    Page("claims of a department", "/support/claims/", "department_officer"),
    *(
        Page(f"a claim of the office's, {state}", _examined(state=state), "district_lead")
        for state in ("submitted", "returned", "accepted", "verified", "approved", "paid", "refused")
    ),
    Page("a claim for an auditor", _examined(state="paid"), "auditor"),
    *(
        Page(f"to {act} a claim", _examined(f"act/{act}/", state), "district_lead")
        for act, state in (
            ("accept", "submitted"),
            ("return", "accepted"),
            ("verify", "accepted"),
            ("approve", "verified"),
            ("refuse", "verified"),
            ("correct", "approved"),
        )
    ),
    Page("assigning a claim", _examined("act/assign/", "submitted"), "city_lead"),
    Page("approving many claims", _examined("many", "verified"), "district_lead"),
    Page("objections to claims", "/support/objections/", "city_officer"),
    Page("an objection to a claim", _examined("objection"), "district_lead"),
    Page("offers", "/support/offers/", "city_officer"),
    Page("what a run would offer", _offer_run(), "city_officer"),
    Page("a run under way", _offer_run(state="running", done=20), "city_lead"),
    Page("a run that failed", _offer_run(state="failed", error="后台进程中断，没有做完", trial=False), "city_lead"),
    Page("what a run has offered", _offer_run(trial=False), "leading_group"),
    Page("responsible units", "/support/units/", "city_lead"),
    Page("a responsible unit", "/support/units/hangzhou-2023/科技部门/", "city_lead"),
    Page("every measure", "/support/measures/", "district_officer"),
    # --- enterprises -------------------------------------------------------------------------------------
    Page("list of enterprises", "/enterprises/", "city_officer"),
    Page("list of enterprises, filtered", "/enterprises/?q=示例", "district_officer"),
    Page("list of enterprises, nothing found", "/enterprises/?q=没有这家", "city_officer"),
    Page("list of enterprises, every filter", f"/enterprises/?{_EVERYTHING}", "city_officer"),
    Page("list of enterprises, saved view", _saved_view, "city_officer"),
    Page("imports", _imports, "city_officer"),
    Page("upload of an import", "/enterprises/import/new/", "district_officer"),
    Page("import to be confirmed", lambda viewer: f"/enterprises/import/{_import(viewer)}/?kind=new", "city_officer"),
    Page("rejects of an import", lambda viewer: f"/enterprises/import/{_import(viewer)}/?kind=rejected", "city_lead"),
    Page("import that cannot be read", lambda viewer: f"/enterprises/import/{_import(viewer, False)}/", "city_lead"),
    Page("an enterprise", lambda viewer: enterprise(), "city_officer"),
    Page("one's own enterprise", lambda viewer: enterprise(), "enterprise_staff"),
    Page("facts", lambda viewer: enterprise("facts/"), "city_officer"),
    Page("one's own facts", lambda viewer: enterprise("facts/"), "enterprise_staff"),
    Page("declaring facts", lambda viewer: enterprise("facts/declare/"), "enterprise_staff"),
    Page("a fact of an enterprise", lambda viewer: enterprise("facts/in_city_revenue/"), "city_officer"),
    Page("recording a fact", lambda viewer: enterprise("facts/in_city_revenue/record/"), "city_officer"),
    Page("finding a fact", lambda viewer: enterprise("facts/is_gone_out_enterprise/find/"), "city_officer"),
    Page("adding to a group", lambda viewer: enterprise("group/add/"), "city_officer"),
    Page("claiming to belong to a group", lambda viewer: enterprise("group/claims/add/"), "city_officer"),
    Page("entering a change", lambda viewer: enterprise("events/add/"), "city_officer"),
    Page("entering a listing", lambda viewer: enterprise("events/listings/add/"), "city_officer"),
    Page("entering a ban", lambda viewer: enterprise("events/bans/add/"), "city_officer"),
    Page("referring an enterprise", lambda viewer: enterprise("refer/"), "city_officer"),
    Page("ties that were proposed", "/enterprises/ties/", "city_officer"),
    Page("attaching a file", lambda viewer: enterprise("evidence/"), "city_officer"),
    Page("group", lambda viewer: enterprise("group/"), "city_officer"),
    Page("events", lambda viewer: enterprise("events/"), "city_officer"),
    Page("assessments", lambda viewer: enterprise("assessments/"), "city_officer"),
    Page("cases", lambda viewer: enterprise("cases/"), "city_officer"),
    Page("journal of an enterprise", lambda viewer: enterprise("journal/"), "auditor"),
    Page("entering an enterprise", "/enterprises/register/", "district_officer"),
    # --- recognition: stars ------------------------------------------------------------------------------
    Page("indicator sets", "/recognition/stars/sets/", "city_lead"),
    Page("drafting an indicator set", "/recognition/stars/sets/new/", "city_officer"),
    Page("an indicator set", _indicators(), "city_officer"),
    Page("changing an indicator set", _indicators("edit/"), "city_officer"),
    Page("star evaluations", "/recognition/stars/evaluations/", "auditor"),
    Page("beginning an evaluation", "/recognition/stars/evaluations/new/", "city_officer"),
    Page("a star evaluation", _stars("evaluations/{pk}/"), "city_officer"),
    Page("a star evaluation for the lead", _stars("evaluations/{pk}/", "noticed"), "city_lead"),
    Page("entering scores", _stars("evaluations/{pk}/scores/"), "city_officer"),
    Page("what if the weights were others", _stars("evaluations/{pk}/what-if/" + _MOVED), "city_officer"),
    Page("an evaluation computed again", _stars("evaluations/{pk}/verify/"), "auditor"),
    Page("a star explained", _stars("evaluations/{pk}/results/{uscc}/"), "city_officer"),
    Page("one's own star", _stars("own/", "published", own=True), "enterprise_staff"),
    Page("notice of stars", _stars("notice/{pk}/", "noticed")),
    Page("objecting to a star", _stars("notice/{pk}/object/?about={uscc}", "noticed")),
    Page("an objection to a star", _star_objection("objections/{}/"), "city_lead"),
    Page("receipt of an objection to a star", _star_objection("notice/received/{}/")),
    Page("published stars", _stars("", "published", own=True)),
    # --- people and keeping ------------------------------------------------------------------------------
    Page("one's own account", "/people/profile/", "city_officer"),
    Page("members", "/people/members/", "district_lead"),
    Page("inviting", "/people/members/invite/", "administrator"),
    Page("a member", _member(), "district_officer"),
    Page("ending a membership", _member("end/"), "district_officer"),
    Page("changes of members to be confirmed", "/people/members/confirmations/", "district_lead"),
    Page("new organisation", "/people/organisations/new/", "administrator"),
    Page("an organisation", _organisation(), "administrator"),
    Page("changing an organisation", _organisation("change/"), "administrator"),
    Page("inviting an administrator", _organisation("invite/"), "administrator"),
    Page("an invitation by a bad link", "/people/invitation/altered/", status=410),
    Page("registering an enterprise", "/people/register/"),
    Page("receipt of a registration", "/people/register/state/"),
    Page("a registration", _registration, "district_officer"),
    Page("an account", _account(), "security_officer"),
    Page("locking an account", _account("lock/"), "security_officer"),
    Page("registrations", "/people/registrations/", "district_officer"),
    Page("organisations", "/people/organisations/", "administrator"),
    Page("security of accounts", "/people/security/", "security_officer"),
    Page("sign-ins", "/people/security/sign-ins/", "security_officer"),
    Page("journal", "/journal/", "auditor"),
    Page("an entry of the journal", "/journal/1/", "auditor"),
    Page("verification of the journal", "/journal/verification/", "auditor"),
    Page("calendar", "/journal/calendar/", "administrator"),
    Page("a calendar year", _calendar_year, "administrator"),
    Page("importing a calendar", "/journal/calendar/import/", "administrator"),
    Page("revoking a token", _token, "city_officer"),
    Page("tokens", "/api/tokens/", "city_officer"),
    # --- support: what gives no money --------------------------------------------------------------------
    Page("quotas", "/support/quotas/", "city_officer"),
    Page("own quotas", "/support/quotas/", "enterprise_staff"),
    Page("allocating quotas", "/support/quotas/allocate/", "city_officer"),
    Page("a quota account", _unpaid("quota", "a_quota"), "department_officer"),
    Page("an own quota account", _unpaid("quota", "a_quota"), "enterprise_staff"),
    Page("returning a place", _returned_place, "department_officer"),
    Page("requests", "/support/requests/?show=all", "city_lead"),
    Page("own requests, and what can be asked for", "/support/requests/", "enterprise_staff"),
    Page("asking for a service", "/support/requests/ask/hangzhou-2023/green_channel/", "enterprise_staff"),
    Page("referring an enterprise for a measure", "/support/requests/refer/", "district_officer"),
    Page("how long personal data are kept", "/support/requests/retention/", "city_lead"),
    Page("a request to handle", _unpaid("request", "a_request", "received"), "department_officer"),
    Page("an own request to correct", _unpaid("request", "a_request", "returned"), "enterprise_staff"),
    Page("a granted request", _unpaid("request", "a_request", "granted"), "auditor"),
    Page("lists for selection", "/support/selections/", "leading_group"),
    Page("a new list", "/support/selections/new/", "city_officer"),
    Page("a list drawn up", _unpaid("selection", "a_selection", "draft"), "city_officer"),
    Page("a list to decide", _unpaid("selection", "a_selection", "proposed"), "leading_group"),
    Page("published lists", "/support/selected/"),
    Page("a published list", _unpaid("selected_one", "a_selection", "published")),
    Page("obligations", "/support/obligations/", "city_officer"),
    Page("registering an obligation", "/support/obligations/new/", "district_officer"),
    Page("an obligation", _unpaid("obligation", "an_obligation", "reported"), "district_officer"),
    Page("an own obligation", _unpaid("obligation", "an_obligation", "pending"), "enterprise_staff"),
    # --- signing in --------------------------------------------------------------------------------------
    Page("sign in", "/accounts/login/"),
    Page("sign out", "/accounts/logout/", "enterprise_staff"),
    Page("forgotten password", "/accounts/password/reset/"),
    Page("second factor", "/accounts/2fa/", "city_officer"),
    Page("sessions", "/accounts/sessions/", "city_officer"),
    Page("change of password", "/accounts/password/change/", "enterprise_lead"),
    Page("setting up an authenticator app", "/accounts/2fa/totp/activate/", "city_officer"),
    Page("adding a passkey", "/accounts/2fa/webauthn/add/", "city_officer"),
    Page("passkeys", "/accounts/2fa/webauthn/", "city_officer"),
    Page("who one is, asked again", "/accounts/reauthenticate/", "district_lead"),
    Page("single sign-on", "/accounts/3rdparty/", "city_officer"),
    Page("single sign-on failed", "/accounts/3rdparty/login/error/", status=401),
    Page("single sign-on cancelled", "/accounts/3rdparty/login/cancelled/"),
    Page("reset of a password sent", "/accounts/password/reset/done/"),
    Page("reset of a password by a bad link", "/accounts/password/reset/key/1-bad/"),
    # --- self-check --------------------------------------------------------------------------------------
    Page("self-check", "/check/"),
    Page("self-check for an enterprise", "/check/?policy=binjiang-draft", "enterprise_staff"),
    Page("question", "/check/question/?policy=hangzhou-2023"),
    Page("question about an amount", "/check/question/?policy=hangzhou-2023&fact=in_city_revenue"),
    Page("question with choices", "/check/question/?policy=hangzhou-2023&fact=state_ownership"),
    Page("question with a long list", "/check/question/?policy=binjiang-draft&fact=district", "city_officer"),
    Page("all questions", "/check/all/?policy=hangzhou-2023"),
    Page("result of knowing nothing", "/check/result/?policy=binjiang-draft"),
    Page("result", _shared),
    Page("result for an official", _shared, "district_officer"),
    Page("result of who fails", _FAILING),
    Page("result of who passes", _result_of()),
    Page("altered link", "/check/shared/altered/", status=400),
    Page("screenings", "/check/screenings/", "auditor"),
    Page("new screening", "/check/screenings/new/", "city_officer"),
    Page("screening", _screening, "city_officer"),
    Page("row of a screening", _screened_row, "city_lead"),
]


def names() -> list[str]:
    """The names, each once."""
    found = [page.name for page in PAGES]
    assert len(found) == len(set(found)), "a page is listed twice"
    return found


_SENT = "answers only forms that are sent"
_FILE = "a file or data, no page"
_STATE = "a plain question about something that has to be made first; the same form is looked at elsewhere"
_FRAGMENT = "a fragment of a page that is looked at"
_LEADS_ON = "leads on to another page"
_OF_LIBRARY = "a state of signing in that needs a second factor or another service"
EXCUSED: dict[str, str] = (
    dict.fromkeys(
        (
            "year", "set_language", "people:act_as", "people:end_session", "people:discard", "people:lift_lockout",
            "people:decide_registration", "people:renew_invitation", "kernel:export", "library:suspension_act",
            "library:value_act", "selfcheck:cancel", "selfcheck:declare", "selfcheck:export", "enterprises:draft",
            "enterprises:discard", "enterprises:import_commit", "enterprises:import_discard",
            "enterprises:import_go_on", "enterprises:save_view", "enterprises:remove_view",
            "enterprises:default_view", "recognition:print_again", "recognition:start", "recognition:take_out", "recognition:answer", "recognition:check",
            "recognition:drop_appeal", "support:start", "support:money_export", "support:own_confirm", "support:results_act",
            "support:own_take_out", "support:own_answer", "support:own_drop_objection", "support:claims_export",
            "support:claim_comment", "support:claim_uncomment", "support:offer_export", "support:offer_start", "support:offer_again",
            "support:quotas_export", "support:quota_act", "support:requests_export", "support:request_act",
            "support:selection_export", "support:selection_act", "support:obligation_act", "support:milestone_act",
            "recognition:comment", "recognition:uncomment", "recognition:recognitions_export",
            "recognition:revocation_act", "recognition:star_set_act", "recognition:star_demonstration",
            "recognition:star_evaluation_act", "recognition:star_notify", "recognition:star_export",
            "recognition:star_override", "recognition:star_override_act", "recognition:decide_all",
            "recognition:remind", "recognition:sheet_export", "recognition:deviations_export",
            "recognition:applications_export",
        ),
        _SENT,
    )
    | dict.fromkeys(
        (
            "health", "metrics", "library:export", "enterprises:evidence", "enterprises:export",
            "enterprises:import_rejects", "mfa_download_recovery_codes", "recognition:announcement_document",
            "recognition:list_export", "recognition:statistics_export",
            "recognition:certificate", "recognition:letter", "recognition:stars_export", "recognition:notice_document", "recognition:print_file",
            "support:letter", "support:request_file", "support:milestone_file",
            "support:lines_export", "support:statement", "support:district_statement", "support:batch_file",
            "support:results_rejects", "support:public_export",
        ),
        _FILE,
    )
    | dict.fromkeys(
        (
            "people:withdraw_invitation", "people:confirm_membership", "people:registered", "selfcheck:hand_over",
            "enterprises:adopt", "enterprises:answer_tie", "enterprises:end_referral", "enterprises:end_tie",
            "enterprises:release", "enterprises:remove_listing", "enterprises:withdraw_ban",
            "enterprises:withdraw_change", "enterprises:withdraw_listing", "enterprises:withdraw_tie",
            "enterprises:delete_file", "recognition:edit_round",
        ),
        _STATE,
    )
    | dict.fromkeys(("selfcheck:progress", "enterprises:import_progress", "recognition:print_progress", "recognition:star_progress", "support:offer_progress", "support:results_progress"), _FRAGMENT)
    | dict.fromkeys(("enterprises:mine", "people:continue", "support:approved", "support:make_batch"), _LEADS_ON)
    | dict.fromkeys(
        (
            "account_inactive", "account_reset_password_from_key_done", "account_set_password", "mfa_authenticate",
            "mfa_deactivate_totp", "mfa_edit_webauthn", "mfa_generate_recovery_codes", "mfa_login_webauthn",
            "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes",
            "openid_connect_callback", "openid_connect_login",
        ),
        _OF_LIBRARY,
    )
)  # fmt: skip
"""Routes that are not looked at, and why."""
