"""Sections of GB/T 4754-2017 (门类): the letter, its title, and its divisions from first to last."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Section:
    """A section; ``first`` and ``last`` are divisions of two digits, both included."""

    letter: str
    title: Promise
    first: str
    last: str

    @property
    def end(self) -> str:
        """The code from which the next section begins; codes are compared as text."""
        return f"{int(self.last) + 1:02d}"


SECTIONS: dict[str, Section] = {
    letter: Section(letter, title, first, last)
    for letter, title, first, last in (
        ("A", _("农、林、牧、渔业"), "01", "05"),
        ("B", _("采矿业"), "06", "12"),
        ("C", _("制造业"), "13", "43"),
        ("D", _("电力、热力、燃气及水生产和供应业"), "44", "46"),
        ("E", _("建筑业"), "47", "50"),
        ("F", _("批发和零售业"), "51", "52"),
        ("G", _("交通运输、仓储和邮政业"), "53", "60"),
        ("H", _("住宿和餐饮业"), "61", "62"),
        ("I", _("信息传输、软件和信息技术服务业"), "63", "65"),
        ("J", _("金融业"), "66", "69"),
        ("K", _("房地产业"), "70", "70"),
        ("L", _("租赁和商务服务业"), "71", "72"),
        ("M", _("科学研究和技术服务业"), "73", "75"),
        ("N", _("水利、环境和公共设施管理业"), "76", "79"),
        ("O", _("居民服务、修理和其他服务业"), "80", "82"),
        ("P", _("教育"), "83", "83"),
        ("Q", _("卫生和社会工作"), "84", "85"),
        ("R", _("文化、体育和娱乐业"), "86", "90"),
        ("S", _("公共管理、社会保障和社会组织"), "91", "96"),
        ("T", _("国际组织"), "97", "97"),
    )
}
