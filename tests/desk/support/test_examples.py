"""The workbook of computed examples (``tests/support/examples.xlsx``): what people worked out by hand, case by case.

Officials check the service by such sheets; so do the tests. Every figure is played through the desk's own acts, but for
the readings with a cap, which the service does not use by default and which are asked of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from tests.desk.support.conftest import DISTRICT_POLICY, People, Playing, fund, give_star, record, sound
from tests.desk.support.ledgers import paid_by_district
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.library import parameters
from zongbu.desk.recognition.models import Recognition
from zongbu.desk.support.actions import claims, offers, reimbursements, review
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import Claim
from zongbu.desk.support.reimbursing import ceiling
from zongbu.law import load_policy
from zongbu.law.amounts import fen_of
from zongbu.law.document.find import find_policy

pytestmark = pytest.mark.django_db
WORKBOOK = Path(__file__).parents[2] / "support" / "examples.xlsx"
MEASURES = {"租房": "rent_subsidy", "购房": "purchase_subsidy"}


def rows(sheet: str) -> Iterator[dict[str, Any]]:
    """The cases of a sheet, by the names of its columns."""
    _note, header, *lines = load_workbook(WORKBOOK, read_only=True)[sheet].iter_rows(values_only=True)
    for line in lines:
        yield dict(zip(header, line, strict=True))


def cases(sheet: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(one, id=one["编号"]) for one in rows(sheet)])


def test_there_are_enough_examples() -> None:
    sheets = ("星级奖励", "租购补助", "同年与跨年", "次年补助", "分担", "从优从高")
    assert sum(len(list(rows(sheet))) for sheet in sheets) >= 60


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The parameters of the case at hand, in place of the demonstration's."""
    values: dict[str, str] = {}
    shipped = parameters.demonstration_values()

    def demonstrated() -> dict[str, Any]:
        mine = {name: {"value": value, "source": "算例"} for name, value in values.items()}
        return {**shipped, "hangzhou-2023": {**shipped["hangzhou-2023"], **mine}}

    monkeypatch.setattr(parameters, "demonstration_values", demonstrated)
    return values


def pairs(text: str) -> list[tuple[str, str]]:
    """``2024:3，2025:5`` → pairs."""
    return [tuple(part.split(":", 1)) for part in text.split("，") if part]  # type: ignore[misc]


def recognised_since(day: date) -> None:
    Recognition.objects.update(recognised_on=day)


@cases("星级奖励")
def test_star_awards(case: dict[str, Any], given: dict[str, str], playing: Playing, people: People) -> None:
    city, district = fund(people, "city", "100000000"), fund(people, "district", "100000000", district="330108")
    recognised_since(date(2023, 3, 1))
    given["star_award_amount"] = "{" + ", ".join(f"{star}: {yuan}元" for star, yuan in pairs(case["奖励标准"])) + "}"
    given["star_award_city_share"] = case["市级承担比例"]
    record(people, playing.enterprise, highest_star_paid=str(case["以前已奖励最高星级"]))
    if case["取消称号年"]:
        day = date(case["取消称号年"], 6, 30)
        facts = {"title_revoked_on": day.isoformat()}
        enterprises.record(people(Role.CITY_OFFICER), playing.enterprise, facts, source_name="取消决定", valid_from=day)
    playing.account()
    found = offering("hangzhou-2023", "star_award")
    officer = people(Role.CITY_OFFICER)
    for (year, star), (_year, expected) in zip(pairs(case["各年星级"]), pairs(case["各年应发"]), strict=True):
        give_star(people, playing.enterprise, int(star), date(int(year), 10, 1))
        run = offers.offer(officer, found, [playing.enterprise.pk], int(year))
        if expected == "人工":
            assert run.offered == 0
            assert any("人工" in why for why in run.left or {})
            continue
        if not Decimal(expected):
            assert run.offered == 0
            continue
        assert run.offered == 1
        playing.pk = Claim.objects.get(state="offered").pk
        claims.confirm(playing.own, playing.pk)
        assert playing.case.amount == fen_of(Decimal(expected))
        review.approve(playing.lead, playing.pk)
        for batch in playing.export():
            playing.pay(batch)
        assert playing.case.state == "paid"
    for paying, column in ((city, "市级合计"), (district, "区县合计")):
        assert sum(one.paid for one in paying.budgets.all()) == fen_of(Decimal(case[column]))
    assert sound()


@cases("租购补助")
def test_office_subsidies(case: dict[str, Any]) -> None:
    policy = load_policy(find_policy("hangzhou-2023")).decided(["is_headquarters"])
    values = {
        "rent_subsidy_ratio": case["租房比例"],
        "purchase_subsidy_ratio": case["购房比例"],
        "rent_subsidy_cap": f"{case['租房上限']}元" if case["租房上限"] else None,
        "purchase_subsidy_cap": f"{case['购房上限']}元" if case["购房上限"] else None,
    }
    facts = {
        "is_headquarters_decided": "是", "star": case["星级"], "owns_office": case["有自有办公用房"],
        "rent_paid": case["实付租金"], "purchase_price": case["首次购房成交额"], "is_first_purchase": case["首次购置"],
    }  # fmt: skip
    assessment = policy.assess(
        facts,
        as_of=date(2025, 12, 31),
        parameters={
            "hangzhou-2023": {name: {"value": value, "source": "算例"} for name, value in values.items() if value}
        },
        readings={"subsidy_cap_reading": case["口径"]},
        results=["rent_subsidy", "purchase_subsidy", "office_subsidy"],
    )
    for result, column in (
        ("rent_subsidy", "租房补助"),
        ("purchase_subsidy", "购房补助"),
        ("office_subsidy", "二选一"),
    ):
        expected = None if case[column] == "待定" else Decimal(case[column])
        assert assessment.results[result] == expected, column


@cases("同年与跨年")
def test_rent_and_purchase_beside_each_other(
    case: dict[str, Any], given: dict[str, str], playing: Playing, people: People
) -> None:
    fund(people, "district", "100000000", district="330108")
    recognised_since(date(2023, 3, 1))
    given["exclusive_across_years"] = case["跨年互斥"]
    record(people, playing.enterprise, purchase_price="4000万元", is_first_purchase="是")
    for step in case["依次办理"].split("，"):
        year, what, outcome = step.split(":")
        if outcome == "拒绝":
            with pytest.raises(Refused):
                playing.submitted(MEASURES[what], year=int(year))
            continue
        playing.submitted(MEASURES[what], year=int(year))
        if outcome == "撤回":
            claims.withdraw(playing.own, playing.pk)
        if outcome == "兑现":
            review.accept(playing.officer, playing.pk)
            review.verify(playing.officer, playing.pk)
            review.approve(playing.lead, playing.pk)
            for batch in playing.export():
                playing.pay(batch)
            assert playing.case.state == "paid"
    assert sound()


@cases("次年补助")
def test_reimbursements(case: dict[str, Any], playing: Playing, people: People) -> None:
    fund(people, "city", "100000000000")
    district = fund(people, "district", "100000000000", district="330108")
    year = timezone.localdate().year - 1
    paid = [fen_of(Decimal(text)) for text in (case["区县当年各笔实付"] or "").split("，") if text]
    paid_by_district(people(Role.DISTRICT_FINANCE), district, playing.enterprise, year, paid)
    found = ceiling(offering("hangzhou-2023", "city_reimbursement_ceiling"), "330108", year)
    assert (found.spent, found.ceiling) == (fen_of(Decimal(case["合计"])), fen_of(Decimal(case["补助上限"])))
    for wanted, expected in zip(case["次年依次申请"].split("，"), case["依次结果"].split("，"), strict=True):
        amount = None if wanted == "全部" else Decimal(wanted)
        asked = (people(Role.DISTRICT_LEAD), "hangzhou-2023", "city_reimbursement_ceiling", year)
        if expected == "拒绝":
            with pytest.raises(Refused):
                reimbursements.request(*asked, amount=amount)
        else:
            assert reimbursements.request(*asked, amount=amount).amount == fen_of(Decimal(expected))
    assert sound()


@cases("分担")
def test_shares_of_a_lower_amount(
    case: dict[str, Any], given: dict[str, str], playing: Playing, people: People
) -> None:
    fund(people, "city", "100000000"), fund(people, "district", "100000000", district="330108")
    given["star_award_amount"] = f"{{3: {case['测算金额']}元, 4: 300万元, 5: 500万元}}"
    given["star_award_city_share"] = case["市级承担比例"]
    people(Role.CITY_OFFICER)
    playing.account()
    playing.submitted("star_award")
    review.accept(playing.officer, playing.pk)
    found = review.verify(playing.officer, playing.pk, amount=Decimal(case["核定金额"]), amount_reason="算例")
    shares = dict(found.shares.values_list("fund__level", "amount"))
    assert shares.get("city", 0) == fen_of(Decimal(case["市级"]))
    assert shares.get("district", 0) == fen_of(Decimal(case["区县"]))
    assert sound()


@pytest.mark.usefixtures("district_policy")
@cases("从优从高")
def test_the_better_of_two(case: dict[str, Any], given: dict[str, str], playing: Playing, people: People) -> None:
    """The district's measure gives 40 % of the rent; what the city's approved for the same rent is taken off."""
    fund(people, "district", "100000000", district="330108")
    own, other = Decimal(case["本项测算"]), Decimal(case["别处已享受"])
    given["rent_subsidy_ratio"] = "100%"
    record(people, playing.enterprise, rent_paid=f"{own / Decimal('0.4'):.2f}元")
    if other:
        playing.accepted("rent_subsidy")
        review.verify(playing.officer, playing.pk, amount=other, amount_reason="算例")
        review.approve(playing.lead, playing.pk)
    playing.accepted("office_support", policy=DISTRICT_POLICY)
    assert playing.case.computed == fen_of(own)
    if case["应补"] == "拒绝":
        with pytest.raises(Refused, match="没有应补的金额"):
            review.verify(playing.officer, playing.pk)
    else:
        found = review.verify(playing.officer, playing.pk)
        assert (found.amount, found.received) == (fen_of(Decimal(case["应补"])), fen_of(other))
    assert sound()
