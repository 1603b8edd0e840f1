"""A browser, a service to look at, and what is wrong with a page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from tests.desk.browser.pages import PUBLIC

ROOT = Path(__file__).resolve().parents[3]
WIDTHS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEARD = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile || ""}:${event.lineNumber}`));
"""


@dataclass
class Service:
    """A running service: its address, the cookies of every role, the addresses of the registered pages."""

    address: str
    cookies: dict[str, str]
    pages: dict[str, Any]
    log: Path

    def failures(self) -> str:
        """The last of what the service has complained about."""
        lines = [line for line in self.log.read_text().splitlines() if "zongbu.requests" not in line]
        last = max((number for number, line in enumerate(lines) if "zongbu.failures" in line), default=0)
        return "\n".join([*lines[last : last + 1], *lines[last + 1 :][-12:]])


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    subprocess.run([sys.executable, "tools/vendor.py"], cwd=ROOT, check=True)
    subprocess.run([sys.executable, "tools/messages.py"], cwd=ROOT, check=True)
    log = folder / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.browser.server", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line:
                pytest.fail(f"the service did not start:\n{log.read_text()[-4000:]}", pytrace=False)
            yield Service(**json.loads(line), log=log)
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    program = os.environ.get("ZONGBU_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        missing("Chromium", "install it (Debian: apt-get install chromium), or set ZONGBU_CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Look:
    """A tab of the browser that notes what a page complains about. ``as_role`` signs in."""

    page: Any
    service: Service
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.told.append(f"exception: {error}"))
        self.page.on("response", self._check)

    def _hear(self, message: Any) -> None:
        # The browser itself reports every answer of 400 and above; the status is tested for itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.told.append(f"console: {message.text}")

    def _check(self, response: Any) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.told.append(f"{response.status}: {response.url}")

    def as_role(self, role: str, language: str = "zh-hans") -> Look:
        """Look with the eyes of a role from now on; complaints of before are forgotten."""
        context = self.page.context
        context.clear_cookies()
        self.told.clear()
        cookies = [{"name": "django_language", "value": language, "url": self.service.address}]
        if role != PUBLIC:
            cookies.append({"name": "sessionid", "value": self.service.cookies[role], "url": self.service.address})
        context.add_cookies(cookies)
        return self

    def go(self, path: str) -> Any:
        """Open a page; returns the answer."""
        return self.page.goto(self.service.address + path, wait_until="load")

    def complaints(self) -> list[str]:
        """What the content security policy, the console and failed requests have told."""
        told = [*self.told, *(f"CSP: {one}" for one in self.page.evaluate("window.violations || []"))]
        self.told.clear()
        return told


@pytest.fixture(scope="session")
def _tab(chromium: Any, service: Service) -> Iterator[Look]:
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    context.add_init_script(HEARD)
    context.set_default_timeout(10_000)
    yield Look(context.new_page(), service)
    context.close()


@pytest.fixture
def look(_tab: Look) -> Look:
    """A tab at desktop width in which nobody has signed in; one tab serves all tests."""
    _tab.page.set_viewport_size({"width": 1440, "height": 900})
    return _tab.as_role(PUBLIC)


@pytest.fixture(scope="session")
def _plain_tab(chromium: Any, service: Service) -> Iterator[Look]:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(10_000)
    yield Look(context.new_page(), service)
    context.close()


@pytest.fixture
def plain_look(_plain_tab: Look) -> Look:
    """A tab without JavaScript in which nobody has signed in; one serves all tests."""
    return _plain_tab.as_role(PUBLIC)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    file = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not file.exists():
        missing("axe-core", "run `npm ci`")
    return file.read_text("utf-8")
