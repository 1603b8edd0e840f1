"""Signing in, changing the language and signing out, with and without JavaScript."""

from __future__ import annotations

import pytest

from tests.desk.browser.conftest import Look

pytestmark = pytest.mark.browser


def test_wrong_password_is_listed_on_top_and_focused(look: Look) -> None:
    look.go("/accounts/login/")
    look.page.locator("#id_login").fill("nobody")
    look.page.locator("#id_password").fill("wrong")
    look.page.get_by_role("button", name="登录", exact=True).click()
    look.page.wait_for_selector(".error-summary")
    assert look.page.evaluate("() => document.activeElement.classList.contains('error-summary')")
    assert look.page.locator("#id_login").input_value() == "nobody"
    assert look.complaints() == []


def test_language_is_switched_without_javascript(plain_look: Look) -> None:
    plain_look.page.context.clear_cookies()
    plain_look.go("/")
    plain_look.page.get_by_role("button", name="English").click()
    assert plain_look.page.locator("html").get_attribute("lang") == "en"
    assert plain_look.page.get_by_role("link", name="Sign in").count() >= 1
    plain_look.page.get_by_role("button", name="中文").click()
    assert plain_look.page.locator("html").get_attribute("lang") == "zh-hans"


def test_year_is_kept(plain_look: Look) -> None:
    plain_look.as_role("leading_group").go("/desk/")
    plain_look.page.locator("details.menu summary").first.click()
    plain_look.page.get_by_role("button", name="2024年度").click()
    assert "2024年度" in plain_look.page.locator("details.menu summary").first.inner_text()
    plain_look.go("/search/")
    assert "2024年度" in plain_look.page.locator("details.menu summary").first.inner_text()
