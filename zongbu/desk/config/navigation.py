"""The navigation and what waits: gathered from the ``navigation.py`` and ``waiting.py`` of every app."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zongbu.desk.kernel.journal.news import news
from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.provided import provided
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
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

    Every page shows these counts. They are kept for a few seconds (``ZONGBU_COUNTS_KEPT``). An app counts anew when
    the journal has a newer entry that may concern it (``CONCERNED`` in its ``waiting.py``; without it, any): whoever
    acts sees it on the next page, the others on the next after ``HEEDED``.
    """
    if not viewer.signed_in:
        return []
    counting = provided("waiting", "waiting")
    if not settings.COUNTS_KEPT or not news.read():
        return [one for count in counting for one in _counted(count, viewer)]
    asked = (viewer, get_language())
    kept = _kept.get(viewer.membership)
    if kept is None or kept.asked != asked:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[viewer.membership] = _Kept(asked, {})
    now, found = time.monotonic(), []
    for count in counting:
        kinds, before = _concerned(count), kept.found.get(count)
        latest, own = news.latest(kinds), news.latest(kinds, viewer.person)
        if before is None or before.outdated(latest, own, now):
            before = kept.found[count] = _Count(latest, now, _counted(count, viewer))
        found += before.found
    return found


HEEDED = 3.0
"""Seconds for which somebody's counts are shown although others have acted."""


MOST_KEPT = 10_000
"""Members whose counts a process keeps."""

Counting = Callable[[Viewer], Iterable[Waiting]]


class _Count(NamedTuple):
    """What an app has counted: after which entry, and when."""

    latest: int
    moment: float
    found: list[Waiting]

    def outdated(self, latest: int, own: int, now: float) -> bool:
        """Whether it has to be counted anew: ``own`` is the latest entry of the person whose counts they are."""
        age = now - self.moment
        return own > self.latest or age >= settings.COUNTS_KEPT or (latest > self.latest and age >= HEEDED)


class _Kept(NamedTuple):
    """The counts of a member, by app."""

    asked: tuple[Viewer, str | None]
    found: dict[Counting, _Count]


_kept: dict[int | None, _Kept] = {}


def _concerned(count: Counting) -> Collection[str] | None:
    """The kinds of journal entries after which an app may count differently; None: all."""
    found: Collection[str] | None = getattr(sys.modules[count.__module__], "CONCERNED", None)
    return found


def _counted(count: Counting, viewer: Viewer) -> list[Waiting]:
    return [one for one in count(viewer) if one.count]


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
    grouped: dict[str, list[Link]] = {}
    if viewer.signed_in:
        total = sum(one.count for one in waiting)
        grouped[""] = [Link(_("工作台"), reverse("desk"), "home", total)]
    for entry in entries_for(viewer):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:  # declared, but its page is not there
            continue
        grouped.setdefault(str(entry.section), []).append(Link(str(entry.label), url, entry.icon))
    links = [link for group in grouped.values() for link in group]
    here = closest(path, links)
    home = reverse("desk")
    counts: dict[str, int] = {}
    for one in waiting:
        link = closest(one.url, [link for link in links if link.url != home])
        if link is not None:
            counts[link.url] = counts.get(link.url, 0) + one.count
    return [
        Section(
            title,
            tuple(
                replace(link, current=here is not None and link.url == here.url, count=counts.get(link.url, link.count))
                for link in group
            ),
        )
        for title, group in grouped.items()
    ]


def closest(address: str, links: Sequence[Link]) -> Link | None:
    """The line below which an address lies: the one with the longest address that begins it."""
    path = address.partition("?")[0]
    above = [link for link in links if path.startswith(link.url) and link.url != "/"]
    return max(above, key=lambda link: len(link.url), default=None)
