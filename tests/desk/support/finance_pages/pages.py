"""The pages of finance offices as tests ask for them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.support import financed
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.support.models import Movement

Clients = Callable[..., Client]
YEAR = timezone.localdate().year


def url(route: str, *arguments: object) -> str:
    return reverse(f"support:{route}", args=arguments)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def post(client: Client, address: str, **data: object) -> HttpResponse:
    return client.post(address, {FIELD: new_token(), **data})  # type: ignore[return-value]


def own_pages() -> list[str]:
    """Pages about the money of district 330108, which its own office sees."""
    batch, case, budget = financed.a_batch(), financed.a_reimbursement(), financed.a_budget()
    order = financed.failed_order()
    movement = Movement.objects.filter(lines__budget=budget).latest("pk")
    return [
        url("fund", budget.fund_id), url("budget", budget.pk), url("movement", movement.pk), url("order", order.number),
        url("batch", batch.receipt), url("results", batch.results.latest("pk").pk), url("reimbursement", case.receipt),
        url("ceiling", case.policy, case.measure, case.district, case.year),
    ]  # fmt: skip
