"""A round from the announcement to the certificate, by the acts alone; and what stands in the way of each."""

from __future__ import annotations

import pytest

from tests.desk.recognition.conftest import Played
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition import records
from zongbu.desk.recognition.models import Decision, Recognition

pytestmark = pytest.mark.django_db


def test_an_application_goes_all_the_way_to_its_certificate(played: Played) -> None:
    case = played.recognised()

    assert case.state == "recognised"
    recognition = Recognition.objects.get(application=case)
    assert recognition.tracks == ["meets_scale"]
    decision = Decision.objects.get(application=case)
    assert decision.computed is True
    assert decision.sources["fits_industrial_orientation"]["source"] == "finding"
    (again,) = records.replay(iter([decision]), today=True)
    assert again.identical
    assert not again.would_change


def test_before_the_department_has_found_the_result_is_undetermined_and_a_decision_must_say_why(played: Played) -> None:
    from zongbu.desk.kernel.flow import Refused
    from zongbu.desk.recognition.actions import batches, opinions

    played.recommended()
    city, group = played.people(Role.CITY_OFFICER), played.people(Role.LEADING_GROUP)
    opinions.collect_without(city, played.pk, "部门逾期未答复")
    batch = batches.make(city, played.round, "第一批")
    batches.propose(city, played.pk, batch.pk, "recognise", "拟认定")
    batches.submit(city, batch.pk)

    with pytest.raises(Refused, match="待定"):
        batches.decide(group, played.pk, "recognise")
    done, left = batches.decide_all(group, batch.pk)
    assert (done, len(left)) == (0, 1)
    case = batches.decide(group, played.pk, "recognise", deviation="部门口头答复，会后补")
    assert case.state == "approved"
    assert Decision.objects.get(application=case).deviates
