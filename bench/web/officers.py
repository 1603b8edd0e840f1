"""Officers at work: each opens one case after the other and does what is to be done with it.

`python -m bench.web.officers ADDRESS SECONDS THINK FILE PART/PARTS TASK`: FILE holds for each officer the session and
the numbers of the cases; of those this run takes its part. TASK is ``recommend`` (fill in the check list of an
application and recommend it) or ``approve`` (a claim that was verified). Prints one line of JSON: the seconds that
every submission took, how many were acknowledged, and what was not as expected.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
VERDICT = re.compile(r'name="(verdict_\w+)"')


@dataclass
class Heard:
    """What all officers heard together."""

    seconds: list[float] = field(default_factory=list)
    acknowledged: int = 0
    wrong: list[str] = field(default_factory=list)


class Officer(threading.Thread):
    """One person with a browser: one connection at a time, cookies kept. Recommends applications."""

    def __init__(self, address: str, session: str, receipts: list[str], until: float, think: float, heard: Heard):
        super().__init__()
        self.address, self.receipts, self.until, self.think, self.heard = address, receipts, until, think, heard
        self.cookies = {"sessionid": session}
        self.draw = random.Random(session)

    def run(self) -> None:
        time.sleep(self.draw.uniform(0, self.think))
        for receipt in self.receipts:
            if time.monotonic() > self.until:
                return
            try:
                self.one(receipt)
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.heard.wrong.append(f"{receipt}: {type(error).__name__} {error}"[:200])

    def one(self, receipt: str) -> None:
        """Open, check, recommend."""
        page = f"/recognition/applications/{receipt}/"
        status, text = self.ask("GET", page)
        assert status == 200, status
        self.pause()
        verdicts = dict.fromkeys(VERDICT.findall(self.form(text, f"{page}check/")), "confirmed")
        self.submit(text, f"{page}check/", verdicts)
        self.pause()
        recommending = f"{page}review/recommend/"
        status, text = self.ask("GET", recommending)
        assert status == 200, status
        self.pause()
        self.submit(text, recommending, {"reason": "材料与登记数据核对一致，同意推荐。"})
        self.pause()

    def submit(self, page: str, action: str, given: dict[str, str]) -> None:
        form = self.form(page, action)
        fields = dict(HIDDEN.findall(form)) | given
        started = time.perf_counter()
        status, text = self.ask("POST", action, urlencode(fields))
        self.heard.seconds.append(time.perf_counter() - started)
        if status == 302:
            self.heard.acknowledged += 1
        else:
            errors = re.findall(r'class="[^"]*(?:error|alert-danger)[^"]*"[^>]*>(.{0,120})', text, re.DOTALL)
            self.heard.wrong.append(f"{action}: {status} {errors[:1]}")

    def form(self, page: str, action: str) -> str:
        """The form that leads to an address; one without an address leads to its own page."""
        found = [one[0] for one in re.finditer(r"<form method=\"post\".*?</form>", page, re.DOTALL)]
        fitting = [one for one in found if f'action="{action}"' in one] or [one for one in found if "reason" in one]
        assert fitting, f"no form for {action}"
        return fitting[0]

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        host, port = self.address.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if body:
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{self.address}{path}"}
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    cookie, _, content = value.partition(";")[0].partition("=")
                    self.cookies[cookie] = content
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def pause(self) -> None:
        time.sleep(self.draw.uniform(self.think / 2, self.think * 3 / 2))


class Lead(Officer):
    """Whoever approves claims."""

    def one(self, receipt: str) -> None:
        """Open, read, approve."""
        page = f"/support/claims/{receipt}/"
        status, _text = self.ask("GET", page)
        assert status == 200, status
        self.pause()
        approving = f"{page}act/approve/"
        status, text = self.ask("GET", approving)
        assert status == 200, status
        self.pause()
        self.submit(text, approving, {"reason": "同意。"})
        self.pause()


TASKS = {"recommend": Officer, "approve": Lead}


def main(address: str, seconds: str, think: str, file: str, part: str, task: str) -> None:
    """Let all officers work for a while."""
    number, parts = map(int, part.split("/"))
    heard = Heard()
    until = time.monotonic() + float(seconds)
    officers = [
        TASKS[task](address, one["session"], one["receipts"][number::parts], until, float(think), heard)
        for one in json.loads(Path(file).read_text())
    ]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    print(json.dumps({"seconds": heard.seconds, "acknowledged": heard.acknowledged, "wrong": heard.wrong}))


if __name__ == "__main__":
    main(*sys.argv[1:])
