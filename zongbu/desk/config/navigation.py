"""The navigation and what waits: gathered from the ``navigation.py`` and ``waiting.py`` of every app."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zongbu.desk.kernel.journal.news import news
from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.provided import provided
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting
from zongbu.desk.people.access import routes


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the navigation as it is drawn; ``count`` is how much waits behind it."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, below their title (empty for the first lines)."""

    title: str
    links: tuple[Link, ...]

    @property
    def own(self) -> bool:
        """Whether it is about one's organisation as such: the light frame keeps these lines in the account's menu."""
        return self.title == _("本组织")


def waiting_for(viewer: Viewer) -> list[Waiting]:
    """Everything that waits for somebody, as the apps count it; nothing is listed that does not wait.

    Every page shows these counts. They are kept for a few seconds (``ZONGBU_COUNTS_KEPT``), once for everybody who
    holds the same role in the same organisation where that makes no difference. Something is counted anew when the
    journal has a newer entry of a kind that concerns it: whoever acts sees it on the next page, the others on the next
    after ``HEEDED``.
    """
    if not viewer.signed_in:
        return []
    countings = [one for several in provided("waiting", "COUNTINGS") for one in several]
    if not settings.COUNTS_KEPT or not news.read():
        return [one for counting in countings for one in _counted(counting, viewer)]
    now, found, language = time.monotonic(), [], get_language()
    for counting in countings:
        asked = (counting, viewer if counting.personal else viewer.unnamed, language)
        before = _kept.get(asked)
        latest, own = news.latest(counting.concerned), news.latest(counting.concerned, viewer.person)
        if before is None or before.outdated(latest, own, now):
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            before = _kept[asked] = _Count(latest, now, _counted(counting, viewer))
        found += before.found
    return found


HEEDED = 3.0
"""Seconds for which counts are shown although others have acted."""


MOST_KEPT = 50_000
"""Counts that a process keeps."""


class _Count(NamedTuple):
    """What has been counted: after which entry, and when."""

    latest: int
    moment: float
    found: list[Waiting]

    def outdated(self, latest: int, own: int, now: float) -> bool:
        """Whether it has to be counted anew: ``own`` is the latest entry of the person who looks."""
        age = now - self.moment
        return own > self.latest or age >= settings.COUNTS_KEPT or (latest > self.latest and age >= HEEDED)


_kept: dict[tuple[Counting, Viewer, str | None], _Count] = {}


def _counted(counting: Counting, viewer: Viewer) -> list[Waiting]:
    return [one for one in counting.count(viewer if counting.personal else viewer.unnamed) if one.count]


def entries_for(viewer: Viewer) -> list[Entry]:
    """What the navigation offers somebody: only routes that are open to them."""
    open_to = routes()
    found = [
        entry
        for list_of in provided("navigation", "entries")
        for entry in list_of(viewer)
        if entry.url_name in open_to and open_to[entry.url_name].admits(viewer)
    ]
    return sorted(found, key=lambda entry: entry.order)


def sections_for(viewer: Viewer, path: str, waiting: Sequence[Waiting]) -> list[Section]:
    """The navigation of somebody on the page ``path``, with the counts of what waits."""
    sections = _sections(viewer.unnamed if viewer.signed_in else PUBLIC, get_language())
    links = [link for section in sections for link in section.links]
    here = closest(path, links)
    home = reverse("desk")
    counts = {home: sum(one.count for one in waiting)}
    for one in waiting:
        link = closest(one.url, [link for link in links if link.url != home])
        if link is not None:
            counts[link.url] = counts.get(link.url, 0) + one.count
    if here is not None:
        counts.setdefault(here.url, 0)
    return [
        Section(
            section.title,
            tuple(
                replace(link, current=link is here, count=counts[link.url]) if link.url in counts else link
                for link in section.links
            ),
        )
        for section in sections
    ]


@lru_cache(maxsize=4096)
def _sections(viewer: Viewer, language: str | None) -> tuple[Section, ...]:
    """The lines without counts; kept, for they depend on role, organisation and language alone."""
    grouped: dict[str, list[Link]] = {"": [Link(_("工作台"), reverse("desk"), "home")]} if viewer.signed_in else {}
    for entry in entries_for(viewer):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:  # declared, but its page is not there
            continue
        grouped.setdefault(str(entry.section), []).append(Link(str(entry.label), url, entry.icon))
    return tuple(Section(title, tuple(links)) for title, links in grouped.items())


def closest(address: str, links: Sequence[Link]) -> Link | None:
    """The line below which an address lies: the one with the longest address that begins it."""
    path = address.partition("?")[0]
    above = [link for link in links if path.startswith(link.url) and link.url != "/"]
    return max(above, key=lambda link: len(link.url), default=None)
