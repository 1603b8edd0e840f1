"""The flows of the library: what one person proposes takes effect once another has approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, by
from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.law.errors import InputError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATES = (
    State("proposed", _("待核准")),
    State("approved", _("已核准"), final=True),
    State("refused", _("未通过"), final=True),
    State("withdrawn", _("已撤回"), final=True),
)


def _own(case: Any, viewer: Viewer) -> bool:
    return viewer.person is not None and case.proposed_by_id == viewer.person


def _value_objection(case: Any, viewer: Viewer) -> StrOrPromise:
    """The policy file may have changed since the value was proposed: it is read again before it counts."""
    from zongbu.desk.library.parameters import check_value
    from zongbu.desk.library.policies import policy

    try:
        parameter = policy(case.policy).parameters[case.parameter]
        check_value(parameter, case.value, case.valid_from)
    except InputError as error:
        return str(error)
    except KeyError:
        return _("政策里已没有这个参数。")
    return ""


def _order_objection(case: Any, viewer: Viewer) -> StrOrPromise:
    """Suspending twice or resuming what runs would only blur the record."""
    from zongbu.desk.library.measures import suspended

    is_suspended = suspended(case.policy, case.measure, case.effective_from)
    if case.act == "suspend" and is_suspended:
        return _("这项措施在该日已经暂停。")
    if case.act == "resume" and not is_suspended:
        return _("这项措施在该日没有暂停，无须恢复。")
    return ""


VALUE = Flow(
    "parameter_value",
    STATES,
    (
        Act("propose", _("提出"), (), "proposed", CITY, Duty.PROPOSE, _value_objection),
        Act("approve", _("核准"), "proposed", "approved", Role.CITY_LEAD, Duty.APPROVE, _value_objection),
        Act("refuse", _("不予核准"), "proposed", "refused", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("withdraw", _("撤回"), "proposed", "withdrawn", by(CITY, within=_own), Duty.PROPOSE),
    ),
)
"""A value for an unpublished parameter."""

SUSPENSION = Flow(
    "measure_suspension",
    STATES,
    (
        Act("propose", _("提出"), (), "proposed", CITY, Duty.PROPOSE, _order_objection),
        Act("approve", _("核准"), "proposed", "approved", Role.CITY_LEAD, Duty.APPROVE, _order_objection),
        Act("refuse", _("不予核准"), "proposed", "refused", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("withdraw", _("撤回"), "proposed", "withdrawn", by(CITY, within=_own), Duty.PROPOSE),
    ),
)
"""Suspending a measure, or letting it go on."""
