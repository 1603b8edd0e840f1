"""The pages of finance offices: who sees what, what the forms do, what is public."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.support import books
from zongbu.desk.support.models import Budget, Claim, Fund, PaymentBatch, PaymentOrder, Reimbursement, ResultFile

pytestmark = pytest.mark.django_db
Clients = Callable[..., Client]


def url(route: str, *arguments: object) -> str:
    return reverse(f"support:{route}", args=arguments)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def post(client: Client, address: str, **data: object) -> object:
    return client.post(address, {FIELD: new_token(), **data})


def test_every_page_shows_what_there_is(client_as: Clients) -> None:
    batch, case = financed.a_batch(), financed.a_reimbursement()
    client = client_as(Role.DISTRICT_FINANCE)
    budget = financed.a_budget()
    for address in (
        url("finance"), url("funds"), url("fund", budget.fund_id), url("budget", budget.pk), url("lines"),
        url("close_budget", budget.pk), url("orders"), url("orders") + "?state=failed",
        url("orders") + "?state=unpaid&age=0", url("batches"), url("batch", batch.receipt),
        url("results", batch.results.get().pk), url("reimbursements"), url("reimbursement", case.receipt),
        url("ceiling", case.policy, case.measure, case.district, case.year), url("public"),
    ):  # fmt: skip
        page = text(client, address)
        assert "{{" not in page and "None" not in page.replace("none", ""), address
    assert sound()
