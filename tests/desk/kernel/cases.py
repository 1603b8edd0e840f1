"""A flow and a case of the tests' own: a grant that is applied for, accepted, decided and paid."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from zongbu.desk.kernel.clock import Unit
from zongbu.desk.kernel.flow import Act, Case, Duty, Flow, State, Term, by, same
from zongbu.desk.kernel.roles import CITY, ENTERPRISE, Role

FLOW = Flow(
    "grant",
    (
        State("submitted", "已提交"),
        State("correction", "待补正", stops="等待补正"),
        State("accepted", "已受理"),
        State("approved", "已同意"),
        State("rejected", "不同意", final=True),
        State("paid", "已拨付", final=True),
    ),
    (
        Act("apply", "申报", (), "submitted", by(ENTERPRISE, within=same("uscc")), duty=Duty.PROPOSE),
        Act("accept", "受理", "submitted", "accepted", by(CITY), duty=Duty.REVIEW, due=Term(5)),
        Act("send_back", "退回补正", ("submitted", "accepted"), "correction", by(CITY), needs_reason=True),
        Act("correct", "补正", "correction", "accepted", by(ENTERPRISE, within=same("uscc")), duty=Duty.PROPOSE),
        Act(
            "approve", "同意", "accepted", "approved", by(Role.CITY_LEAD, Role.CITY_OFFICER), duty=Duty.APPROVE,
            guard=lambda case, viewer: "" if case.amount > 0 else "金额还没有核定。",
            due=Term(10, since="accept", source="（十五）"),
        ),
        Act("reject", "不同意", "accepted", "rejected", by(CITY), duty=Duty.APPROVE, needs_reason=True),
        Act("note", "记录", ("accepted", "approved"), "approved", by(Role.LEADING_GROUP)),
        Act("pay", "拨付", "approved", "paid", by(CITY), duty=Duty.PAY, due=Term(1, Unit.MONTHS, since="approve")),
    ),
)  # fmt: skip


class Grant(Case):
    uscc = models.CharField(max_length=18)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=1)
    note = models.CharField(max_length=10, blank=True)
    secret = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True, editable=False)

    due_field: ClassVar[str] = "due_on"
    unjournalled: ClassVar[frozenset[str]] = frozenset({"secret"})

    class Meta:
        app_label = "kernel_tests"
        constraints: ClassVar[list[Any]] = [FLOW.constraint()]

    def __str__(self) -> str:
        return f"资助 {self.pk}"

    @property
    def number(self) -> str:
        return f"G-{self.pk}"
