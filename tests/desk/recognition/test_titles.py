"""The register of recognitions, revocation with its ban, printing many certificates."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.desk.recognition.conftest import Played, announced
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.operation.sweep import sweep
from zongbu.desk.recognition import printing, queries
from zongbu.desk.recognition.actions import applications, titles
from zongbu.desk.recognition.actions import printing as printing_acts
from zongbu.desk.recognition.entering import hindrances
from zongbu.desk.recognition.models import Application, PrintRun, Recognition, Revocation, Round
from zongbu.law import ZongbuError

pytestmark = pytest.mark.django_db
BASE = "https://zongbu.example"
OTHER = "91330100MA2OTHER11"
ROLES = (Role.CITY_OFFICER, Role.CITY_LEAD, Role.DISTRICT_LEAD, Role.ENTERPRISE_LEAD, Role.LEADING_GROUP)


def client_of(viewer: Viewer) -> Client:
    from zongbu.desk.people.models import Person

    client = Client()
    client.force_login(
        Person.objects.get(pk=viewer.person), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def more(first: Recognition, number: int) -> None:
    """Further recognitions of the same round, each of an enterprise of its own."""
    from zongbu.desk.enterprises.models import Enterprise

    enterprises = Enterprise.objects.bulk_create(
        Enterprise(uscc=f"9133MORE{place:010d}", name=f"示例批量企业{place}", district="330106")
        for place in range(number)
    )
    at = timezone.now()
    cases = Application.objects.bulk_create(
        Application(
            receipt=f"RDMORE-{place}", round=first.round, enterprise=one, district="330106", state="recognised",
            submitted_at=at, decided_at=at,
        )
        for place, one in enumerate(enterprises)
    )  # fmt: skip
    Recognition.objects.bulk_create(
        Recognition(
            number=f"ZB{first.round.year}-330106-M{place:05d}", code=f"M{place:011d}", application=case,
            round=first.round, enterprise=case.enterprise, name=case.enterprise.name, district="330106",
            tracks=["meets_scale"], recognised_on=first.recognised_on,
        )
        for place, case in enumerate(cases)
    )  # fmt: skip


# --- the register ------------------------------------------------------------------------------------------


def test_the_register_is_listed_filtered_and_scoped(played: Played, client_as: Callable[..., Client]) -> None:
    first = played.recognised().recognition
    more(first, 60)
    client, address = client_as(Role.CITY_OFFICER), reverse("recognition:recognitions")

    def numbers(**given: object) -> int:
        return int(client.get(address, given).context["page"].paginator.count)

    assert numbers() == 61 and len(client.get(address).context["rows"]) == 50
    assert numbers(district="330108") == 1 and numbers(q="示例科技") == 1 and numbers(q=first.number) == 1
    assert numbers(track="meets_scale") == 61 and numbers(track="meets_scal") == 0
    assert numbers(standing="valid") == 61 and numbers(standing="revoked") == 0
    assert numbers(round=first.round_id) == 61 and numbers(round=0) == 0
    own = client_as(Role.DISTRICT_OFFICER).get(address)
    assert own.context["page"].paginator.count == 1
    assert client_as(Role.DEPARTMENT_LEAD).get(address).status_code == 403


def test_the_number_of_queries_does_not_grow(played: Played, client_as: Callable[..., Client]) -> None:
    first = played.recognised().recognition
    client, address = client_as(Role.CITY_OFFICER), reverse("recognition:recognitions")

    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200
        return len(found)

    counted()
    few = counted()
    more(first, 60)
    assert counted() == few


def test_the_export_has_every_row_and_is_journalled(played: Played, client_as: Callable[..., Client]) -> None:
    first = played.recognised().recognition
    more(first, 3)
    client = client_as(Role.AUDITOR)
    answer = client.post(reverse("recognition:recognitions_export", args=["csv"]) + "?district=330108")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert first.number in text and "示例批量企业" not in text and text.count("\r\n") == 2
    answer = client.post(reverse("recognition:recognitions_export", args=["xlsx"]))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[arg-type]
    assert Entry.objects.filter(act="recognition.export_titles").count() == 2


def test_an_enterprise_sees_what_it_holds(played: Played, client_as: Callable[..., Client]) -> None:
    found = played.recognised().recognition
    page = client_as(Role.ENTERPRISE_STAFF).get(reverse("recognition:titles")).content.decode()
    assert found.number in page and played.case.receipt in page
    page = client_as(Role.ENTERPRISE_LEAD, uscc=OTHER).get(reverse("recognition:titles")).content.decode()
    assert found.number not in page
    address = reverse("recognition:recognition", args=[found.number])
    assert client_as(Role.ENTERPRISE_STAFF).get(address).status_code == 200
    assert client_as(Role.ENTERPRISE_LEAD, uscc=OTHER).get(address).status_code == 404


# --- revocation --------------------------------------------------------------------------------------------


def _post(client: Client, address: str, **given: object) -> Any:
    return client.post(address, {"submission": new_token(), **given})


def test_a_revocation_goes_through_on_its_pages(played: Played, people: Callable[[Role], Viewer]) -> None:
    found = played.recognised().recognition
    city, group = client_of(people(Role.CITY_OFFICER)), client_of(people(Role.LEADING_GROUP))
    own = client_of(people(Role.ENTERPRISE_LEAD))
    today = timezone.localdate()
    answer = _post(
        city, reverse("recognition:revoke", args=[found.number]),
        ground="检查查实报送虚假营收", source_name="检查报告1号", hearing_until=today.isoformat(),
    )  # fmt: skip
    case = Revocation.objects.get()
    page = reverse("recognition:revocation", args=[case.pk])

    def act(name: str) -> str:
        return reverse("recognition:revocation_act", args=[case.pk, name])

    assert answer.status_code == 302 and answer["Location"] == page
    assert "仅称号" in city.get(page).content.decode() and "默认口径" in city.get(page).content.decode()
    answer = _post(city, act("propose"), scope="title")
    assert answer.status_code == 422 and "陈述申辩期限还没有结束" in answer.content.decode()
    assert "待陈述申辩的取消称号" in own.get("/desk/").content.decode()
    assert _post(own, act("state"), text="数据填错，不是故意").status_code == 302
    answer = _post(own, act("approve"), reason="x")
    assert answer.status_code in (403, 422)
    shown = city.get(page)
    chosen = {one.name: one.form for one in shown.context["acts"]}["propose"]
    assert chosen.initial["scope"] == "title", "the policy's default reading: the star title alone"
    assert _post(city, act("propose"), scope="all").status_code == 302
    assert "待审批的取消称号" in group.get("/desk/").content.decode()
    answer = _post(group, act("approve"), reason="", seen=Revocation.objects.get().version)
    assert answer.status_code == 422
    answer = _post(group, act("approve"), reason="事实清楚", seen=Revocation.objects.get().version)
    assert answer.status_code == 302
    found.refresh_from_db()
    assert found.revoked_on == today
    assert "证书已取消" in Client().get(reverse("recognition:verified", args=[found.code])).content.decode()
    page_of = city.get(reverse("recognition:recognition", args=[found.number])).content.decode()
    assert "批准取消" in page_of and "禁申期最后一日" in page_of
    certificate = own.get(reverse("recognition:certificate", args=[found.number]))
    assert certificate.status_code == 200


def _revoked(played: Played, scope: str = "title") -> Revocation:
    found = Recognition.objects.get(application=played.pk)
    city = played.people(Role.CITY_OFFICER)
    case = titles.open_revocation(city, found, "虚假资料", "检查报告", timezone.localdate())
    titles.state(played.people(Role.ENTERPRISE_LEAD), case.pk, "说明")
    titles.propose_revocation(city, case.pk, scope)
    return titles.approve_revocation(played.people(Role.LEADING_GROUP), case.pk, "属实")


def test_who_lost_the_title_cannot_apply_for_two_years(played: Played) -> None:
    played.recognised()
    case = _revoked(played)
    today = timezone.localdate()
    assert case.ban is not None and case.effective_on == today
    known = type(played.enterprise).objects.get(pk=played.enterprise.pk).known
    assert known["title_revoked_on"] == today.isoformat()
    years = case.ban.last_day.year - today.year
    assert years == 2 and (case.ban.last_day.month, case.ban.last_day.day) == (
        today.month,
        min(today.day, 28) if today.month == 2 else today.day,
    )
    Round.objects.update(state="concluded")
    following = announced(played.people, year=today.year + 1, title="下一年度")
    assert [one.kind for one in hindrances(played.enterprise, following, today)] == ["banned"]
    assert [one.kind for one in hindrances(played.enterprise, following, case.ban.last_day) if one.kind == "banned"]
    after = case.ban.last_day + timedelta(days=1)
    assert "banned" not in [one.kind for one in hindrances(played.enterprise, following, after)]
    with pytest.raises(Refused, match="禁申期"):
        applications.start(played.people(Role.ENTERPRISE_LEAD), played.enterprise, following)


def test_a_title_alone_leaves_the_certificate_valid(played: Played) -> None:
    found = played.recognised().recognition
    _revoked(played)
    found.refresh_from_db()
    assert found.revoked_on is None
    assert "证书有效" in Client().get(reverse("recognition:verified", args=[found.code])).content.decode()


def test_a_district_opens_revocations_only_in_its_own(
    played: Played, person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    found = played.recognised().recognition
    today = timezone.localdate()
    with pytest.raises(NotPermitted):
        titles.open_revocation(person_as(Role.DISTRICT_LEAD, district="330106"), found, "事由", "依据", today)
    stranger = client_as(Role.DISTRICT_LEAD, district="330106")
    assert stranger.get(reverse("recognition:revoke", args=[found.number])).status_code == 404
    assert titles.open_revocation(person_as(Role.DISTRICT_LEAD), found, "事由", "依据", today).pk


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["open", "state", "propose", "approve", "drop", "wait"]), st.sampled_from(ROLES)),
        min_size=1, max_size=12,
    ),
    scope=st.sampled_from(["title", "all"]),
)  # fmt: skip
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_an_approved_revocation_always_has_a_ban_and_its_day(
    played: Played, people: Callable[[Role], Viewer], steps: list[tuple[str, Role]], scope: str
) -> None:
    from django.db import transaction

    with transaction.atomic():
        if not played.pk:
            played.recognised()
        mark = transaction.savepoint()
        try:
            for name, role in [*steps, ("propose", Role.CITY_LEAD), ("approve", Role.LEADING_GROUP)]:
                _try(name, people(role), scope)
                for case in Revocation.objects.filter(state="approved"):
                    assert case.ban is not None and case.effective_on is not None
                    assert case.ban.starts == case.effective_on < case.ban.last_day
                    assert (case.recognition.revoked_on is not None) == (case.scope == "all")
                assert not Recognition.objects.filter(~Q(revoked_on=None)).exclude(revocations__state="approved")
        finally:
            transaction.savepoint_rollback(mark)


def _try(name: str, viewer: Viewer, scope: str) -> None:
    today, case = timezone.localdate(), Revocation.objects.first()
    try:
        if name == "open":
            titles.open_revocation(viewer, Recognition.objects.get(), "事由", "依据", today)
        elif case is None:
            return
        elif name == "wait":
            Revocation.objects.filter(pk=case.pk).update(hearing_until=today - timedelta(days=1))
        elif name == "state":
            titles.state(viewer, case.pk, "陈述")
        elif name == "propose":
            titles.propose_revocation(viewer, case.pk, scope)
        elif name == "approve":
            titles.approve_revocation(viewer, case.pk, "理由")
        else:
            titles.drop_revocation(viewer, case.pk, "理由")
    except (ZongbuError, PermissionError, NotPermitted):
        pass


# --- printing ----------------------------------------------------------------------------------------------


def test_many_certificates_are_printed_in_the_background(
    played: Played, people: Callable[[Role], Viewer], client_as: Callable[..., Client]
) -> None:
    first = played.recognised().recognition
    more(first, 130)
    Recognition.objects.filter(number__endswith="M00005").update(revoked_on=first.recognised_on)
    viewer = people(Role.CITY_OFFICER)
    client = client_of(viewer)
    answer = _post(client, reverse("recognition:print"), round=first.round_id)
    run = PrintRun.objects.get()
    assert answer.status_code == 302 and run.state == "queued" and run.total == 130
    same, new = printing_acts.ask(viewer, first.round, "", BASE)
    assert same.pk == run.pk and not new
    file = reverse("recognition:print_file", args=[run.pk])
    assert client.get(file).status_code == 404
    assert "queued" not in client.get(reverse("recognition:print_progress", args=[run.pk])).content.decode()
    printing.run(run.pk, BASE)
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.error) == ("done", 130, 130, "")
    content = b"".join(client.get(file).streaming_content)  # type: ignore[arg-type]
    assert content.startswith(b"%PDF") and content.count(b"/Type/Page/") + content.count(b"/Type/Page\n") in (0, 130)
    assert client_of(people(Role.CITY_LEAD)).get(file).status_code == 200
    assert client_as(Role.DISTRICT_OFFICER).get(file).status_code == 404
    assert client_as(Role.LEADING_GROUP).get(file).status_code == 403
    assert "HX-Refresh" in client.get(reverse("recognition:print_progress", args=[run.pk])).headers


def test_a_district_prints_its_own_only(played: Played, people: Callable[[Role], Viewer]) -> None:
    first = played.recognised().recognition
    more(first, 2)
    made, _new = printing_acts.ask(people(Role.DISTRICT_OFFICER), first.round, "", BASE)
    assert made.district == "330108" and made.total == 1
    with pytest.raises(NotPermitted):
        printing_acts.ask(people(Role.DISTRICT_OFFICER), first.round, "330106", BASE)
    with pytest.raises(NotPermitted):
        printing_acts.ask(people(Role.LEADING_GROUP), first.round, "", BASE)
    officer = people(Role.DISTRICT_OFFICER)
    assert list(queries.print_runs(officer)) == [made]
    assert not queries.print_runs(replace(officer, district="330106")), "who changed districts leaves them behind"


def test_a_run_that_was_killed_is_done_again(played: Played, people: Callable[[Role], Viewer]) -> None:
    first = played.recognised().recognition
    viewer = people(Role.CITY_OFFICER)
    run, _new = printing_acts.ask(viewer, first.round, "", BASE)
    PrintRun.objects.filter(pk=run.pk).update(state="running", done=0)
    run.refresh_from_db()
    printing._alive(run)
    assert not printing.broken_off(run)
    printing.run(run.pk, BASE)  # a second worker does not touch what runs
    old = time.time() - printing.STILL - 1
    os.utime(printing._sign(run), (old, old))
    assert printing.broken_off(run)
    again = printing_acts.again(viewer, run.pk, BASE)
    assert again.state == "queued" and again.file != run.file and not printing._sign(run).exists()
    printing.run(run.pk, BASE)
    again.refresh_from_db()
    assert again.state == "done" and printing.path_of(again).is_file()
    assert not printing._end(run, PrintRun.State.DONE), "the worker that was thought dead ends nothing any more"


def test_a_name_that_cannot_be_printed_is_named(played: Played, people: Callable[[Role], Viewer]) -> None:
    first = played.recognised().recognition
    more(first, 3)
    Recognition.objects.filter(pk=first.pk).update(name="示例😀公司")
    run, _new = printing_acts.ask(people(Role.CITY_OFFICER), first.round, "", BASE)
    printing.run(run.pk, BASE)
    run.refresh_from_db()
    assert run.state == "failed" and first.number in run.error and "😀" in run.error


def test_files_are_swept_after_some_days(played: Played, people: Callable[[Role], Viewer]) -> None:
    first = played.recognised().recognition
    run, _new = printing_acts.ask(people(Role.CITY_OFFICER), first.round, "", BASE)
    printing.run(run.pk, BASE)
    run.refresh_from_db()
    path = printing.path_of(run)
    assert sweep()["prints"] == 0 and path.is_file()
    long_ago = timezone.now() - printing.KEPT - timedelta(hours=1)
    PrintRun.objects.update(asked_at=long_ago, finished_at=long_ago)
    assert sweep()["prints"] == 1 and not path.exists()
    page = client_of(people(Role.CITY_OFFICER)).get(reverse("recognition:print_run", args=[run.pk]))
    assert "文件已经清理" in page.content.decode()
