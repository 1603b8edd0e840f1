"""The list of enterprises by keyboard, and filters that are applied when their menu closes."""

from __future__ import annotations

import pytest

from tests.desk.browser.conftest import Look

pytestmark = pytest.mark.browser


def test_keys(look: Look) -> None:
    look.as_role("city_officer").go("/enterprises/")
    page = look.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("j")  # typed, not a command
    assert page.input_value("#q") == "j"
    page.keyboard.press("Tab")
    for _ in range(2):
        page.keyboard.press("j")
    names = page.evaluate("[...document.querySelectorAll('[data-row]')].map((row) => row.textContent)")
    assert page.evaluate("document.activeElement.textContent") == names[1]
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == names[0]
    page.keyboard.press("Enter")
    page.wait_for_selector("h1")
    assert "/enterprises/" in page.url
    assert page.url.rstrip("/").split("/")[-1] != "enterprises"
    assert not look.complaints()


def test_a_filter_is_applied_when_its_menu_closes(look: Look) -> None:
    look.as_role("city_officer").go("/enterprises/")
    page = look.page
    page.click("details.filter summary")
    page.check("input[name=district][value='330108']")
    page.keyboard.press("Escape")
    page.wait_for_selector(".chip")
    assert "district=330108" in page.url
    assert "滨江区" in page.inner_text(".chips")
