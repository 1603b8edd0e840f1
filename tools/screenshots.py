"""Takes the screenshots that the READMEs and the manual show, from a running service with demonstration data.

make run                                  in one terminal
python tools/screenshots.py               in another; --address and --data where they are not the usual ones

Pictures stand in docs/images, one per page of ``SHOTS``, small enough for a repository (a limit is checked). Accounts
are those that the demonstration made in its data folder. Needs Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
LARGEST = 160_000
"""Bytes that a picture may have."""
DESKTOP, PHONE = (1200, 760), (390, 760)


@dataclass(frozen=True)
class Shot:
    """A picture: name of the file, address, who looks (a user name of the demonstration; empty: nobody signed in).

    ``follow`` is the link of that page that is opened first, where numbers are drawn anew with each demonstration;
    ``show`` is what is scrolled to the top, below the frame (both CSS selectors).
    """

    name: str
    path: str
    account: str = ""
    size: tuple[int, int] = DESKTOP
    language: str = "zh-hans"
    follow: str = ""
    show: str = ""


SHOTS = [
    Shot("home", "/"),
    Shot("home-en", "/", language="en"),
    Shot("desk", "/desk/", "city-officer"),
    Shot("policy", "/policies/hangzhou-2023/"),
    Shot("check", "/check/"),
    Shot("check-phone", "/check/", size=PHONE),
    Shot("enterprises", "/enterprises/", "city-officer"),
    Shot("enterprises-en", "/enterprises/", "city-officer", language="en"),
    Shot(
        "review",
        "/recognition/applications/?show=mine",
        "district-officer",
        follow="main tbody a",
        show="#condition-meets_basic_conditions",
    ),
    Shot("sheet", "/recognition/rounds/2/sheet/?state=city", "city-officer", size=(1460, 640)),
    Shot("list", "/recognition/list/"),
    Shot("benefits", "/support/my/", "enterprise-lead-starred"),
    Shot("claim", "/support/claims/?show=verified", "city-lead", follow="main tbody a", show="#checks"),
    Shot("finance", "/support/finance/", "city-finance"),
]


def main(arguments: list[str]) -> int:
    """Take the pictures; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the service runs")
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="its data folder, with the accounts")
    parser.add_argument("--into", type=Path, default=IMAGES, help="where the pictures go")
    parser.add_argument("names", nargs="*", help="only these pictures")
    asked = parser.parse_args(arguments)
    accounts = {one["username"]: one["password"] for one in json.loads((asked.data / "demo-accounts.json").read_text())}
    program = os.environ.get("ZONGBU_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("Chromium is missing: install it, or set ZONGBU_CHROMIUM to its path", file=sys.stderr)
        return 1
    asked.into.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in SHOTS if not asked.names or shot.name in asked.names]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        signed_in: dict[str, Any] = {}
        too_large = [shot.name for shot in wanted if not take(browser, shot, asked, accounts, signed_in)]
        browser.close()
    if too_large:
        print(f"larger than {LARGEST} bytes: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


def take(
    browser: Any, shot: Shot, asked: argparse.Namespace, accounts: dict[str, str], signed_in: dict[str, Any]
) -> bool:
    """Take one picture; returns whether it is small enough. Everybody signs in once for all their pictures."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        storage_state=signed_in.get(shot.account),
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if shot.account and shot.account not in signed_in:
        sign_in(page, asked.address, shot.account, accounts[shot.account])
        signed_in[shot.account] = context.storage_state()
    context.add_cookies([{"name": "django_language", "value": shot.language, "url": asked.address}])
    answer = page.goto(asked.address + shot.path, wait_until="networkidle")
    assert answer is not None, shot.path
    assert answer.ok, f"{shot.path} answers {answer.status}"
    if shot.follow:
        with page.expect_navigation(wait_until="networkidle"):
            page.locator(shot.follow).first.click()
    if shot.show:
        page.locator(shot.show).first.evaluate("element => scrollBy(0, element.getBoundingClientRect().top - 150)")
    file = asked.into / f"{shot.name}.png"
    page.screenshot(path=str(file))
    context.close()
    size = file.stat().st_size
    print(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}  {size // 1000} kB")
    return size <= LARGEST


def sign_in(page: Any, address: str, username: str, password: str) -> None:
    """Sign in as people do."""
    page.goto(f"{address}/accounts/login/")
    page.locator("#id_login").fill(username)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/desk/**")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
