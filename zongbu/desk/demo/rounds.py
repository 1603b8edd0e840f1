"""A finished round of last year and one that runs this year, with cases in every state.

They are played by the acts themselves on the days on which they would have been (``days.on``), with invented
enterprises alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice

from django.utils import timezone

from zongbu.desk.demo.days import on
from zongbu.desk.demo.synthetic import HOME, uscc
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policy
from zongbu.desk.people.models import Membership, Organisation
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.recognition.actions import applications, batches, notices, opinions, review, rounds
from zongbu.desk.recognition.actions.rounds import Check, Material
from zongbu.desk.recognition.checking import conditions, live
from zongbu.desk.recognition.entering import hindrances
from zongbu.desk.recognition.models import Application, Batch, Round
from zongbu.desk.recognition.settings import OPEN_SETTINGS, default_tracks

POLICY = "hangzhou-2023"
MOST = 36
"""Applications of each round: enough to see lists, few enough to load in seconds."""
LOOKED_AT = 400
"""Of how many invented enterprises the applicants are chosen."""
BASIS = {
    "window": "演示设定：历年通知的申报期约一个月",
    "as_of": "演示设定：取年中",
    "approver": "正文没有写谁最后批准，默认领导小组",
    "notice_days": "演示设定：公示天数没有公布，暂取七天",
    "materials": "演示设定：材料清单没有公布，只列常见的",
    "terms": "演示设定：各环节期限没有公布，便于看到到期提醒",
}
CHECKS = (
    ("市发展和改革委员会", ("fits_industrial_orientation", "industry_exclusion_finding"), "产业导向、行业研判"),
    ("市税务局", ("in_city_revenue",), "上年度在杭营业收入"),
    ("市科学技术局", ("rnd_expense", "has_rnd_conditions"), "研发投入、研究条件"),
    ("市市场监督管理局", ("registered_in_city", "on_dishonesty_list"), "登记、严重违法失信名单"),
)
MATERIALS = (
    Material("营业执照", "加盖公章的复印件", required=False),
    Material("上年度审计报告", "含在杭营业收入的说明", required=False),
    Material("分支机构清单", "市外分公司、控股子公司的登记材料", required=False),
    Material("上市证明", "交易所出具", track="is_listed_headquarters", required=False),
)
DECLARATION = (
    "本企业承诺所报数据和材料真实、准确、完整，并愿意接受核查；如有虚假，"
    "按规定取消称号，两年内不再申报，并承担相应责任。"
)


FINDINGS = {"fits_industrial_orientation": "true", "has_rnd_conditions": "true", "industry_exclusion_finding": "false"}
"""What departments find, unless a case is made not to fit."""


class Cast:
    """The people of the demonstration; those of one district's office stand in for all districts' offices."""

    def __init__(self) -> None:
        self._viewers: dict[Role, Viewer] = {}
        for membership in Membership.objects.select_related("person", "organisation").order_by("pk"):
            self._viewers.setdefault(Role(membership.role), viewer_as(membership, membership.person))
        kinds = (Organisation.Kind.DISTRICT_OFFICE, Organisation.Kind.DEPARTMENT)
        found = Organisation.objects.filter(kind__in=kinds)
        self._offices = {one.district or one.name: one for one in found}

    def __getitem__(self, role: Role) -> Viewer:
        return self._viewers[role]

    def of(self, enterprise: Enterprise) -> Viewer:
        """Somebody of an enterprise."""
        return replace(self._viewers[Role.ENTERPRISE_LEAD], uscc=enterprise.uscc, organisation_name=enterprise.name)

    def district(self, code: str) -> Viewer:
        """Somebody of a district's office."""
        return self._at(Role.DISTRICT_OFFICER, self._offices[code])

    def department(self, organisation: int) -> Viewer:
        """Somebody of a department."""
        office = next(one for one in self._offices.values() if one.pk == organisation)
        return self._at(Role.DEPARTMENT_OFFICER, office)

    def named(self, department: str) -> int:
        """The primary key of a department."""
        return self._offices[department].pk

    def _at(self, role: Role, office: Organisation) -> Viewer:
        viewer = self._viewers[role]
        return replace(viewer, organisation=office.pk, organisation_name=office.name, district=office.district)


def play_finished(enterprises: int, tell: Callable[[], None]) -> None:
    """Play last year's round, before this year's figures are recorded; nothing if there are rounds already.

    Args:
        enterprises: how many invented enterprises there are.
        tell: is called once for each application.
    """
    if Round.objects.exists() or not enterprises:
        return
    cast, last = Cast(), timezone.localdate().year - 1
    with on(date(last, 3, 20)):
        known = _candidates(enterprises)
        round = announced(cast, last, opens=date(last, 4, 1), closes=date(last, 4, 30), as_of=date(last, 4, 1))
    _finished(cast, round, known[:MOST], tell)


def play_running(enterprises: int, tell: Callable[[], None]) -> None:
    """Play this year's round up to today; nothing if it has been played, see ``play_finished``."""
    today = timezone.localdate()
    if Round.objects.filter(year=today.year).exists() or not enterprises:
        return
    cast, opens = Cast(), today - timedelta(days=40)
    with on(opens - timedelta(days=5)):
        known = _candidates(enterprises)
        round = announced(cast, today.year, opens=opens, closes=today + timedelta(days=20), as_of=opens)
    # The enterprise whose people have accounts has not applied yet: they may try it.
    _running(cast, round, known[1 : MOST + 1], today, tell)


def _candidates(enterprises: int) -> list[Enterprise]:
    """Who applies: as in life mostly those that qualify or nearly do; the enterprise whose people have accounts first.

    Of every ten, seven would qualify if the departments find what they are asked about, two would not, of one too
    little is known.
    """
    codes = [uscc(number) for number in range(min(enterprises, LOOKED_AT))]
    found = {one.uscc: one for one in Enterprise.objects.filter(uscc__in=codes).exclude(district="")}
    law = policy(POLICY)
    assessor = law.assessor(as_of=timezone.localdate(), results=["is_headquarters"])
    sorted_out: dict[bool | None, list[Enterprise]] = {True: [], False: [], None: []}
    for code in codes:
        if code in found:
            known = {name: value for name, value in found[code].known.items() if name in law.dictionary or "@" in name}
            sorted_out[assessor.assess({**FINDINGS, **known}).results["is_headquarters"]].append(found[code])
    first = found[uscc(0)]
    queues = {answer: iter(ones) for answer, ones in sorted_out.items()}
    pattern = cycle((True, True, False, True, True, None, True, True, False, True))
    chosen = [
        one for answer, _place in zip(pattern, range(2 * MOST), strict=False) if (one := next(queues[answer], first))
    ]
    return list(dict.fromkeys((first, *chosen)))[: MOST + 1]


def announced(cast: Cast, year: int, *, opens: date, closes: date, as_of: date) -> Round:
    """A round with the settings of the demonstration, prepared and announced today."""
    made = Round(
        policy=POLICY,
        year=year,
        title=f"{year}年度总部企业认定（演示）",
        as_of=as_of,
        opens=opens,
        closes=closes,
        notice_days=7,
        district_days=10,
        department_days=7,
        correction_days=5,
        office_days=15,
        declaration=DECLARATION,
        basis={name: BASIS[name] for name in OPEN_SETTINGS},
        contact="演示数据，没有真实的咨询电话",
    )
    made.tracks = default_tracks(made.law)
    checks = [Check(cast.named(name), facts, task) for name, facts, task in CHECKS]
    rounds.prepare(cast[Role.CITY_OFFICER], made, checks, MATERIALS)
    return rounds.announce(cast[Role.CITY_LEAD], made.pk)


# --- single steps ------------------------------------------------------------------------------------------


def _submitted(cast: Cast, round: Round, known: list[Enterprise]) -> Iterator[Application]:
    """Applications of those whom nothing keeps out."""
    for enterprise in known:
        if not enterprise.district or hindrances(enterprise, round, timezone.localdate()):
            continue
        own = cast.of(enterprise)
        case = applications.start(own, enterprise, round)
        applications.sign(own, case.pk, own.name)
        yield applications.submit(own, case.pk)


def _recommended(cast: Cast, case: Application) -> Application:
    officer = cast.district(case.district)
    review.check_list(officer, case.pk, {result: ("confirmed", "") for result, _title in conditions(case.round)})
    return review.recommend(officer, case.pk, "材料与登记数据核对一致，同意推荐。")


def _answered(cast: Cast, case: Application, most: int = 99) -> None:
    """Departments confirm what is recorded and find what nobody has found yet."""
    facts = live(case).facts
    for opinion in list(case.opinions.filter(state="requested").select_related("check_asked"))[:most]:
        unknown = [name for name in opinion.check_asked.facts if not facts.get(name)]
        values = {name: _found(name, case) for name in unknown if name in FINDINGS}
        opinions.give(cast.department(opinion.organisation_id), opinion.pk, "agree", "核对一致。", values)


def _found(name: str, case: Application) -> str:
    """What a department finds; now and then it does not fit."""
    if name == "fits_industrial_orientation" and case.pk % 9 == 0:
        return "false"
    return FINDINGS[name]


def _proposal(case: Application) -> tuple[str, str]:
    """What the office proposes: what the engine says; where that is undetermined it refuses."""
    assessed = live(case).assessed
    value = assessed.assessment.results[case.round.qualifies] if assessed.assessment is not None else None
    if value is True:
        return "recognise", "各项条件满足，部门没有异议。"
    if value is False:
        return "refuse", "按（三）认定标准不满足条件。"
    return "refuse", "所缺数据逾期没有补充，本年度不予认定。"


UNDETERMINED = "结果待定：所缺数据逾期没有补充。"


def _proposed(cast: Cast, batch: Batch, cases: list[Application]) -> Batch:
    """Put forward as the engine says, and submitted."""
    office = cast[Role.CITY_OFFICER]
    for case in cases:
        proposal, reason = _proposal(case)
        batches.propose(office, case.pk, batch.pk, proposal, reason)
    return batches.submit(office, batch.pk) if cases else batch


def _decided(cast: Cast, batch: Batch) -> None:
    """Decided as proposed; where the engine's result is undetermined the reason for refusing is written down."""
    group = cast[Role.LEADING_GROUP]
    if batch.state != "submitted":
        return  # too few enterprises: nobody was put forward
    batches.decide_all(group, batch.pk)
    for case in Application.objects.filter(batch=batch, state="proposed"):
        batches.decide(group, case.pk, case.proposal, reason=case.proposal_reason, deviation=UNDETERMINED)


# --- the finished round ------------------------------------------------------------------------------------


def _finished(cast: Cast, round: Round, known: list[Enterprise], tell: Callable[[], None]) -> None:
    """Applied for in April, recommended in May, decided in early July, announced after a week's notice."""
    year, lead = round.year, cast[Role.CITY_LEAD]
    cases: list[Application] = []
    for place, enterprise in enumerate(known):
        with on(date(year, 4, 8 + place % 20)):
            cases += _submitted(cast, round, [enterprise])
    for place, case in enumerate(cases):
        with on(date(year, 5, 6 + place % 7)):
            _recommended(cast, case)
        with on(date(year, 5, 15 + place % 9)):
            _answered(cast, case)
        tell()
    with on(date(year, 6, 12)):
        batch = _proposed(cast, batches.make(cast[Role.CITY_OFFICER], round, f"{year}年度第一批"), cases)
    with on(date(year, 7, 3)):
        _decided(cast, batch)
    if Application.objects.filter(round=round, state="approved").exists():
        with on(date(year, 7, 10)):
            notice = notices.publish(lead, round.pk, f"{year}年度拟认定总部企业名单公示（演示）")
        with on(date(year, 7, 20)):
            notices.announce(lead, notice.pk)
    with on(date(year, 7, 31)):
        rounds.conclude(lead, round.pk)


# --- the running round -------------------------------------------------------------------------------------

STOPS = (
    "district", "departments", "proposed", "decided", "returned", "decided", "proposed", "city", "proposed",
    "departments", "returned_by_city", "withdrawn", "late",
)  # fmt: skip
"""How far the applications of the running round have got, one after the other."""


def _running(cast: Cast, round: Round, known: list[Enterprise], today: date, tell: Callable[[], None]) -> None:
    """Cases in every state, several in most; some terms are over."""
    office, lead = cast[Role.CITY_OFFICER], cast[Role.CITY_LEAD]
    ordered = sorted(known, key=lambda one: one.district != HOME)  # whose people have accounts
    reached: dict[str, list[Application]] = {stop: [] for stop in STOPS}
    with on(today - timedelta(days=30)):
        for enterprise in ordered[:2]:
            if not hindrances(enterprise, round, timezone.localdate()):
                applications.start(cast.of(enterprise), enterprise, round)
            tell()
    for enterprise, stop in zip(ordered[2:], cycle(STOPS), strict=False):
        # What waits for the district has come in lately, but for what is late; the others have had their time.
        with on(today - timedelta(days=3 if stop == "district" else 30)):
            reached[stop] += _submitted(cast, round, [enterprise])
        tell()
    with on(today - timedelta(days=21)):
        for case in reached["withdrawn"]:
            applications.withdraw(cast.of(case.enterprise), case.pk, "本年度不再申报")
        further = [case for stop, found in reached.items() if stop in FURTHER for case in found]
        for case in further:
            _recommended(cast, case)
    for case in reached["departments"]:
        with on(today - timedelta(days=16)):
            _answered(cast, case, most=2)
    with on(today - timedelta(days=14)):
        for case in further:
            if case not in reached["departments"]:
                _answered(cast, case)
        first = _proposed(cast, batches.make(office, round, f"{round.year}年度第一批"), reached["decided"])
    with on(today - timedelta(days=7)):
        _decided(cast, first)
    with on(today - timedelta(days=3)):
        if Application.objects.filter(round=round, state="approved").exists():
            notices.publish(lead, round.pk, f"{round.year}年度拟认定总部企业名单公示（演示）")
    with on(today - timedelta(days=2)):
        for case in reached["returned"]:
            officer = cast.district(case.district)
            review.comment(officer, case.pk, "in_city_revenue", "与上年度审计报告不一致，请核对并更正。")
            review.return_to_enterprise(officer, case.pk, "营业收入须核对")
        for case in reached["returned_by_city"]:
            review.comment(office, case.pk, "branches_outside_city", "请补充市外分支机构的登记信息。")
            review.return_to_enterprise(office, case.pk, "分支机构须补充")
        second = batches.make(office, round, f"{round.year}年度第二批")
        if reached["proposed"]:
            _proposed(cast, second, reached["proposed"])
            # One of them has been approved already: it waits for the next notice.
            proposals = ((case, *_proposal(case)) for case in reached["proposed"])
            for case, proposal, reason in islice((one for one in proposals if one[1] == "recognise"), 1):
                batches.decide(cast[Role.LEADING_GROUP], case.pk, proposal, reason=reason)


FURTHER = frozenset(("departments", "city", "decided", "proposed", "returned_by_city"))
"""Those that the district has recommended."""
