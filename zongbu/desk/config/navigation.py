"""The navigation and what waits: gathered from the ``navigation.py`` and ``waiting.py`` of every app."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zongbu.desk.kernel.journal.models import Head
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

    Every page shows these counts. They are kept for a few seconds (``ZONGBU_COUNTS_KEPT``), and counted anew as soon
    as the journal has a newer entry: whoever acts, or is acted upon, sees it on the next page.
    """
    if not viewer.signed_in:
        return []
    if not settings.COUNTS_KEPT:
        return _counted(viewer)
    asked = (viewer, get_language(), Head.objects.values_list("sequence", flat=True).first())
    now = time.monotonic()
    kept = _kept.get(viewer.membership)
    if kept is not None and kept.asked == asked and now < kept.until:
        return kept.found
    found = _counted(viewer)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[viewer.membership] = _Kept(asked, now + settings.COUNTS_KEPT, found)
    return found


MOST_KEPT = 10_000
"""Members whose counts a process keeps."""


class _Kept(NamedTuple):
    asked: tuple[Viewer, str | None, int | None]
    until: float
    found: list[Waiting]


_kept: dict[int | None, _Kept] = {}


def _counted(viewer: Viewer) -> list[Waiting]:
    return [one for count in provided("waiting", "waiting") for one in count(viewer) if one.count]


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
