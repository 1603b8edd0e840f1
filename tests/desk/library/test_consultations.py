"""Consultations: who may comment when, what is shown, what is never shown."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests.desk.library.conftest import send
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import actions, queries
from zongbu.desk.library.actions.consultations import MOST_PER_HOUR
from zongbu.desk.library.models import Comment, Consultation

pytestmark = pytest.mark.django_db
SOMEBODY = Viewer(address="203.0.113.7")


def comment(consultation, viewer=SOMEBODY, **given):
    return actions.comment(
        viewer, consultation.pk, **{"citation": "（二）", "text": "应公布标准。", "consent": True} | given
    )


def page_of(client, consultation):
    return client.get(reverse("library:consultation", args=[consultation.pk])).content.decode()


def test_a_comment_is_shown_only_after_moderation_and_its_contact_never(consultation, officer, client):
    made = comment(consultation, name="某企业", contact="0571-00000000")
    assert "应公布标准" not in page_of(client, consultation)
    actions.moderate(officer, made.pk, show=True)
    page = page_of(client, consultation)
    assert "应公布标准" in page
    assert "某企业" in page
    assert "0571-00000000" not in page


def test_a_hidden_comment_needs_a_reason_and_stays_hidden(consultation, officer, client):
    made = comment(consultation)
    with pytest.raises(Refused):
        actions.moderate(officer, made.pk, show=False)
    actions.moderate(officer, made.pk, show=False, reason="含个人信息")
    assert "应公布标准" not in page_of(client, consultation)
    with pytest.raises(Refused):
        actions.answer(officer, made.pk, "谢谢")


def test_an_answer_is_shown_beneath(consultation, officer, client):
    made = comment(consultation)
    actions.moderate(officer, made.pk, show=True)
    actions.answer(officer, made.pk, "将在细则中公布。")
    assert "将在细则中公布" in page_of(client, consultation)


def test_only_drafts_are_laid_open_and_only_once_at_a_time(consultation, officer):
    today = timezone.localdate()
    given = {"title": "x", "introduction": "x", "starts": today, "ends": today}
    with pytest.raises(Refused):
        actions.open_consultation(officer, Consultation(policy="hangzhou-2023", **given))
    with pytest.raises(Refused):
        actions.open_consultation(officer, Consultation(policy="binjiang-draft", **given))


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.DISTRICT_LEAD, Role.AUDITOR, Role.ENTERPRISE_STAFF])
def test_only_the_city_office_opens_moderates_and_sums_up(role, consultation, person_as):
    viewer, made = person_as(role), comment(consultation)
    for act in (
        lambda: actions.moderate(viewer, made.pk, show=True),
        lambda: actions.answer(viewer, made.pk, "x"),
        lambda: actions.summarise_article(viewer, consultation.pk, "（二）", "adopted", "x"),
        lambda: actions.close_consultation(viewer, consultation.pk, "x"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_comments_come_in_only_while_it_is_open(consultation, lead):
    actions.close_consultation(lead, consultation.pk, "提前完成")
    with pytest.raises(Refused):
        comment(consultation)
    Consultation.objects.update(closed_at=None, starts=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused):
        comment(consultation)


def test_a_flood_from_one_address_is_stopped(consultation):
    for _ in range(MOST_PER_HOUR):
        comment(consultation)
    with pytest.raises(Refused):
        comment(consultation)
    comment(consultation, Viewer(address="203.0.113.8"))


def test_neither_address_nor_account_is_kept(consultation, officer):
    made = comment(consultation, officer)
    assert made.origin
    assert "203" not in made.origin
    entry = Entry.objects.get(act="library.comment")
    assert entry.person is None
    assert entry.address == ""


def test_without_consent_nothing_is_kept(consultation):
    with pytest.raises(Refused):
        comment(consultation, consent=False)
    assert not Comment.objects.exists()


def test_the_public_form(consultation, client):
    url = reverse("library:comment", args=[consultation.pk])
    data = {"citation": "（二）", "text": "应公布标准。", "name": "", "contact": "", "consent": "on", "website": ""}
    for _ in range(2):
        assert send(client, url, data, token="the-token-of-this-form").status_code == 302
    assert Comment.objects.count() == 1
    without = send(client, url, {name: value for name, value in data.items() if name != "consent"})
    assert without.status_code == 400
    assert "应公布标准" in without.content.decode(), "the input is kept"
    assert send(client, url, data | {"website": "https://example.org"}).status_code == 302
    assert Comment.objects.count() == 1, "the trap was filled: nothing is kept"


def test_moderation_in_the_browser(consultation, client_as):
    made = comment(consultation)
    client = client_as(Role.CITY_OFFICER)
    url = reverse("library:moderate", args=[made.pk])
    assert send(client, url, {"act": "hide", "reason": ""}).status_code == 400
    assert send(client, url, {"act": "show"}).status_code == 302
    assert send(client, url, {"act": "answer", "answer": "谢谢。"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.answer) == ("shown", "谢谢。")


def test_summaries(consultation, officer, lead, client):
    with pytest.raises(Refused):
        actions.summarise(officer, consultation.pk, "全部采纳")
    actions.summarise_article(officer, consultation.pk, "（二）", "partly", "部分采纳，标准另行公布。")
    actions.summarise_article(officer, consultation.pk, "（二）", "adopted", "已采纳。")
    actions.close_consultation(lead, consultation.pk, "提前完成")
    actions.summarise(officer, consultation.pk, "共收到一条意见。")
    page = page_of(client, consultation)
    assert "已采纳。" in page
    assert "标准另行公布" not in page
    assert "共收到一条意见" in page


def test_the_export_has_every_comment_and_no_contact(consultation, client_as):
    comment(consultation, text="=1+1 看看", contact="0571-00000000")
    response = client_as(Role.CITY_OFFICER).get(reverse("library:export", args=[consultation.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert "=1+1 看看" in cells
    assert not any("0571" in cell for cell in cells)


def test_contacts_are_forgotten_long_after(consultation):
    comment(consultation, contact="0571-00000000")
    assert actions.forget_contacts(consultation.ends + timedelta(days=180)) == 0
    assert actions.forget_contacts(consultation.ends + timedelta(days=181)) == 1
    assert Comment.objects.get().contact == ""


def test_what_is_ahead_is_seen_inside_only(consultation, person_as):
    Consultation.objects.update(starts=timezone.localdate() + timedelta(days=1))
    today = timezone.localdate()
    assert not queries.consultations(Viewer(), today)
    assert queries.consultations(person_as(Role.CITY_OFFICER), today)


def test_waiting_comments_are_seen_inside_only(consultation, person_as):
    comment(consultation)
    assert not queries.comments(person_as(Role.DISTRICT_LEAD), consultation)
    assert queries.comments(person_as(Role.AUDITOR), consultation)
