"""The list of enterprises: search, filters, order, columns, scope, saved views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zongbu.desk.enterprises import actions as register
from zongbu.desk.enterprises.listing import actions, queries
from zongbu.desk.enterprises.listing.criteria import Criteria
from zongbu.desk.enterprises.listing.rows import find, listed
from zongbu.desk.enterprises.listing.views import criteria_from, criteria_of
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

pytestmark = pytest.mark.django_db
YEAR = 2022
AS_OF = date(2023, 6, 30)


def code(number: int) -> str:
    return f"91330100MA{number:08d}"


def fill(viewer: Viewer, rows: Iterable[Mapping[str, object]], valid_from: date = AS_OF) -> None:
    register.record_many(viewer, rows, valid_from=valid_from, year=YEAR)


@pytest.fixture
def city(person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(Role.CITY_OFFICER)


@pytest.fixture
def five(city: Viewer) -> Viewer:
    fill(
        city,
        [
            {
                "uscc": code(1),
                "name": "杭州海康威视数字技术股份有限公司",
                "district": "330108",
                "industry_code": "3919",
                "in_city_revenue": "831.66亿元",
                "star": 5,
            },
            {
                "uscc": code(2),
                "name": "恒生电子股份有限公司",
                "district": "330108",
                "industry_code": "6513",
                "in_city_revenue": "65亿元",
                "star": 3,
            },
            {"uscc": code(3), "name": "阿里（中国）ＡＢＣ有限公司", "district": "330110", "industry_code": "6450"},
            {"uscc": code(4), "name": "浙江大华技术股份有限公司", "district": "330108", "in_city_revenue": "9亿元"},
            {
                "uscc": code(5),
                "name": "示例海产有限公司",
                "district": "330102",
                "industry_code": "04",
                "is_legal_person": "是",
            },
        ],
    )
    return city


def names(viewer: Viewer, query: str = "", year: int = YEAR) -> list[str]:
    return [one.name[:4] for one in listed(viewer, criteria_from(query), year).page.object_list]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("海", ["杭州海康", "示例海产"]),
        ("海康", ["杭州海康"]),
        ("康威视", ["杭州海康"]),
        ("海康 数字", ["杭州海康"]),
        ("数字 海康", ["杭州海康"]),
        ("海康 电子", []),
        ("康海", []),
        ("中国abc", ["阿里（中"]),
        ("ＡＢＣ", ["阿里（中"]),
        ("（中国）", ["阿里（中"]),
        ("ma00000002", ["恒生电子"]),
        (code(4), ["浙江大华"]),
        ("00000", ["阿里（中", "杭州海康", "恒生电子", "示例海产", "浙江大华"]),
        ("（）", []),
        ('"', []),
        ("海' OR 1=1", []),
        ("%", []),
        ("公司*", ["阿里（中", "杭州海康", "恒生电子", "示例海产", "浙江大华"]),
    ],
)
def test_search(five: Viewer, typed: str, expected: list[str]) -> None:
    from urllib.parse import urlencode

    assert names(five, urlencode({"q": typed})) == expected
    assert {one.name[:4] for one in find(five, typed)} == set(expected)


@pytest.mark.parametrize("typed", ["91330100ma", "91330100MA0000000", code(3), "91330100MA00000003 abc", "330100ma000"])
def test_codes_are_found_from_their_beginning_and_within(five: Viewer, typed: str) -> None:
    from urllib.parse import urlencode

    wanted = [word.upper() for word in typed.split()]
    expected = {
        one.pk
        for one in Enterprise.objects.all()
        if all(word in one.uscc or (word == "ABC" and "ＡＢＣ" in one.name) for word in wanted)
    }
    found = listed(five, criteria_from(urlencode({"q": typed})), YEAR)
    assert {one.pk for one in found.page.object_list} == expected
    assert found.page.paginator.count == len(expected) > 0


def test_a_code_that_nobody_has_is_looked_for_within_names(five: Viewer) -> None:
    fill(five, [{"uscc": code(6), "name": "示例12345678901234公司"}])
    assert names(five, "q=12345678901234") == ["示例12"]
    assert names(five, "q=12345678901235") == []


def test_codes_of_others_make_no_difference(five: Viewer, person_as: Callable[..., Viewer]) -> None:
    fill(five, [{"uscc": "91330102AB00000001", "name": "示例91330100MA000公司", "district": "330102"}])
    own = person_as(Role.DISTRICT_OFFICER, district="330102")
    assert names(own, "q=91330100MA000") == ["示例海产"], "a code of its own begins so"
    Enterprise.objects.filter(uscc=code(5)).update(district="330108")
    assert names(own, "q=91330100MA000") == ["示例91"], "only codes of other districts do"
    assert len(names(five, "q=91330100MA000")) == 5


@pytest.mark.parametrize("typed", ["示例", "公司", "示例 公司", "0", "00 公司", "没有"])
def test_the_ways_to_words_agree(city: Viewer, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    from zongbu.desk.enterprises.listing import search

    fill(city, [{"uscc": code(n), "name": f"{'示例' if n % 3 else ''}{n * 7 % 60:03d}公司"} for n in range(1, 61)])
    found = []
    for most in (search.MOST, 0):  # by the search index, along the order
        monkeypatch.setattr(search, "MOST", most)
        found.append([one.pk for one in search.Search(typed).filter(Enterprise.objects.order_by("name_key", "pk"))])
    assert found[0] == found[1]
    assert bool(found[0]) == (typed != "没有")


def test_former_names_are_found(five: Viewer) -> None:
    fill(five, [{"uscc": code(2), "name": "新恒科技有限公司"}], valid_from=date(2023, 7, 1))
    assert names(five, "q=恒生电子") == ["新恒科技"]
    assert names(five, "q=新恒") == ["新恒科技"]
    renamed = Enterprise.objects.get(uscc=code(4))
    register.record(five, renamed, {"name": "大华新名有限公司"}, source_name="登记", valid_from=date(2023, 7, 1))
    assert names(five, "q=浙江大华") == ["大华新名"]
    assert names(five, "q=新名") == ["大华新名"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("district=330108", ["杭州海康", "恒生电子", "浙江大华"]),
        ("district=330108&district=330102", ["杭州海康", "恒生电子", "示例海产", "浙江大华"]),
        ("district=999999", ["阿里（中", "杭州海康", "恒生电子", "示例海产", "浙江大华"]),
        ("star=5,3", ["杭州海康", "恒生电子"]),
        ("industry=C", ["杭州海康"]),
        ("industry=65,A", ["恒生电子", "示例海产"]),
        ("industry=99", []),
        ("has=in_city_revenue", ["杭州海康", "恒生电子", "浙江大华"]),
        ("lacks=in_city_revenue", ["阿里（中", "示例海产"]),
        ("has=in_city_revenue&lacks=star", ["浙江大华"]),
        ("has=nonsense", ["阿里（中", "杭州海康", "恒生电子", "示例海产", "浙江大华"]),
        ("status=dissolved", []),
        ("sort=-in_city_revenue", ["杭州海康", "恒生电子", "浙江大华", "阿里（中", "示例海产"]),
        ("sort=in_city_revenue", ["浙江大华", "恒生电子", "杭州海康", "阿里（中", "示例海产"]),
        ("sort=-name", ["浙江大华", "示例海产", "恒生电子", "杭州海康", "阿里（中"]),
        ("sort=district", ["示例海产", "杭州海康", "恒生电子", "浙江大华", "阿里（中"]),
        ("sort=is_legal_person", ["示例海产", "阿里（中", "杭州海康", "恒生电子", "浙江大华"]),
        ("q=海&district=330102", ["示例海产"]),
    ],
)
def test_filters_and_order(five: Viewer, query: str, expected: list[str]) -> None:
    assert names(five, query) == expected


def test_yearly_facts_are_those_of_the_year(five: Viewer) -> None:
    assert names(five, "has=in_city_revenue", year=2021) == []


def test_everybody_sees_their_own(five: Viewer, person_as: Callable[..., Viewer]) -> None:
    district = person_as(Role.DISTRICT_OFFICER, district="330102")
    assert names(district) == ["示例海产"]
    assert names(district, "q=海") == ["示例海产"]
    assert names(district, "district=330108") == []
    assert find(district, "海康") == []
    assert names(person_as(Role.DEPARTMENT_OFFICER)) == []
    assert names(Viewer()) == []


def test_too_many_rows_to_sort_or_count(five: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    from zongbu.desk.enterprises.listing import rows, search

    monkeypatch.setattr(rows, "MOST", 3)
    monkeypatch.setattr(search, "MOST", 3)
    found = listed(five, criteria_from("sort=-in_city_revenue"), YEAR)
    assert found.more
    assert found.refused_sort is not None
    assert found.criteria.sort == "name"
    assert found.page.paginator.count == 3
    # Words that very many names contain are compared along the order, with the same result.
    assert names(five, "q=公司&sort=-name") == ["浙江大华", "示例海产", "恒生电子"]


def test_facts_of_the_day_are_shown(five: Viewer) -> None:
    from zongbu.desk.enterprises.models import Ban

    Ban.objects.create(
        enterprise=Enterprise.objects.get(uscc=code(5)),
        starts=date(2020, 1, 1),
        last_day=date(2999, 1, 1),
        ground="示例",
    )
    found = listed(five, criteria_from("columns=is_banned&q=海产"), YEAR)
    [(_enterprise, cells)] = list(found.rows())
    assert [text for _column, text in cells] == ["是"]


# --- pages ------------------------------------------------------------------------------------------------


def test_page(five: Viewer, client_as: Callable[..., Client]) -> None:
    page = client_as(Role.CITY_OFFICER).get("/enterprises/?q=海&columns=uscc,in_city_revenue,district").content.decode()
    assert "杭州海康威视数字技术股份有限公司" in page
    assert "滨江区" in page
    assert 'href="/enterprises/91330100MA00000001/"' in page
    assert page.index("统一社会信用代码") < page.index("上年度在杭营业收入")
    assert "恒生电子" not in page


def test_empty_state(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    assert "还没有企业" in client.get("/enterprises/").content.decode()
    assert "没有符合条件的企业" in client.get("/enterprises/?q=没有").content.decode()


@pytest.mark.parametrize("query", ["", "?q=示例&columns=is_banned,uscc,rnd_expense&sort=-in_city_revenue"])
def test_number_of_queries_does_not_grow(city: Viewer, client_as: Callable[..., Client], query: str) -> None:
    client = client_as(Role.CITY_OFFICER)
    counts = []
    for many in (range(1, 4), range(4, 120)):
        fill(city, [{"uscc": code(number), "name": f"示例{number}有限公司", "district": "330108"} for number in many])
        client.get(f"/enterprises/{query}")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"/enterprises/{query}").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 26  # of them about ten for the counts of what waits, which the service keeps for a while


def test_pages_of_fifty(city: Viewer) -> None:
    fill(city, [{"uscc": code(number), "name": f"示例{number:03d}有限公司"} for number in range(1, 121)])
    seen = [one.pk for page in (1, 2, 3) for one in listed(city, Criteria(page=page), YEAR).page.object_list]
    assert len(seen) == len(set(seen)) == 120
    assert listed(city, Criteria(page=99), YEAR).page.number == 3


# --- saved views ------------------------------------------------------------------------------------------


def test_views_are_kept_shared_and_removed(city: Viewer, person_as: Callable[..., Viewer]) -> None:
    colleague, other = person_as(Role.CITY_LEAD), person_as(Role.DISTRICT_OFFICER)
    criteria = criteria_from("q=海&district=330108&columns=uscc,star&sort=-star")
    view = actions.save_view(city, " 滨江  海 ", criteria)
    assert view.name == "滨江 海"
    assert criteria_of(view) == criteria
    assert list(queries.views(city)) == [view]
    assert not queries.views(colleague).exists()
    actions.save_view(city, "滨江 海", criteria, shared=True, default=True)
    assert list(queries.views(colleague)) == [view]
    assert not queries.views(other).exists()
    with pytest.raises(PermissionDenied):
        actions.remove_view(colleague, view.pk)
    another = actions.save_view(city, "另一个", Criteria(), default=True)
    assert [one.default for one in queries.views(city).order_by("pk")] == [False, True]
    actions.make_default(city, another.pk, False)
    actions.remove_view(city, view.pk)
    assert list(queries.views(city)) == [another]
    for name in ("", "长" * 41):
        with pytest.raises(InputError):
            actions.save_view(city, name, criteria)


def test_the_list_begins_with_the_default_view(five: Viewer, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    sent: dict[str, Any] = {"query": "q=恒生", "name": "恒生", "default": "on", "submission": "a" * 32}
    answer = client.post("/enterprises/views/save/", sent, follow=True)
    assert "已保存视图" in answer.content.decode()
    assert client.post("/enterprises/views/save/", sent, follow=True).status_code == 200
    page = client.get("/enterprises/").content.decode()
    assert "恒生电子" in page
    assert "浙江大华" not in page
    assert "浙江大华" in client.get("/enterprises/?all=1").content.decode()


def test_a_view_outlives_what_it_names(city: Viewer) -> None:
    view = actions.save_view(city, "旧", Criteria(district=("330103",), columns=("gone", "uscc"), sort="gone"))
    assert criteria_of(view) == Criteria(columns=("uscc",))


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(),
        Criteria(q="海 康&=+", district=("330108", "330102"), star=("5",), industry=("C", "65"), page=3),
        Criteria(has=("star",), lacks=("rnd_expense",), columns=("uscc", "star"), sort="-star", status=("active",)),
    ],
)
def test_an_address_says_everything(criteria: Criteria) -> None:
    assert criteria_from(criteria.query(page=criteria.page)) == criteria
