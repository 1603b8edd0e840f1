"""What the register of enterprises already knows of a code: whose a registration has to be.

The register belongs to an app above this one, which tells here how it is asked and how a record is opened in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import district_name, present_districts


@dataclass(frozen=True, slots=True)
class Recorded:
    """An enterprise of which there is a record: its name, and the code of its district (empty: none is known)."""

    name: str
    district: str

    @property
    def districts(self) -> tuple[str, ...]:
        """The districts that it belongs to today; none where only the city office can say."""
        return present_districts(self.district)

    @property
    def place(self) -> str:
        """Its district in words; empty if none is known."""
        return "、".join(map(district_name, self.districts))


Finder = Callable[[Collection[str], bool], Mapping[str, Recorded]]
"""Codes → what is recorded of them; the second argument: lock the records until the transaction ends."""

Opener = Callable[[Viewer, str, str, str], object]
"""Who confirms, code, name and district → a record is opened, where there is none."""

_finders: list[Finder] = []
_openers: list[Opener] = []


def ask(finder: Finder) -> None:
    """Let the register be asked this way from now on."""
    if finder not in _finders:
        _finders.append(finder)


def open_with(opener: Opener) -> None:
    """Let records be opened this way from now on."""
    if opener not in _openers:
        _openers.append(opener)


def open_record(viewer: Viewer, uscc: str, name: str, district: str) -> None:
    """Open the record of an enterprise whose registration is confirmed, where there is none.

    Raises:
        InputError: the register does not take it.
    """
    for opener in _openers:
        opener(viewer, uscc, name, district)


def recorded_of(codes: Collection[str], *, lock: bool = False) -> dict[str, Recorded]:
    """What is recorded of several codes; codes without a record are left out."""
    found: dict[str, Recorded] = {}
    for finder in _finders:
        found |= finder(codes, lock)
    return found


def recorded(uscc: str, *, lock: bool = False) -> Recorded | None:
    """What is recorded of a code; None if there is no record."""
    return recorded_of([uscc], lock=lock).get(uscc)


def unplaced(uscc: str) -> bool:
    """Whether there is a record without a district of the city, so that the city office decides."""
    found = recorded(uscc)
    return found is not None and not found.districts


def elsewhere(found: Recorded | None, district: str) -> str:
    """What stands in the way of a registration in a district, for people to read; empty if nothing does."""
    if found is None or not found.districts or district in found.districts:
        return ""
    return _("代码对应的企业已有档案，属于%(place)s。请向%(place)s提交注册，由其总部办确认。") % {"place": found.place}
