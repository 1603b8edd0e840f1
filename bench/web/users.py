"""Users who ask for a page, look at it, and ask again: one process, many connections, no browser.

`python -m bench.web.users ADDRESS SECONDS USERS THINK FILE`: FILE holds the requests as JSON (see ``Request``); prints
one line of JSON with the seconds that every answer took and how many were not as expected. ``THINK`` is how many
seconds a user looks at a page on average (drawn evenly from half to one and a half of it; 0: asks again at once).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict


class Request(TypedDict):
    """A request of a user: method, path, headers, body; ``expected`` is the status that it must have."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    expected: int


@dataclass
class Heard:
    """Seconds per answer, and the answers that were not as expected."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def main(address: str, seconds: str, users: str, think: str, file: str) -> None:
    requests: list[Request] = json.loads(Path(file).read_text())
    host, port = address.removeprefix("http://").split(":")
    heard = asyncio.run(_crowd(host, int(port), float(seconds), int(users), float(think), requests))
    print(json.dumps({"seconds": heard.seconds, "wrong": heard.wrong[:20], "errors": len(heard.wrong)}))


async def _crowd(host: str, port: int, seconds: float, users: int, think: float, requests: list[Request]) -> Heard:
    heard = Heard()
    end = time.monotonic() + seconds
    await asyncio.gather(*(_user(host, port, end, think, requests, number, heard) for number in range(users)))
    return heard


async def _user(
    host: str, port: int, end: float, think: float, requests: list[Request], number: int, heard: Heard
) -> None:
    draw = random.Random(number)
    await asyncio.sleep(draw.uniform(0, think))  # nobody comes at the same moment
    turn = number
    while time.monotonic() < end:
        request = requests[turn % len(requests)]
        turn += 1
        started = time.perf_counter()
        try:
            status = await asyncio.wait_for(_ask(host, port, request), 30)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            heard.wrong.append(f"{request['path']}: {type(error).__name__}")
        else:
            heard.seconds.append(time.perf_counter() - started)
            if status != request["expected"]:
                heard.wrong.append(f"{request['path']}: {status}")
        await asyncio.sleep(draw.uniform(think / 2, think * 3 / 2))


async def _ask(host: str, port: int, request: Request) -> int:
    """One request on a connection of its own, read to the last byte; the status."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        body = request["body"].encode()
        lines = [f"{request['method']} {request['path']} HTTP/1.1", f"Host: {host}:{port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in request["headers"].items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        status = int((await reader.readline()).split()[1])
        while await reader.read(65536):
            pass
        return status
    finally:
        writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
