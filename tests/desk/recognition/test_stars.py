"""Stars from the indicator set to the enterprises' records: two persons, overrides, notice, publishing, revocation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.recognition.conftest import Played
from tests.desk.recognition.starred import CODES, DEFINITION, WEEK, noticed, published, stars
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises import queries as enterprise_queries
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.actions import titles as revoking
from zongbu.desk.recognition.models import Recognition, Revocation
from zongbu.desk.recognition.stars import queries
from zongbu.desk.recognition.stars.actions import evaluations, overrides, sets
from zongbu.desk.recognition.stars.computing import recompute, run, what_if
from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet, Result, StarTitle

pytestmark = pytest.mark.django_db
People = Callable[[Role], Viewer]


# --- sets --------------------------------------------------------------------------------------------------


def test_who_proposes_a_set_does_not_approve_it(people: People, person_as: Callable[..., Viewer]) -> None:
    lead = people(Role.CITY_LEAD)
    made = sets.draft(lead, "负责人起草", "文件", DEFINITION)
    sets.act(lead, made.pk, "propose")
    with pytest.raises(NotPermitted):
        sets.act(lead, made.pk, "approve")
    with pytest.raises(NotPermitted):
        sets.act(people(Role.CITY_OFFICER), made.pk, "approve")
    assert sets.act(person_as(Role.CITY_LEAD), made.pk, "approve").state == "approved"


def test_weights_must_sum_to_a_hundred_and_a_set_in_use_is_not_altered(people: People, chosen: IndicatorSet) -> None:
    city = people(Role.CITY_OFFICER)
    off = DEFINITION.altered({"revenue": Decimal("59.9999")}, {}, "count")
    made = sets.draft(city, "差一点", "文件", off)
    with pytest.raises(Refused, match=r"99\.9999"):
        sets.act(city, made.pk, "propose")
    with pytest.raises(Refused):
        sets.edit(city, chosen.pk, {}, off)
    again = sets.new_edition(city, chosen.pk)
    assert (again.edition, again.state, again.definition) == (2, "draft", DEFINITION)
    sets.edit(city, again.pk, {"note": "改"}, off)
    assert IndicatorSet.objects.get(pk=chosen.pk).definition == DEFINITION


def test_a_set_without_a_source_is_not_put_forward(people: People) -> None:
    made = sets.draft(people(Role.CITY_OFFICER), "无来源", "", DEFINITION)
    with pytest.raises(Refused, match="来源"):
        sets.act(people(Role.CITY_OFFICER), made.pk, "propose")


def test_the_shipped_set_is_a_demonstration_and_whole(people: People) -> None:
    made = sets.load_demonstration(people(Role.CITY_OFFICER))
    assert made.demonstration
    assert "演示" in made.source
    assert made.definition.total == 100
    assert sets.act(people(Role.CITY_OFFICER), made.pk, "propose").state == "proposed"
    with pytest.raises(Refused):
        sets.load_demonstration(people(Role.CITY_OFFICER))
    with pytest.raises(Refused):
        sets.new_edition(people(Role.CITY_OFFICER), made.pk)


# --- computing ---------------------------------------------------------------------------------------------


def test_every_recognised_enterprise_is_rated_and_unknown_is_not_zero(evaluation: Evaluation) -> None:
    assert (evaluation.work, evaluation.enterprises) == ("done", 6)
    assert stars(evaluation) == [5, 4, 4, 3, None, 3]
    first = Result.objects.get(evaluation=evaluation, uscc=CODES[0])
    assert first.score == Decimal("85.2941")  # 60 of 60 and 2 of 4 branches, the unscored weight left out
    assert [part["value"] for part in first.parts] == ["5000000000.00", "2", ""]
    assert first.parts[0]["record"] and first.parts[0]["source"] == "registry"
    assert first.parts[2]["weight"] == "0.0000"
    assert first.score == sum(Decimal(part["points"] or 0) for part in first.parts)


def test_scores_are_entered_with_their_source_and_the_results_are_then_out_of_date(
    people: People, evaluation: Evaluation
) -> None:
    city = people(Role.CITY_OFFICER)
    with pytest.raises(Refused):
        evaluations.enter_scores(city, evaluation.pk, "contribution", {CODES[0]: Decimal(1)}, source="", reason="x")
    with pytest.raises(Refused, match="revenue"):
        evaluations.enter_scores(city, evaluation.pk, "revenue", {CODES[0]: Decimal(1)}, source="表", reason="x")
    with pytest.raises(Refused, match="没有这些企业"):
        evaluations.enter_scores(city, evaluation.pk, "contribution", {"NONE": Decimal(1)}, source="表", reason="x")
    scores = {CODES[0]: Decimal(0), CODES[1]: Decimal("99.5")}
    evaluations.enter_scores(city, evaluation.pk, "contribution", scores, source="评审表", reason="专家评分")
    with pytest.raises(Refused, match="请先计算"):
        evaluations.submit(city, evaluation.pk)
    evaluations.compute(city, evaluation.pk)
    part = Result.objects.get(evaluation=evaluation, uscc=CODES[1]).parts[2]
    assert (part["value"], part["source"], part["points"]) == ("99.500000", "score", "14.9250")
    assert Entry.objects.filter(act="recognition.score").count() == 2


def test_what_is_kept_computes_again_and_a_change_is_found(evaluation: Evaluation, people: People) -> None:
    assert recompute(evaluation) == []
    enterprises.record(
        people(Role.CITY_OFFICER),
        Enterprise.objects.get(uscc=CODES[0]),
        {"branches_outside_city": "9"},
        source_name="x",
    )
    assert recompute(evaluation) == []  # what was learnt later does not matter
    Result.objects.filter(evaluation=evaluation, uscc=CODES[0]).update(rank=2)
    assert {(one.uscc, one.what) for one in recompute(evaluation)} == {("", "digest"), (CODES[0], "rank")}


def test_a_what_if_keeps_nothing(evaluation: Evaluation) -> None:
    before = list(Result.objects.order_by("pk").values())
    outlook = what_if(evaluation, DEFINITION.altered({}, {5: Decimal(2)}, "count"))
    assert [(one.before, one.after) for one in outlook.moves] == [(4, 5), (3, 4)]
    assert outlook.counts == {5: (1, 2), 4: (2, 2), 3: (2, 1), 0: (0, 0), None: (1, 1)}
    assert list(Result.objects.order_by("pk").values()) == before


def test_only_one_computation_at_a_time_writes(people: People, evaluation: Evaluation) -> None:
    Evaluation.objects.filter(pk=evaluation.pk).update(work="running", alive_at=timezone.now())
    with pytest.raises(Refused, match="正在计算"):
        evaluations.compute(people(Role.CITY_OFFICER), evaluation.pk)
    Evaluation.objects.filter(pk=evaluation.pk).update(alive_at=timezone.now() - timedelta(hours=1))
    assert evaluations.compute(people(Role.CITY_OFFICER), evaluation.pk).work == "done"
    run(evaluation.pk)  # nothing is queued
    assert Result.objects.filter(evaluation=evaluation).count() == 6


# --- overrides ---------------------------------------------------------------------------------------------


def test_overrides_take_two_persons_and_survive_computing(
    people: People, evaluation: Evaluation, person_as: Callable[..., Viewer]
) -> None:
    lead = people(Role.CITY_LEAD)
    made = overrides.propose(lead, evaluation.pk, CODES[4], 3, "数据正在核实，专题会议研究")
    with pytest.raises(NotPermitted):
        overrides.decide(lead, made.pk, "approve")
    with pytest.raises(Refused, match="没有审批"):
        evaluations.submit(people(Role.CITY_OFFICER), evaluation.pk)
    with pytest.raises(Refused, match="等待审批"):
        overrides.propose(lead, evaluation.pk, CODES[4], 4, "再来")
    overrides.decide(person_as(Role.CITY_LEAD), made.pk, "approve")
    assert stars(evaluation)[4] == 3
    assert Result.objects.get(evaluation=evaluation, uscc=CODES[4]).computed is None
    evaluations.compute(people(Role.CITY_OFFICER), evaluation.pk)
    assert stars(evaluation)[4] == 3
    for star, reason in ((3, "相同"), (7, "没有"), (5, " ")):
        with pytest.raises(Refused):
            overrides.propose(lead, evaluation.pk, CODES[4], star, reason)


def test_an_override_of_another_result_is_put_back_to_be_approved(
    people: People, evaluation: Evaluation, person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    city, lead = people(Role.CITY_OFFICER), people(Role.CITY_LEAD)
    made = overrides.propose(city, evaluation.pk, CODES[3], 4, "三星升四星")
    overrides.decide(lead, made.pk, "approve")
    year = timezone.localdate().year - 1
    best = Enterprise.objects.get(uscc=CODES[3])
    enterprises.record(city, best, {f"in_city_revenue@{year}": "90亿元"}, source_name="登记库")
    evaluations.compute(city, evaluation.pk)
    assert stars(evaluation)[3] == 5  # the override would have turned into a loss of a star
    made.refresh_from_db()
    assert (made.state, made.computed) == ("proposed", 5)
    with pytest.raises(Refused, match="没有审批"):
        evaluations.submit(city, evaluation.pk)
    text = client_as(Role.CITY_LEAD).get(reverse("recognition:star_evaluation", args=[evaluation.pk])).content.decode()
    assert "有 1 项已批准的人工调整" in text
    page = reverse("recognition:star_result", args=[evaluation.pk, CODES[3]])
    text = client_as(Role.CITY_LEAD).get(page).content.decode()
    assert "计算星级由三星级变为五星级" in text
    assert "reconsider" not in text
    with pytest.raises(NotPermitted):
        overrides.decide(city, made.pk, "approve")
    overrides.decide(lead, made.pk, "approve")
    assert stars(evaluation)[3] == 4
    evaluations.compute(city, evaluation.pk)
    assert stars(evaluation)[3] == 4  # the same result: it counts


def test_a_later_override_takes_the_place_of_an_earlier_one(people: People, evaluation: Evaluation) -> None:
    city, lead = people(Role.CITY_OFFICER), people(Role.CITY_LEAD)
    first = overrides.propose(city, evaluation.pk, CODES[3], 4, "先")
    overrides.decide(lead, first.pk, "approve")
    second = overrides.propose(city, evaluation.pk, CODES[3], 5, "后")
    overrides.decide(lead, second.pk, "approve")
    first.refresh_from_db()
    assert (first.state, stars(evaluation)[3]) == ("lapsed", 5)
    third = overrides.propose(city, evaluation.pk, CODES[3], 0, "再")
    evaluations.compute(city, evaluation.pk)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state, stars(evaluation)[3]) == ("approved", "proposed", 5)


# --- publishing --------------------------------------------------------------------------------------------


def test_who_worked_on_it_does_not_publish_and_not_before_the_notice_is_over(
    people: People, evaluation: Evaluation
) -> None:
    evaluations.submit(people(Role.CITY_OFFICER), evaluation.pk)
    today = timezone.localdate()
    with pytest.raises(NotPermitted):
        evaluations.notice(people(Role.CITY_OFFICER), evaluation.pk, today)
    with pytest.raises(Refused):
        evaluations.notice(people(Role.CITY_LEAD), evaluation.pk, today - timedelta(days=1))
    evaluations.notice(people(Role.CITY_LEAD), evaluation.pk, today)
    with pytest.raises(Refused, match="公示期"):
        evaluations.publish(people(Role.CITY_LEAD), evaluation.pk)
    assert evaluations.recall(people(Role.CITY_LEAD), evaluation.pk, "异议成立").state == "draft"


def test_publishing_records_the_stars_once(people: People, evaluation: Evaluation, rated: list[Enterprise]) -> None:
    done = published(people, evaluation)
    assert done.state == "published"
    records = FactRecord.objects.filter(fact="star").select_related("recording")
    assert sorted((one.value, one.recording.source) for one in records) == [
        (star, "finding") for star in ("3", "3", "4", "4", "5")
    ]
    assert {one.recording.batch for one in records} == {done.number}
    one = Enterprise.objects.get(uscc=CODES[0])
    assert one.known["star"] == "5"
    assert "highest_star_paid" not in one.known
    assert "star" not in Enterprise.objects.get(uscc=CODES[4]).known  # undetermined is not zero
    assert queries.stars_of([one.pk for one in rated]) == {
        rated[number].pk: label for number, label in ((0, "五星级"), (1, "四星级"), (2, "四星级"), (3, "三星级"), (5, "三星级"))
    }  # fmt: skip
    year = timezone.localdate().year
    assert sorted(StarTitle.objects.values_list("plaque", flat=True)) == [
        f"XJ{year}-3-0001", f"XJ{year}-3-0002", f"XJ{year}-4-0001", f"XJ{year}-4-0002", f"XJ{year}-5-0001",
    ]  # fmt: skip
    with pytest.raises(Refused):
        evaluations.publish(people(Role.CITY_LEAD), evaluation.pk)
    assert (FactRecord.objects.filter(fact="star").count(), StarTitle.objects.count()) == (5, 5)


def test_results_that_were_altered_are_not_published(people: People, evaluation: Evaluation) -> None:
    noticed(people, evaluation)
    Result.objects.filter(evaluation=evaluation, uscc=CODES[5]).update(star=5)
    with pytest.raises(Refused, match="不一致"):
        evaluations.publish(people(Role.CITY_LEAD), evaluation.pk)
    assert not StarTitle.objects.exists()


def test_the_next_year_compares_and_replaces(people: People, evaluation: Evaluation, chosen: IndicatorSet) -> None:
    published(people, evaluation)
    past = timezone.localdate() - timedelta(days=400)
    Evaluation.objects.filter(pk=evaluation.pk).update(year=timezone.localdate().year - 1)
    StarTitle.objects.update(awarded_on=past)
    Recognition.objects.filter(enterprise__uscc=CODES[3]).update(revoked_on=timezone.localdate())
    city, today = people(Role.CITY_OFFICER), timezone.localdate()
    Result.objects.filter(evaluation=evaluation, uscc=CODES[5]).update(star=4)
    again = evaluations.compute(city, evaluations.open_evaluation(city, chosen.pk, today.year, today, **WEEK).pk)
    found = Result.objects.filter(evaluation=again)
    how = {name: set(queries.changed(found, name).values_list("uscc", flat=True)) for name in queries.CHANGES}
    assert how == {"up": set(), "down": {CODES[5]}, "same": set(CODES[:3]), "new": set(), "open": {CODES[4]}}
    assert [one.uscc for one in queries.gone(again)] == [CODES[3]]


def test_a_revoked_title_is_zero_from_that_day_and_stays_in_the_history(
    people: People, played: Played, chosen: IndicatorSet
) -> None:
    recognition = played.recognised().recognition
    own = recognition.enterprise
    city, today = people(Role.CITY_OFFICER), timezone.localdate()
    evaluation = evaluations.compute(city, evaluations.open_evaluation(city, chosen.pk, today.year, today, **WEEK).pk)
    published(people, evaluation)
    assert queries.stars_of([own.pk]) == {own.pk: "五星级"}
    case = revoking.open_revocation(city, recognition, "查实弄虚作假", "检查报告", today)
    Revocation.objects.filter(pk=case.pk).update(hearing_until=today - timedelta(days=1))
    revoking.propose_revocation(city, case.pk, Revocation.Scope.TITLE)
    revoking.approve_revocation(people(Role.LEADING_GROUP), case.pk, "同意")
    own.refresh_from_db()
    assert own.known["star"] == "0"
    assert queries.stars_of([own.pk]) == {}
    title = queries.titles(own).get()
    assert (title.label, title.ended_on, title.revocation_id) == ("五星级", today, case.pk)
    facts = enterprise_queries.facts_at(own, today)
    assert facts["star"] == "0"
    assert "highest_star_paid" not in facts
    # while the ban runs it is not rated again, though its recognition stands
    again = evaluations.compute(city, evaluations.open_evaluation(city, chosen.pk, today.year, today, **WEEK).pk)
    assert again.enterprises == 0


# --- who sees what -----------------------------------------------------------------------------------------


def test_scores_are_the_officials_and_their_own_enterprises(
    people: People, evaluation: Evaluation, person_as: Callable[..., Viewer]
) -> None:
    own, district = person_as(Role.ENTERPRISE_LEAD, uscc=CODES[0]), person_as(Role.DISTRICT_OFFICER, district="330106")
    public = person_as(Role.PUBLIC)
    for viewer in (own, district, public):
        assert not queries.results(viewer, evaluation).exists()
        assert not queries.evaluations(viewer).exists()
    assert queries.results(people(Role.LEADING_GROUP), evaluation).count() == 6
    done = published(people, evaluation)
    assert [one.uscc for one in queries.results(own, done)] == [CODES[0]]
    assert queries.results(district, done).count() == 3
    assert not queries.results(public, done).exists()
    assert queries.listed(done).count() == 5


# --- revoked and lapsed ------------------------------------------------------------------------------------


def revoked(people: People, uscc: str, scope: Revocation.Scope) -> Revocation:
    """Revoked today, by the leading group."""
    city, today = people(Role.CITY_OFFICER), timezone.localdate()
    recognition = Recognition.objects.get(enterprise__uscc=uscc)
    case = revoking.open_revocation(city, recognition, "查实弄虚作假", "检查报告", today)
    Revocation.objects.filter(pk=case.pk).update(hearing_until=today - timedelta(days=1))
    revoking.propose_revocation(city, case.pk, scope)
    return revoking.approve_revocation(people(Role.LEADING_GROUP), case.pk, "同意")


@pytest.mark.parametrize("scope", Revocation.Scope)
def test_whose_title_was_revoked_after_the_day_of_the_evaluation_is_not_rated(
    people: People, rated: list[Enterprise], chosen: IndicatorSet, scope: Revocation.Scope
) -> None:
    revoked(people, CODES[0], scope)
    city, before = people(Role.CITY_OFFICER), timezone.localdate() - timedelta(days=3)
    made = evaluations.compute(city, evaluations.open_evaluation(city, chosen.pk, before.year, before, **WEEK).pk)
    assert made.enterprises == 5
    assert not Result.objects.filter(evaluation=made, uscc=CODES[0]).exists()


def test_who_is_barred_or_recognised_no_longer_when_it_is_published_gets_no_star(
    people: People, evaluation: Evaluation
) -> None:
    barred = revoked(people, CODES[0], Revocation.Scope.TITLE)
    # As if approved before the computation, with knowledge that came too late for it.
    Revocation.objects.filter(pk=barred.pk).update(state_since=timezone.now() - timedelta(days=2))
    yesterday = timezone.localdate() - timedelta(days=1)
    Recognition.objects.filter(enterprise__uscc=CODES[1]).update(valid_until=yesterday)
    done = published(people, evaluation)
    assert sorted(StarTitle.objects.values_list("enterprise__uscc", flat=True)) == [CODES[2], CODES[3], CODES[5]]
    assert [one.uscc for one in queries.listed(done)] == [CODES[2], CODES[3], CODES[5]]
    assert Enterprise.objects.get(uscc=CODES[0]).known["star"] == "0"
    assert "star" not in Enterprise.objects.get(uscc=CODES[1]).known


def test_a_star_ends_with_the_next_publication_where_the_recognition_holds_no_longer(
    people: People, evaluation: Evaluation, chosen: IndicatorSet, client_as: Callable[..., Client]
) -> None:
    published(people, evaluation)
    past, today = timezone.localdate() - timedelta(days=400), timezone.localdate()
    Evaluation.objects.filter(pk=evaluation.pk).update(year=today.year - 1)
    StarTitle.objects.update(awarded_on=past, plaque=Concat(Value("OLD-"), "plaque"))
    Recognition.objects.filter(enterprise__uscc=CODES[0]).update(valid_until=today - timedelta(days=1))
    unknown = Enterprise.objects.get(uscc=CODES[3])
    city = people(Role.CITY_OFFICER)
    enterprises.record(city, unknown, {f"in_city_revenue@{today.year - 1}": ""}, source_name="登记库")
    again = evaluations.compute(city, evaluations.open_evaluation(city, chosen.pk, today.year, today, **WEEK).pk)
    assert [one.enterprise.uscc for one in queries.ending(again, today)] == [CODES[0]]
    page = reverse("recognition:star_evaluation", args=[again.pk])
    assert "公布时终止的称号：1 家" in client_as(Role.CITY_OFFICER).get(page).content.decode()
    published(people, again)
    ended = StarTitle.objects.get(enterprise__uscc=CODES[0])
    assert (ended.ended_on, ended.ended_because) == (today, "总部企业认定已不再有效")
    assert Enterprise.objects.get(uscc=CODES[0]).known["star"] == "0"
    stays = StarTitle.objects.get(enterprise=unknown)
    assert (stays.ended_on, stays.evaluation_id) == (None, evaluation.pk)  # undetermined is not lost
    unknown.refresh_from_db()
    assert unknown.known["star"] == "3"
