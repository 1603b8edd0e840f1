"""The districts of Hangzhou by GB/T 2260, as they are since 2021-04-09, and what became of older ones."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

CITY: Final = "330100"
"""杭州市."""

DISTRICTS: Final = MappingProxyType(
    {
        "330102": _("上城区"),
        "330105": _("拱墅区"),
        "330106": _("西湖区"),
        "330108": _("滨江区"),
        "330109": _("萧山区"),
        "330110": _("余杭区"),
        "330111": _("富阳区"),
        "330112": _("临安区"),
        "330113": _("临平区"),
        "330114": _("钱塘区"),
        "330122": _("桐庐县"),
        "330127": _("淳安县"),
        "330182": _("建德市"),
    }
)
"""Code → name of the thirteen districts and counties (滨江区 is at once 杭州高新区)."""

OLD_DISTRICTS: Final = MappingProxyType({"330103": ("330105",), "330104": ("330102", "330114")})
"""Codes abolished in 2021 → the districts that took over: 下城 became 拱墅, 江干 became 上城 and 钱塘."""

OLD_NAMES: Final = MappingProxyType({"330103": _("原下城区"), "330104": _("原江干区")})


def district_name(code: str) -> str:
    """The name of a district, an abolished one included; the code itself where it is none of Hangzhou's."""
    if code == CITY:
        return str(_("杭州市"))
    return str(DISTRICTS.get(code) or OLD_NAMES.get(code) or code)


def present_districts(code: str) -> tuple[str, ...]:
    """The districts that a code means today: itself, its successors, or none where the code is unknown."""
    return (code,) if code in DISTRICTS else OLD_DISTRICTS.get(code, ())


def choices(blank: bool = False) -> list[tuple[str, object]]:
    """The districts for a choice field, with an empty line first if ``blank``."""
    return [*([("", "—")] if blank else []), *DISTRICTS.items()]
