"""Forms that are sent twice: once is enough, at the same moment too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.scope import PUBLIC
from zongbu.desk.kernel.submission import FIELD, new_token, once, sweep
from zongbu.desk.kernel.submission.models import Submission


class Somebody:
    is_authenticated = True

    def __init__(self, pk: int) -> None:
        self.pk = pk


def post(token: str | None, path: str = "/apply/", person: int | None = 1, **headers: str) -> HttpRequest:
    request = RequestFactory().post(path, {} if token is None else {FIELD: token}, headers=headers)
    request.user = Somebody(person) if person is not None else AnonymousUser()  # type: ignore[assignment]
    return request


@once
def apply(request: HttpRequest) -> HttpResponse:
    """Writes an entry and leads to it."""
    with transaction.atomic():
        entry = journal.record("test.apply", PUBLIC)
    return HttpResponseRedirect(f"/cases/{entry.sequence}/")


@pytest.mark.django_db
class TestOnce:
    def test_the_second_sending_does_nothing_and_leads_to_the_same_place(self) -> None:
        token = new_token()
        answers = [apply(post(token)) for _ in range(3)]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/cases/1/")] * 3
        assert Entry.objects.count() == 1

    def test_a_form_that_is_nobodys_keeps_neither_person_nor_outcome(self) -> None:
        done = []

        @once(anonymous=True)
        def view(request: HttpRequest) -> HttpResponse:
            done.append(request)
            return HttpResponseRedirect("/objections/received/YY1/")

        token = new_token()
        answers = [view(post(token, "/notices/7/object/")) for _ in range(3)]
        assert [answer["Location"] for answer in answers] == ["/objections/received/YY1/"] * 3
        assert len(done) == 1
        kept = Submission.objects.get()
        assert kept.person is None
        told = f"{kept.token} {kept.path} {kept.outcome}"
        assert not any(word in told for word in (token, "notices", "YY1", b"YY1".hex()))
        with pytest.raises(BadRequest):
            view(post(token, "/notices/8/object/"))

    def test_another_form_is_another_matter(self) -> None:
        assert apply(post(new_token()))["Location"] != apply(post(new_token()))["Location"]

    def test_a_form_shown_again_may_be_sent_again(self) -> None:
        accepted = False

        @once
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponseRedirect("/done/") if accepted else HttpResponse("errors")

        token = new_token()
        assert view(post(token)).content == b"errors"
        assert not Submission.objects.exists()
        accepted = True
        assert view(post(token)).status_code == 302

    def test_what_fails_is_taken_back_and_may_be_sent_again(self) -> None:
        @once
        def view(request: HttpRequest) -> HttpResponse:
            with transaction.atomic():
                journal.record("test.apply", PUBLIC)
            raise RuntimeError

        token = new_token()
        with pytest.raises(RuntimeError):
            view(post(token))
        assert not Entry.objects.exists()
        assert apply(post(token)).status_code == 302

    @pytest.mark.parametrize("token", [None, "", "short", "x" * 65, "white space white space"])
    def test_a_form_without_token_is_refused(self, token: str | None) -> None:
        with pytest.raises(BadRequest):
            apply(post(token))
        assert not Entry.objects.exists()

    def test_a_token_is_good_for_its_form_and_its_author_only(self) -> None:
        token = new_token()
        apply(post(token))
        for other in (post(token, path="/elsewhere/"), post(token, person=2), post(token, person=None)):
            with pytest.raises(BadRequest):
                apply(other)
        assert Entry.objects.count() == 1

    def test_who_becomes_somebody_by_the_form_is_still_its_author(self) -> None:
        token = new_token()
        first = apply(post(token, person=None))
        assert apply(post(token, person=5))["Location"] == first["Location"]

    def test_other_methods_pass(self) -> None:
        @once
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse("form")

        assert view(RequestFactory().get("/apply/")).content == b"form"

    def test_htmx_is_led_by_its_header(self) -> None:
        @once
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(headers={"HX-Redirect": "/done/"})

        token = new_token()
        for _ in range(2):
            answer = view(post(token, **{"HX-Request": "true"}))
            assert (answer.status_code, answer["HX-Redirect"]) == (200, "/done/")

    def test_old_ones_are_forgotten(self) -> None:
        apply(post(new_token()))
        apply(post(new_token()))
        old = Submission.objects.earliest("pk")
        Submission.objects.filter(pk=old.pk).update(moment=timezone.now() - timedelta(days=31))
        assert sweep() == 1
        assert Submission.objects.count() == 1


class Collision(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.django_db(transaction=True)
class TestCollisions:
    @pytest.mark.parametrize(("state", "runs"), [("40P01", 3), ("40001", 3), ("57014", 1)])
    def test_a_deadlock_is_tried_again(self, state: str, runs: int) -> None:
        seen: list[bytes] = []

        @once
        def view(request: HttpRequest) -> HttpResponse:
            with transaction.atomic():
                entry = journal.record("test.apply", PUBLIC)
            seen.append(request.FILES["upload"].read())
            if len(seen) < 3:
                raise OperationalError from Collision(state)
            return HttpResponseRedirect(f"/cases/{entry.sequence}/")

        request = RequestFactory().post("/apply/", {FIELD: new_token(), "upload": SimpleUploadedFile("a", b"text")})
        request.user = AnonymousUser()
        if runs == 1:
            with pytest.raises(OperationalError):
                view(request)
            assert not Entry.objects.exists()
        else:
            assert view(request)["Location"] == "/cases/1/"
            assert Entry.objects.count() == 1
        assert seen == [b"text"] * runs

    def test_not_for_ever(self) -> None:
        @once
        def view(request: HttpRequest) -> HttpResponse:
            raise OperationalError from Collision("40P01")

        with pytest.raises(OperationalError):
            view(post(new_token()))


@pytest.mark.django_db(transaction=True)
class TestPreparing:
    def test_it_is_done_before_the_transaction_and_cleaned_up_behind_it(self) -> None:
        told: list[object] = []

        @contextmanager
        def prepare(request: HttpRequest, pk: int) -> Iterator[None]:
            told.append(("before", connection.in_atomic_block, pk))
            try:
                yield
            except RuntimeError:
                told.append(("failed", connection.in_atomic_block))
                raise
            told.append(("after", connection.in_atomic_block))

        @once(prepare=prepare)
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            told.append(("view", connection.in_atomic_block))
            if request.POST.get("fail"):
                raise RuntimeError
            return HttpResponseRedirect("/done/")

        request = post(new_token())
        for _ in range(2):  # the second time nothing is prepared
            assert view(request, 7)["Location"] == "/done/"
            assert told == [("before", False, 7), ("view", True), ("after", False)]
        told.clear()
        failing = RequestFactory().post("/apply/", {FIELD: new_token(), "fail": "1"})
        failing.user = AnonymousUser()
        with pytest.raises(RuntimeError):
            view(failing, 8)
        assert told == [("before", False, 8), ("view", True), ("failed", False)]
        told.clear()
        assert view(RequestFactory().get("/apply/"), 9).status_code == 302
        assert told == [("view", False)]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_gets_through(in_threads: Callable[..., list[Any]]) -> None:
    @once
    def slow(request: HttpRequest) -> HttpResponse:
        time.sleep(0.2)
        with transaction.atomic():
            entry = journal.record("test.apply", PUBLIC)
        return HttpResponseRedirect(f"/cases/{entry.sequence}/")

    token = new_token()
    answers = in_threads(lambda n: slow(post(token)), 4)
    assert [getattr(answer, "url", answer) for answer in answers] == ["/cases/1/"] * 4
    assert Entry.objects.count() == 1
    assert journal.verify() is None


def test_the_field_of_a_form() -> None:
    template = Template("{% load submission %}{% submission %}")

    def token_in(request: HttpRequest | None) -> str:
        found = re.fullmatch(
            r'<input type="hidden" name="submission" value="([\w-]+)">', template.render(Context({"request": request}))
        )
        assert found is not None
        return found[1]

    get = RequestFactory().get("/")
    assert token_in(get) != token_in(get)
    assert token_in(None)
    token = new_token()
    assert token_in(post(token)) == token
    assert token_in(post("<script>")) != "<script>"
