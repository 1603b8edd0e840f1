"""What the tests of the library share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import actions, policies
from zongbu.desk.library.models import Consultation
from zongbu.law.document.find import SHIPPED


@pytest.fixture(autouse=True)
def _no_demonstration(settings: Any) -> None:
    settings.DEMONSTRATION = False


@pytest.fixture
def officer(person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(Role.CITY_OFFICER)


@pytest.fixture
def lead(person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(Role.CITY_LEAD)


def a_value(**given: Any) -> dict[str, Any]:
    """The arguments of a proposal, those given replaced."""
    return {
        "policy": "hangzhou-2023",
        "parameter": "rent_subsidy_ratio",
        "value": "25%",
        "valid_from": date(2024, 1, 1),
        "document": "总部经济资金管理办法",
        "document_number": "杭财〔2024〕1号",
        "document_date": date(2023, 12, 1),
    } | given


@pytest.fixture
def consultation(officer: Viewer) -> Consultation:
    """A consultation on the draft that is open today."""
    today = timezone.localdate()
    return actions.open_consultation(
        officer,
        Consultation(
            policy="binjiang-draft",
            title="公开征求意见",
            introduction="请提意见。",
            starts=today - timedelta(days=3),
            ends=today + timedelta(days=3),
        ),
    )


@pytest.fixture
def later_version(settings: Any) -> Iterator[str]:
    """A later text of the city policy: one article reworded, one figure changed, one measure gone."""
    text = (SHIPPED / "hangzhou-2023.md").read_text("utf-8")
    text = text.replace("标识: hangzhou-2023", "标识: hangzhou-later", 1)
    text = text.replace(
        "存量营收门槛 [incumbent_revenue_floor] = 10亿元", "存量营收门槛 [incumbent_revenue_floor] = 8亿元"
    )
    text = text.replace("每年办一批，由市总部办和有关部门一起做。", "每年办两批，由市总部办和有关部门一起做。")
    folder = Path(settings.DATA) / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "hangzhou-later.md"
    file.write_text(text, "utf-8")
    policies.forget()
    yield "hangzhou-later"
    file.unlink()
    policies.forget()


def send(client: Client, url: str, data: dict[str, Any] | None = None, token: str = "", **more: Any) -> Any:
    """Send a form with its one-time token."""
    return client.post(url, {"submission": token or secrets.token_urlsafe(24), **(data or {})}, **more)
