"""The columns that a list of enterprises can show: those of the record, and every fact of the dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises import values as reading
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.language import language
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.law import amounts
from zongbu.law.facts import BadValue, Dictionary, Fact

Cell: TypeAlias = str | int | Decimal | date | bool | None
"""What a cell holds before it is shown."""

OWN: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "name": _("企业名称"),
        "uscc": _("统一社会信用代码"),
        "district": _("注册区县"),
        "status": _("状态"),
        "former_names": _("曾用名"),
        "registered_on": _("成立日期"),
        "updated_at": _("更新时间"),
    }
)
"""Columns of the record itself."""
DEFAULT_SORT: Final = "name"
DEFAULT_COLUMNS: Final = ("uscc", "district", "industry_code", "in_city_revenue", "star", "status")
OF_THE_DAY: Final = frozenset((reading.ON_LIST, reading.OFF_LIST, reading.IS_BANNED, reading.BANNED_UNTIL))
"""Facts that follow from intervals and the day: shown, but no snapshot holds them to sort or filter by."""
STATUSES: Final = dict(Enterprise.Status.choices)
NUMERIC: Final = frozenset(("money", "integer", "ratio"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. ``fact`` is None for columns of the record itself."""

    name: str
    fact: Fact | None = None

    @property
    def numeric(self) -> bool:
        return self.fact is not None and self.fact.type in NUMERIC

    @property
    def sortable(self) -> bool:
        return self.name != "former_names" and self.name not in OF_THE_DAY

    @property
    def yearly(self) -> bool:
        """Whether the column tells of a year."""
        return self.fact is not None and self.fact.period == "prior_year"

    def key(self, year: int) -> str:
        """Under which key the snapshot of an enterprise holds the fact, with ``year`` for yearly ones."""
        return f"{self.name}@{year}" if self.yearly else self.name

    def title(self, year: int | None = None) -> str:
        """The heading; of a yearly column with the year, as the import reads it back."""
        if self.fact is None:
            return str(OWN[self.name])
        english = language() == "en" and self.fact.title_en
        title = self.fact.title_en if english else self.fact.title
        if year is None or not self.yearly:
            return title
        return f"{title} ({year})" if english else f"{title}（{year}年）"

    def cell(self, enterprise: Enterprise, year: int, derived: Mapping[str, str]) -> Cell:
        """The value for an enterprise; ``derived`` holds its facts of the day. None where it is not known."""
        if self.fact is None:
            return self._own(enterprise)
        text = derived.get(self.name, "") if self.name in OF_THE_DAY else enterprise.known.get(self.key(year), "")
        try:
            return reading.read(self.fact, text) if text else None
        except BadValue:  # kept before the dictionary changed
            return str(text)

    def _own(self, enterprise: Enterprise) -> Cell:
        if self.name == "former_names":
            return "、".join(map(str, enterprise.former_names))
        if self.name == "status":
            return str(STATUSES.get(enterprise.status, enterprise.status))
        if self.name == "district":
            return district_name(enterprise.district)
        value: Cell = getattr(enterprise, self.name)
        return timezone.localtime(value).date() if isinstance(value, datetime) else value

    def shown(self, cell: Cell) -> str:
        """A cell for people; empty where it is not known."""
        if cell is None or cell == "":
            return ""
        if isinstance(cell, bool):
            return gettext("是") if cell else gettext("否")
        if isinstance(cell, date):
            return amounts.day(cell, language())
        if self.fact is not None and self.fact.type == "money" and isinstance(cell, Decimal):
            return amounts.amount(amounts.fen_of(cell), language())
        if self.fact is not None and self.fact.type == "ratio" and isinstance(cell, Decimal):
            return amounts.percent(cell)
        if isinstance(cell, int):
            return amounts.count(cell, self.fact.unit if self.fact is not None else "", language())
        return self.word(str(cell))

    def word(self, option: str) -> str:
        """An option by its title, anything else as it is."""
        if self.fact is None:
            return option
        if self.fact.format == "division":
            return district_name(option) if option in DISTRICTS else option
        return self.fact.choices.get(option, option)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All columns by name; ``optional`` are those that can be chosen, ``facts`` those that filters ask about."""

    columns: Mapping[str, Column]

    @property
    def optional(self) -> Mapping[str, Column]:
        return {name: column for name, column in self.columns.items() if name != "name"}

    @property
    def facts(self) -> Mapping[str, Column]:
        return {
            name: column for name, column in self.columns.items() if column.fact is not None and name not in OF_THE_DAY
        }

    @property
    def sortable(self) -> frozenset[str]:
        return frozenset(name for name, column in self.columns.items() if column.sortable)


def catalogue() -> Catalogue:
    """The columns as the policies loaded at present have them."""
    dictionary = reading.dictionary()
    kept = _kept.get("catalogue")
    if kept is None or kept[0] is not dictionary:
        columns = {name: Column(name) for name in OWN}
        columns |= {name: Column(name, fact) for name, fact in dictionary.items() if name not in OWN}
        kept = _kept["catalogue"] = (dictionary, Catalogue(columns))
    return kept[1]


_kept: dict[str, tuple[Dictionary, Catalogue]] = {}
