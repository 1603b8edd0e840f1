"""What the acts of recognition share."""

from __future__ import annotations

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.recognition.models import Application, Round


def locked_application(pk: int) -> Application:
    """The application with what acts need of it, locked and read anew.

    Raises:
        Refused: there is none.
    """
    found = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round", "enterprise", "batch")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Refused("这份申请不存在。")
    return found


def locked_round(pk: int) -> Round:
    """The round, locked and read anew.

    Raises:
        Refused: there is none.
    """
    found = Round.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refused("这个批次不存在。")
    return found


def district_of(enterprise: Enterprise) -> str:
    """The district that reviews an application.

    Raises:
        Refused: none is recorded.
    """
    if not enterprise.district:
        raise Refused("企业档案里没有所在区县，请先登记。")
    return enterprise.district
