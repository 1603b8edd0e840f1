"""The pages of an enterprise as tests ask for them: who asks, what is sent, what comes back."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Person
from zongbu.desk.support.models import Claim

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
YEAR = timezone.localdate().year


def client_of(viewer: Viewer) -> Client:
    """A client signed in as the person of a viewer."""
    client = Client()
    client.force_login(Person.objects.get(pk=viewer.person), backend=BACKEND)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def send(client: Client, address: str, **given: Any) -> Any:
    return client.post(address, {"submission": new_token(), **given})


def at(name: str, case: Claim, *more: Any) -> str:
    return reverse(f"support:{name}", args=[case.receipt, *more])


def page_of(client: Client, case: Claim) -> str:
    answer = client.get(at("own", case))
    assert answer.status_code == 200
    return text_of(answer)


def of(measure: str, policy: str = "hangzhou-2023") -> str:
    """The address of a measure."""
    return reverse("support:benefit", args=[policy, measure])
