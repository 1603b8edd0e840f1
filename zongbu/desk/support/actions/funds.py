"""Setting up funds and giving their budgets money; correcting what was booked by mistake."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.actions.common import keeper_of
from zongbu.desk.support.flow import pays_from
from zongbu.desk.support.ledger.posting import Concern, Transfer, budget_of, counter, post
from zongbu.desk.support.models import Account, Fund, Level, Movement
from zongbu.law.amounts import fen_of


def set_up(viewer: Viewer, name: str, level: str, *, district: str = "", organisation: int | None = None) -> Fund:
    """Set up a fund: the city's finance office those of the city and its departments, a district's its own.

    Raises:
        NotPermitted: somebody else's fund. Refused: there is one already, or no such district or department.
    """
    made = Fund(
        name=name.strip(),
        level=level,
        district=district if level == Level.DISTRICT else "",
        organisation_id=organisation if level == Level.DEPARTMENT else None,
    )
    if not viewer.writes or not pays_from(viewer, made):
        raise NotPermitted(_("只能设立本级财政的资金。"))
    if level == Level.DISTRICT and district not in DISTRICTS:
        raise Refused(_("没有这个区县。"))
    if level == Level.DEPARTMENT:
        departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)
        if not departments.filter(pk=organisation or 0).exists():
            raise Refused(_("请选择资金所属的部门。"))
    with transaction.atomic():
        made.full_clean()
        made.save()
        journal.record("support.set_up", viewer, made, after={"name": made.name, "level": made.level})
    return made


def appropriate(viewer: Viewer, fund: Fund, year: int, amount: Decimal, document: str, reason: str = "") -> Movement:
    """Give a fund money for a year (yuan), on a document.

    Raises:
        NotPermitted: somebody else's fund. Refused: no document, no amount, or the year is closed.
    """
    return _change(viewer, fund, year, amount, document, reason, more=True)


def withdraw(viewer: Viewer, fund: Fund, year: int, amount: Decimal, document: str, reason: str = "") -> Movement:
    """Take money out of a budget again, as far as it is available (yuan), on a document.

    Raises:
        NotPermitted: somebody else's fund. NotEnough: less is available. Refused: no document or amount, year closed.
    """
    return _change(viewer, fund, year, amount, document, reason, more=False)


def _change(
    viewer: Viewer, fund: Fund, year: int, amount: Decimal, document: str, reason: str, *, more: bool
) -> Movement:
    keeper_of(viewer, fund)
    if not document.strip():
        raise Refused(_("请写明预算文号。"))
    fen = fen_of(amount)
    if fen <= 0:
        raise Refused(_("金额应大于零。"))
    if not 2000 <= year <= 2100:
        raise Refused(_("年度不对。"))
    way = (Account.SOURCE, Account.AVAILABLE) if more else (Account.AVAILABLE, Account.SOURCE)
    kind = Movement.Kind.APPROPRIATE if more else Movement.Kind.WITHDRAW
    with transaction.atomic():
        budget = budget_of(fund, year)
        made = post(viewer, kind, [Transfer(budget, *way, fen)], Concern(), reason=reason, document=document)
        told = {"year": year, "amount": fen, "document": document.strip()}
        journal.record("support.appropriate" if more else "support.withdraw", viewer, fund, reason=reason, after=told)
    return made


def put_right(viewer: Viewer, pk: int, reason: str) -> Movement:
    """Correct a movement of budget money (given or taken by mistake) by one the other way.

    What follows from a case is put right by the acts of the case, not here.

    Raises:
        NotPermitted: somebody else's fund. Refused: it belongs to a case, was corrected already, or the money is gone.
    """
    with transaction.atomic():
        movement = Movement.objects.filter(pk=pk).first()
        if movement is None or movement.kind not in (Movement.Kind.APPROPRIATE, Movement.Kind.WITHDRAW):
            raise Refused(_("只有预算安排和调减可以直接冲正；其他分录由相应事项的办理产生。"))
        for line in movement.lines.select_related("budget__fund"):
            keeper_of(viewer, line.budget.fund)
        made = counter(viewer, movement, reason)
        journal.record("support.put_right", viewer, made, reason=reason, after={"movement": movement.pk})
    return made
