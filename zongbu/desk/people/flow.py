"""How the registration of an enterprise goes: submitted, then confirmed or refused by its district office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, Term, by, same
from zongbu.desk.kernel.roles import DISTRICT, ENTERPRISE, Role

CONFIRMATION_DAYS = 5
"""Working days in which the district office answers. The service's own promise; no clause asks for it."""

_TERM = Term(CONFIRMATION_DAYS, source=_("服务承诺"))

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
            by(DISTRICT, within=same("district")),
            duty=Duty.APPROVE,
            due=_TERM,
        ),
        Act(
            "refuse",
            _("不予通过"),
            "submitted",
            "refused",
            by(DISTRICT, within=same("district")),
            duty=Duty.APPROVE,
            due=_TERM,
            needs_reason=True,
        ),
    ),
)
