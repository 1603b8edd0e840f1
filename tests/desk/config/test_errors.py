"""What is shown when something is wrong says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.test import Client, RequestFactory

from zongbu.desk.config import errors
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Person


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("zh-hans", "没有这个页面"), ("en", "There is no such page")])
def test_not_found_in_both_languages(client: Client, language: str, said: str) -> None:
    client.cookies["django_language"] = language
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert said in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.django_db
def test_forbidden_leads_back_to_the_desk(client_as: Callable[..., Client]) -> None:
    answer = client_as(Role.ENTERPRISE_STAFF).get("/metrics/", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 403
    assert 'href="/desk/"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("exception", "shown"),
    [
        (NotPermitted("本案由您经办，不能再由您复核"), "本案由您经办，不能再由您复核"),
        (PermissionDenied("Wording of a library"), "您现在的身份不能查看这个页面"),
        (PermissionDenied("undeclared route"), "您现在的身份不能查看这个页面"),
        (PermissionDenied(), "您现在的身份不能查看这个页面"),
    ],
)
def test_a_refusal_says_why_where_the_code_says_it(rf: RequestFactory, exception: Exception, shown: str) -> None:
    request = rf.get("/")
    request.viewer = Viewer()  # type: ignore[attr-defined]
    request.user = None  # type: ignore[assignment]
    assert shown in errors.forbidden(request, exception).content.decode()


@pytest.mark.django_db
def test_what_was_not_found_is_told(rf: RequestFactory) -> None:
    class Gone(Refused, Http404):
        pass

    request = rf.get("/")
    request.user = None  # type: ignore[assignment]
    assert "没有这份政策" in errors.not_found(request, Gone("没有这份政策")).content.decode()
    assert "请求有误" in errors.bad_request(request, SuspiciousOperation()).content.decode()


@pytest.mark.django_db
def test_the_english_of_django_is_not_shown(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = None  # type: ignore[assignment]
    with pytest.raises(Http404) as raised:
        get_object_or_404(Person, pk=0)
    shown = errors.not_found(request, raised.value).content.decode()
    assert "matches the given query" in str(raised.value)
    assert "matches the given query" not in shown
    assert "它可能已经移走" in shown


@pytest.mark.django_db
def test_a_form_without_token_says_that_nothing_was_submitted() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language/setlang/", {"language": "en"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_the_page_of_a_broken_service_needs_neither_database_nor_session(rf: RequestFactory) -> None:
    # No mark of the database: a query would fail the test.
    answer = errors.broken(rf.get("/"))
    assert answer.status_code == 500
    assert "服务出错了" in answer.content.decode()
    assert connection.connection is None or not connection.in_atomic_block
