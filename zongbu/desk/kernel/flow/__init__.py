"""Flows: tables of states and acts, and the one service that performs an act.

An app writes its table in ``flow.py`` and lets its cases inherit ``Case``::

    FLOW = Flow("recognition", (State("submitted", _("已提交")), …), (Act("accept", _("受理"), "submitted", …), …))
    perform(FLOW, "accept", Application, pk, viewer, reason="", change=None)

``perform`` locks the case, reads it anew, checks state, permission, guard and separation of duties, applies the
change, writes and journals, all in one transaction; whatever stands in the way raises ``Refused``.
"""

from zongbu.desk.kernel.flow.models import Case, Participation
from zongbu.desk.kernel.flow.perform import (
    begin,
    begin_many,
    due,
    dues,
    hindrance,
    history,
    perform,
    possible,
    renew_dues,
    renew_every_due,
)
from zongbu.desk.kernel.flow.refusals import NotPermitted, Overtaken, Refused
from zongbu.desk.kernel.flow.table import Act, Duty, Flow, State, Term, Who, by, declared, same

__all__ = [
    "Act",
    "Case",
    "Duty",
    "Flow",
    "NotPermitted",
    "Overtaken",
    "Participation",
    "Refused",
    "State",
    "Term",
    "Who",
    "begin",
    "begin_many",
    "by",
    "declared",
    "due",
    "dues",
    "hindrance",
    "history",
    "perform",
    "possible",
    "renew_dues",
    "renew_every_due",
    "same",
]
