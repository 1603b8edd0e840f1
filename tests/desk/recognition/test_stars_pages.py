"""The pages of stars: who sees what, what they say, how many queries they take."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.desk.recognition.starred import CODES, published
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.recognition.models import Round
from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet, Override, Result, StarTitle

pytestmark = pytest.mark.django_db
People = Callable[[Role], Viewer]
Clients = Callable[..., Client]


def page(client: Client, route: str, *arguments: Any, **given: Any) -> str:
    answer = client.get(reverse(f"recognition:{route}", args=arguments), given)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client: Client, route: str, *arguments: Any, **given: Any) -> Any:
    return client.post(reverse(f"recognition:{route}", args=arguments), {FIELD: new_token(), **given})


def test_from_an_empty_desk_to_the_published_list_by_forms(
    client_as: Clients,
    people: People,
    rated: list[Any],
    round: Round,
) -> None:
    city, lead, public = client_as(Role.CITY_OFFICER), client_as(Role.CITY_LEAD), client_as(Role.PUBLIC)
    assert "还没有评价指标" in page(city, "star_sets")
    assert send(city, "star_demonstration").status_code == 302
    shipped = IndicatorSet.objects.get()
    text = page(city, "star_set", shipped.pk)
    assert "演示指标" in text
    assert "100 " in text
    send(city, "star_set_act", shipped.pk, "propose")
    answer = send(city, "star_set_act", shipped.pk, "approve")
    assert answer.status_code == 400  # not the officer
    send(lead, "star_set_act", shipped.pk, "approve")
    day = timezone.localdate(rated[0].created_at)
    new = {"set": shipped.pk, "year": day.year, "as_of": day.isoformat(), "title": ""}
    assert send(city, "star_evaluation_new", **new, notice_days="0", notice_reason="不公示").status_code == 400
    assert send(city, "star_evaluation_new", **new, notice_days="7", notice_reason=" ").status_code == 400
    send(city, "star_evaluation_new", **new, notice_days="7", notice_reason="参照认定公示")
    case = Evaluation.objects.get()
    assert send(city, "star_evaluation_act", case.pk, "submit").status_code == 400
    send(city, "star_evaluation_act", case.pk, "compute")
    send(
        city, "star_scores", case.pk, key="contribution", lines=f"{CODES[0]} 90\n{CODES[1]},x", source="表", reason="评"
    )
    assert not case.scores.exists()
    send(city, "star_scores", case.pk, key="contribution", lines=f"{CODES[0]} 90", source="评审表", reason="专家")
    assert "请重新计算" in page(city, "star_evaluation", case.pk)
    send(city, "star_evaluation_act", case.pk, "compute")
    text = page(city, "star_evaluation", case.pk)
    assert "演示指标" in text
    assert "待定" in text
    send(city, "star_override", case.pk, CODES[4], star=1, reason="数据正在核实")
    override = Override.objects.get()
    assert "数据正在核实" in page(lead, "star_result", case.pk, CODES[4])
    send(lead, "star_override_act", override.pk, "approve")
    send(city, "star_evaluation_act", case.pk, "submit")
    assert "待复核的星级评价" in lead.get("/desk/").content.decode()
    answer = send(lead, "star_notify", case.pk, starts="2020-01-01", text="")
    assert answer.status_code == 400
    assert "公示不能早于今天开始" in answer.content.decode()
    assert send(lead, "star_notify", case.pk, starts=day.isoformat(), text="").status_code == 302
    text = page(public, "star_notice", case.pk)
    assert "示例评星0" in text
    assert "公示7天（自然日，首日计入）：参照认定公示" in text
    assert send(lead, "star_evaluation_act", case.pk, "publish").status_code == 400
    assert "还没有公布星级" in page(public, "stars")


def test_the_public_sees_the_list_by_star_and_no_scores(
    client_as: Clients,
    people: People,
    evaluation: Evaluation,
) -> None:
    public = client_as(Role.PUBLIC)
    published(people, evaluation)
    score = Result.objects.get(evaluation=evaluation, uscc=CODES[1]).score
    text = page(public, "stars")
    assert text.index("示例评星0") < text.index("示例评星1") < text.index("示例评星3")
    assert "示例评星4" not in text
    assert str(score) not in text
    assert "示例评星0" not in page(public, "stars", star=4)
    rows = list(csv.reader(io.StringIO(_csv(public, evaluation.year))))
    assert [row[1] for row in rows[1:]] == ["五星级", "四星级", "四星级", "三星级", "三星级"]
    assert public.get(reverse("recognition:star_notice", args=[evaluation.pk])).status_code == 404


def _csv(client: Client, year: int) -> str:
    answer = client.get(reverse("recognition:stars_export", args=[year, "csv"]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_an_enterprise_sees_its_own_star_explained(
    client_as: Clients,
    people: People,
    evaluation: Evaluation,
) -> None:
    own, other = client_as(Role.ENTERPRISE_STAFF, uscc=CODES[1]), client_as(Role.ENTERPRISE_STAFF, uscc=CODES[0])
    assert "还没有星级" in page(own, "star_own")
    assert own.get(reverse("recognition:star_result", args=[evaluation.pk, CODES[1]])).status_code == 404
    published(people, evaluation)
    text = page(own, "star_own")
    result = Result.objects.get(evaluation=evaluation, uscc=CODES[1])
    title = StarTitle.objects.get(enterprise=result.enterprise_id)
    for words in ("四星级", title.plaque, str(result.score), "在杭营业收入", "40.00亿元", "缺，这项不计"):
        assert words in text, words
    assert str(result.score) in page(own, "star_result", evaluation.pk, CODES[1])
    assert other.get(reverse("recognition:star_result", args=[evaluation.pk, CODES[1]])).status_code == 404


def test_a_district_sees_its_own_enterprises_once_it_is_public(
    client_as: Clients,
    people: People,
    evaluation: Evaluation,
) -> None:
    district = client_as(Role.DISTRICT_OFFICER, district="330106")
    addresses = [reverse("recognition:star_result", args=[evaluation.pk, CODES[number]]) for number in (0, 1)]
    assert [district.get(one).status_code for one in addresses] == [404, 404]
    published(people, evaluation)
    assert [district.get(one).status_code for one in addresses] == [200, 404]
    assert district.get(reverse("recognition:star_evaluation", args=[evaluation.pk])).status_code == 403


def test_the_preview_takes_as_many_queries_for_many_as_for_few(
    client_as: Clients,
    evaluation: Evaluation,
) -> None:
    city = client_as(Role.CITY_OFFICER)
    page(city, "star_evaluation", evaluation.pk)
    numbers = []
    for filters in ({"q": "示例评星0"}, {}):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page(city, "star_evaluation", evaluation.pk, **filters)
        numbers.append(len(caught))
    assert numbers[0] == numbers[1] <= 30


def test_filters_show_what_they_say(client_as: Clients, evaluation: Evaluation) -> None:
    city = client_as(Role.CITY_OFFICER)
    for filters, shown in (
        ({"star": "5"}, {0}), ({"change": "open"}, {4}), ({"district": "330108"}, {1, 3, 5}), ({"q": CODES[2]}, {2}),
        ({"change": "new"}, {0, 1, 2, 3, 5}), ({"star": "x", "page": "99", "sort": "name"}, {0, 1, 2, 3, 4, 5}),
    ):  # fmt: skip
        text = page(city, "star_evaluation", evaluation.pk, **filters)
        assert {number for number in range(6) if f"示例评星{number}有限" in text} == shown, filters


def test_a_what_if_shows_who_would_move_and_what_is_wrong(client_as: Clients, evaluation: Evaluation) -> None:
    city = client_as(Role.CITY_OFFICER)
    given = {"w_revenue": "60", "w_branches": "25", "w_contribution": "15", "method": "count", "t_5": "2", "t_4": "2"}
    assert "2 家的星级会变" in page(city, "star_what_if", evaluation.pk, **given, t_3="")
    answer = city.get(
        reverse("recognition:star_what_if", args=[evaluation.pk]), {**given, "w_revenue": "61", "t_3": ""}
    )
    assert answer.status_code == 400
    assert "101" in answer.content.decode()


def test_computing_again_says_identical_or_what_differs(client_as: Clients, evaluation: Evaluation) -> None:
    auditor = client_as(Role.AUDITOR)
    assert "完全一致" in page(auditor, "star_verify", evaluation.pk)
    Result.objects.filter(evaluation=evaluation, uscc=CODES[0]).update(score="1.0000")
    assert CODES[0] in page(auditor, "star_verify", evaluation.pk)


def test_files_hold_what_is_shown_and_say_demonstration(client_as: Clients, evaluation: Evaluation) -> None:
    city = client_as(Role.CITY_OFFICER)
    IndicatorSet.objects.update(demonstration=True)
    address = reverse("recognition:star_export", args=[evaluation.pk, "csv"])
    answer = city.post(f"{address}?star=4")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[2] for row in rows[1:]] == CODES[1:3]
    assert (rows[0][-1], rows[1][-1]) == ("指标来源", "演示指标")
    answer = city.post(reverse("recognition:star_export", args=[evaluation.pk, "xlsx"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert len(book.get_sheet_by_index(0).to_python()) == 7
    assert any("演示指标" in row for row in book.get_sheet_by_index(1).to_python())
    assert Entry.objects.filter(act="recognition.export_stars").count() == 2


def test_a_set_is_drafted_and_changed_by_its_form(client_as: Clients) -> None:
    city = client_as(Role.CITY_OFFICER)
    page(city, "star_set_new")
    form = {
        "name": "手写指标", "source": "文件", "note": "", "method": "score", "ties": "in_city_revenue",
        "indicators-TOTAL_FORMS": "3", "indicators-INITIAL_FORMS": "0", "tiers-TOTAL_FORMS": "2", "tiers-INITIAL_FORMS": "0",
        "indicators-0-title": "营收", "indicators-0-about": "in_city_revenue", "indicators-0-weight": "70",
        "indicators-0-direction": "higher", "indicators-0-normalisation": "target", "indicators-0-lower": "0",
        "indicators-0-upper": "1000000000", "indicators-0-missing": "undetermined",
        "indicators-1-title": "评审", "indicators-1-about": "score:", "indicators-1-weight": "30",
        "indicators-1-direction": "higher", "indicators-1-normalisation": "min_max", "indicators-1-missing": "zero",
        "tiers-0-star": "5", "tiers-0-label": "五星级", "tiers-0-limit": "80", "tiers-1-star": "1", "tiers-1-label": "一类",
    }  # fmt: skip
    for name in ("direction", "normalisation", "missing"):  # a browser sends the selects of a row left empty too
        form[f"indicators-2-{name}"] = {"direction": "higher", "normalisation": "min_max", "missing": "undetermined"}[
            name
        ]
    assert send(city, "star_set_new", **form).status_code == 302
    made = IndicatorSet.objects.get()
    definition = made.definition
    assert [(one.key, one.kind, f"{one.weight:.0f}") for one in definition.indicators] == [
        ("in_city_revenue", "fact", "70"), ("score2", "score", "30"),
    ]  # fmt: skip
    assert [(one.star, one.label) for one in definition.tiers] == [(5, "五星级"), (1, "一类")]
    assert "10.00亿元" in page(city, "star_set", made.pk)
    page(city, "star_set_edit", made.pk)
    form |= {"indicators-0-weight": "60", "seen": str(made.version)}
    assert send(city, "star_set_edit", made.pk, **form).status_code == 302
    answer = send(city, "star_set_act", made.pk, "propose")
    assert answer.status_code == 400
    assert "权重之和是90" in answer.content.decode()
    assert send(city, "star_set_edit", made.pk, **form).status_code == 400  # written meanwhile
    form |= {"indicators-0-weight": "x"}
    assert send(city, "star_set_edit", made.pk, **form).status_code == 400
