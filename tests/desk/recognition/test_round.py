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


def test_contacts_of_objectors_are_forgotten_half_a_year_after_the_reply(played: Played) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from zongbu.desk.kernel.scope import Viewer
    from zongbu.desk.operation.sweep import sweep
    from zongbu.desk.recognition.actions import notices
    from zongbu.desk.recognition.models import Objection

    case = played.noticed()
    notice = case.notice_lines.get().notice
    made = notices.object_to(Viewer(), case.pk, "有异议", notice=notice.pk, name="张三", contact="0571")
    notices.dismiss(played.people(Role.CITY_OFFICER), made.pk, "不成立")
    sweep()
    assert Objection.objects.get().contact == "0571"

    Objection.objects.update(replied_at=timezone.now() - timedelta(days=200))
    assert sweep()["contacts"] == 1
    assert (Objection.objects.get().name, Objection.objects.get().contact) == ("", "")


def test_a_correction_after_the_decision_shows_which_decision_it_would_have_changed(played: Played) -> None:
    from zongbu.desk.enterprises import actions as enterprises

    case = played.approved()
    assert records.corrected(played.round) == ([], 0)

    city = played.people(Role.CITY_OFFICER)
    year = played.round.as_of.year - 1
    enterprises.record(city, played.enterprise, {f"in_city_revenue@{year}": "1亿元"}, source_name="审计更正")
    found, count = records.corrected(played.round)
    assert count == 1
    assert [(one.decision.application_id, one.now) for one in found] == [
        (case.pk, None)
    ]  # by research it might still qualify
    (again,) = records.replay(records.decisions_of(played.round), today=True)
    assert again.identical
    assert again.would_change


def test_the_policy_of_a_round_is_kept_as_it_was_announced(
    played: Played, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody amends the file afterwards: the round goes on, and is recomputed, under the text that was announced."""
    from pathlib import Path

    from zongbu.desk.library import kept, policies
    from zongbu.law import load_policy
    from zongbu.law.document.find import SHIPPED

    played.approved()
    folder = Path(str(tmp_path))
    text = (SHIPPED / "hangzhou-2023.md").read_text("utf-8").replace("存量营收门槛 [incumbent_revenue_floor] = 10亿元",
                                                                     "存量营收门槛 [incumbent_revenue_floor] = 99亿元")  # fmt: skip
    title = played.round.law.title
    (folder / "hangzhou-2023.md").write_text(text.replace(title, f"后来的{title}"), "utf-8")
    amended = load_policy(folder / "hangzhou-2023.md")
    assert amended.version != played.round.policy_version
    monkeypatch.setattr(policies, "_loaded", {"hangzhou-2023": amended})
    kept._loaded.cache_clear()

    case = played.case
    assert case.round.law.version == played.round.policy_version
    (again,) = records.replay(records.decisions_of(case.round), today=True)
    assert again.identical
    assert not again.would_change

    # So do documents: the certificate of a round names the policy that it was announced under.
    from zongbu.desk.recognition.documents import common

    assert amended.title.startswith("后来的")
    assert common.policy_title(case.round) == title


def test_the_database_itself_keeps_decisions_as_they_are(played: Played) -> None:
    from django.db import DatabaseError, connection, transaction

    played.approved()
    for statement in ("UPDATE recognition_decision SET outcome = 'refuse'", "DELETE FROM recognition_decision"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
