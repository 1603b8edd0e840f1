"""What can be done without a mouse."""

from __future__ import annotations

import pytest

from tests.desk.browser.conftest import Look

pytestmark = pytest.mark.browser
FOCUSED = "() => document.activeElement.id || document.activeElement.textContent.trim()"


def test_skip_link_is_first_and_leads_to_the_matter(look: Look) -> None:
    look.go("/")
    look.page.keyboard.press("Tab")
    assert look.page.evaluate(FOCUSED) == "跳到正文"
    assert look.page.locator(".skip").bounding_box()["y"] >= 0
    look.page.keyboard.press("Enter")
    assert look.page.evaluate(FOCUSED) == "main"


def test_control_k_goes_to_the_search(look: Look) -> None:
    look.as_role("city_officer").go("/desk/")
    look.page.keyboard.press("Control+k")
    assert look.page.evaluate(FOCUSED) == "search"
    look.page.keyboard.type("总部")
    look.page.keyboard.press("Enter")
    look.page.wait_for_url("**/search/?q=*")
    assert look.page.locator("#search").input_value() == "总部"


def test_navigation_is_reached_by_tab_and_marks_the_page(look: Look) -> None:
    look.as_role("city_officer").go("/desk/")
    reached = []
    for _ in range(40):
        look.page.keyboard.press("Tab")
        reached.append(look.page.evaluate("() => document.activeElement.closest('#navigation') !== null"))
    assert any(reached)
    assert look.page.locator("#navigation [aria-current=page]").count() == 1


def test_menus_open_and_close_by_keyboard(look: Look) -> None:
    look.as_role("city_officer").go("/desk/")
    look.page.locator("summary.person").focus()
    look.page.keyboard.press("Enter")
    assert look.page.get_by_role("button", name="退出登录").is_visible()
    look.page.keyboard.press("Tab")
    look.page.keyboard.press("Escape")
    assert not look.page.get_by_role("button", name="退出登录").is_visible()
    assert look.page.evaluate("() => document.activeElement.classList.contains('person')")


def test_navigation_of_a_phone_opens(look: Look) -> None:
    look.page.set_viewport_size({"width": 390, "height": 844})
    look.as_role("city_officer").go("/desk/")
    assert not look.page.locator("#navigation").is_visible()
    button = look.page.get_by_role("button", name="菜单")
    button.focus()
    look.page.keyboard.press("Enter")
    assert look.page.locator("#navigation").is_visible()
    assert button.get_attribute("aria-expanded") == "true"


def test_every_focused_control_shows_it(look: Look) -> None:
    look.go("/accounts/login/")
    for _ in range(8):
        look.page.keyboard.press("Tab")
        assert look.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
