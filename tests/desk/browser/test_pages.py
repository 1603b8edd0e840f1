"""Every registered page at three widths: usable by everybody, quiet, and within its width."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.desk.browser.conftest import WIDTHS, Look, Service
from tests.desk.browser.pages import EXCUSED, PAGES, Page, names
from tests.desk.test_routes import NAMED
from zongbu.desk.people.access import CLOSED, routes

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
QUICK = {"resultTypes": ["violations"], "preload": False}
"""Only what is wrong is described; style sheets and films, which no rule asked for looks into, are not fetched again."""
TOO_WIDE = """() => {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > limit + 1 && !one.closest(".table-responsive, .tabs, pre"))
    .slice(0, 5)
    .map((one) => `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 30)}`)
    .concat(["the page is too wide"]);
}"""


@pytest.mark.parametrize("place", PAGES, ids=names())
def test_page(place: Page, look: Look, axe: str) -> None:
    answer = visit(place, look)
    assert answer.status == place.status, look.service.failures()
    found = []
    for width, size in WIDTHS.items():
        look.page.set_viewport_size({"width": size[0], "height": size[1]})
        found += [f"{width}: {wrong}" for wrong in (*violations(look, axe), *look.page.evaluate(TOO_WIDE))]
    found += look.complaints()
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("place", PAGES, ids=names())
def test_page_without_javascript(place: Page, plain_look: Look) -> None:
    answer = visit(place, plain_look)
    assert answer.status == place.status
    assert plain_look.page.locator("h1").count() == 1
    assert plain_look.told == []


def test_every_page_is_looked_at(service: Service) -> None:
    """A route that shows a page is listed, or excused by name; nothing is excused that is listed or gone."""
    seen = set()
    for address in service.pages.values():
        if isinstance(address, str):
            with suppress(Resolver404):
                seen.add(resolve(unquote(urlsplit(address).path)).view_name)
    shown = {name for name in NAMED if not name.startswith("api-v1:") and routes().get(name) != CLOSED}
    assert sorted(shown - seen - EXCUSED.keys()) == [], "list these in pages.py, or excuse them there"
    assert sorted(EXCUSED.keys() & seen) == [], "excused, yet looked at"
    assert sorted(EXCUSED.keys() - shown) == [], "excused, yet there is no such route"


def visit(place: Page, look: Look) -> Any:
    address = look.service.pages[place.name]
    if not isinstance(address, str):
        pytest.fail(address["error"], pytrace=False)
    return look.as_role(place.role).go(address)


def violations(look: Look, axe: str) -> list[str]:
    """What axe finds, each with the first places where it does."""
    if not look.page.evaluate("typeof window.axe === 'object'"):
        look.page.evaluate(axe)
    result = look.page.evaluate("([rules, options]) => axe.run(document, {runOnly: rules, ...options})", [RULES, QUICK])
    return [
        f"{one['id']}: {one['help']}\n"
        + "\n".join(f"    {node['html'][:160]}\n    {node['failureSummary']}" for node in one["nodes"][:3])
        for one in result["violations"]
    ]
