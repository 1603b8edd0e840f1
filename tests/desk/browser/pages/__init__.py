"""The pages that are looked at in a browser. Every app adds its own in its module.

An address may be a text or a function that makes what the page shows and returns the address; it runs in the process of
the server, with Django ready, and is given the viewer who will look. Import models inside of it.
"""

from __future__ import annotations

from tests.desk.browser.pages import (
    applying,
    enterprises,
    finance,
    library,
    office,
    people,
    selfcheck,
    stars,
    support,
    titles,
)
from tests.desk.browser.pages.excused import EXCUSED
from tests.desk.browser.pages.page import PUBLIC, Page

__all__ = ["EXCUSED", "PAGES", "PUBLIC", "Page", "names"]

PAGES: list[Page] = [
    *people.FRAME,
    *library.LIBRARY,
    *applying.APPLYING,
    *office.OFFICE,
    *office.PUBLISHED,
    *titles.TITLES,
    *support.OWN,
    *finance.FINANCE,
    *support.OFFICIALS,
    *enterprises.ENTERPRISES,
    *stars.STARS,
    *people.PEOPLE,
    *support.UNPAID,
    *people.SIGNING_IN,
    *selfcheck.SELFCHECK,
]


def names() -> list[str]:
    """The names, each once."""
    found = [page.name for page in PAGES]
    assert len(found) == len(set(found)), "a page is listed twice"
    return found
