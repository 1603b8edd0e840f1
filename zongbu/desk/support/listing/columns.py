"""The columns of the list of claims: what each shows of a claim, and by which the list can be sorted."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.lists import Column, by_name, moment
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.terms import Due
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.models import Claim
from zongbu.desk.support.standing import TONES
from zongbu.law.amounts import amount as in_short


@dataclass(slots=True)
class Row:
    """A claim in the list; ``approvable``: it waits for the viewer's decision."""

    case: Claim
    due: Due | None
    turn: str
    approvable: bool = False
    cells: list[tuple[Column[Row], str, str]] = field(default_factory=list)


def _fen(case: Claim) -> int | None:
    """What is found, or as long as nothing is, what is computed."""
    return case.amount if case.amount is not None else case.computed


def _money(fen: int | None) -> str:
    return in_short(fen, language()) if fen is not None else ""


def _yuan_of(fen: int | None) -> Decimal | None:
    return Decimal(fen).scaleb(-2) if fen is not None else None


COLUMNS: dict[str, Column[Row]] = by_name(
    Column("receipt", gettext_lazy("编号"), lambda row: row.case.receipt),
    Column("uscc", gettext_lazy("统一社会信用代码"), lambda row: row.case.enterprise.uscc),
    Column("measure", gettext_lazy("措施"), lambda row: row.case.title),
    Column("clause", gettext_lazy("条款"), lambda row: row.case.clause),
    Column("year", gettext_lazy("年度"), lambda row: str(row.case.year), cell=lambda row: row.case.year),
    Column("subject", gettext_lazy("事项"), lambda row: row.case.subject),
    Column("district", gettext_lazy("区县"), lambda row: district_name(row.case.district)),
    Column(
        "state",
        gettext_lazy("状态"),
        lambda row: str(CLAIM.label(row.case.state)),
        lambda row: TONES.get(row.case.state, "action"),
    ),
    Column(
        "due",
        gettext_lazy("办理期限"),
        lambda row: row.due.text if row.due is not None else "",
        lambda row: "refused" if row.due is not None and row.due.overdue else "",
    ),
    Column("turn", gettext_lazy("轮到谁"), lambda row: row.turn),
    Column(
        "amount",
        gettext_lazy("金额"),
        lambda row: _money(_fen(row.case)),
        numeric=True,
        cell=lambda row: _yuan_of(_fen(row.case)),
        falling=True,
    ),
    Column(
        "computed",
        gettext_lazy("测算金额"),
        lambda row: _money(row.case.computed),
        numeric=True,
        cell=lambda row: _yuan_of(row.case.computed),
        falling=True,
    ),
    Column(
        "found",
        gettext_lazy("核定金额"),
        lambda row: _money(row.case.amount),
        numeric=True,
        cell=lambda row: _yuan_of(row.case.amount),
        falling=True,
    ),
    Column(
        "organisation",
        gettext_lazy("办理单位"),
        lambda row: str(row.case.organisation) if row.case.organisation is not None else _("未指派"),
        lambda row: "open" if row.case.organisation is None else "",
    ),
    Column("way", gettext_lazy("方式"), lambda row: row.case.get_way_display()),
    Column("submitted", gettext_lazy("提交日期"), lambda row: moment(row.case.submitted_at), falling=True),
    Column("decided", gettext_lazy("批准日期"), lambda row: moment(row.case.decided_at), falling=True),
    Column("paid", gettext_lazy("付讫日期"), lambda row: moment(row.case.paid_at), falling=True),
    Column(
        "demonstration",
        gettext_lazy("参数"),
        lambda row: _("演示参数") if row.case.demonstration else "",
        lambda row: "open" if row.case.demonstration else "",
    ),
)
NAME = gettext_lazy("企业")
SORTS: dict[str, tuple[str, ...]] = {
    "name": ("enterprise__name", "pk"),
    "receipt": ("receipt",),
    "measure": ("title", "year", "pk"),
    "year": ("year", "pk"),
    "district": ("district", "pk"),
    "state": ("state", "pk"),
    "due": ("due_on", "pk"),
    "amount": ("amount", "computed", "pk"),
    "computed": ("computed", "pk"),
    "found": ("amount", "pk"),
    "organisation": ("organisation__name", "pk"),
    "submitted": ("submitted_at", "pk"),
    "decided": ("decided_at", "pk"),
    "paid": ("paid_at", "pk"),
}
"""What the list can be sorted by; what is not there yet comes last."""
