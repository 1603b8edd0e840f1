"""How the registration of an enterprise goes: submitted, then confirmed or refused by its district office.

Where the register has a record of the enterprise already, its district decides, not the one that the applicant chose;
where that record names none, the city office.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, Term, by, same
from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.recorded import elsewhere, recorded, unplaced

CONFIRMATION_DAYS = 5
"""Working days in which the district office answers. The service's own promise; no clause asks for it."""

_TERM = Term(CONFIRMATION_DAYS, source=_("服务承诺"))

_own_district = same("district")


def _decides(case: Any, viewer: Viewer) -> bool:
    """The district of the registration; the city office where the record of the enterprise names no district."""
    return _own_district(case, viewer) if viewer.role in DISTRICT else unplaced(case.uscc)


def objection(case: Any, viewer: Viewer, *, lock: bool = False) -> str:
    """Why the viewer may not give access to the record that the code already has; empty if nothing stands in the way.

    Args:
        lock: keep the record as it is until the transaction ends.
    """
    found = recorded(case.uscc, lock=lock)
    if found is not None and not found.districts and viewer.role not in CITY:
        return str(_("代码对应的企业已有档案，但档案没有注明区县，只能由市总部办确认。"))
    return elsewhere(found, case.district)


REGISTRATION = Flow(
    "registration",
    (
        State("submitted", _("待区县确认")),
        State("confirmed", _("已确认"), final=True),
        State("refused", _("未通过"), final=True),
    ),
    (
        Act("submit", _("提交注册"), (), "submitted", by(Role.PUBLIC, ENTERPRISE), duty=Duty.PROPOSE),
        Act(
            "confirm",
            _("确认"),
            "submitted",
            "confirmed",
            by(DISTRICT, CITY, within=_decides),
            duty=Duty.APPROVE,
            guard=objection,
            due=_TERM,
        ),
        Act(
            "refuse",
            _("不予通过"),
            "submitted",
            "refused",
            by(DISTRICT, CITY, within=_decides),
            duty=Duty.APPROVE,
            due=_TERM,
            needs_reason=True,
        ),
    ),
)
