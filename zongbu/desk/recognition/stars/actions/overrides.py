"""Another star than the computed one: proposed with a reason by one person, approved by another."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars.flow import OVERRIDE
from zongbu.desk.recognition.stars.models import Evaluation, Override, Result


def propose(viewer: Viewer, evaluation: int, uscc: str, star: int, reason: str) -> Override:
    """Propose another star for an enterprise.

    Raises:
        NotPermitted: not the city office.
        Refused: no reason, no such star or enterprise, nothing would change, or one is waiting already.
    """
    with transaction.atomic():
        case = Evaluation.objects.select_for_update().filter(pk=evaluation).first()
        found = Result.objects.filter(evaluation=evaluation, uscc=uscc).first()
        if case is None or found is None:
            raise Refused(_("参评企业里没有这一家。"))
        if star not in (0, *(one.star for one in case.set.definition.tiers)):
            raise Refused(_("没有这个星级。"))
        if star == found.star:
            raise Refused(_("与现在的星级相同，不用调整。"))
        if Override.objects.filter(evaluation=case, enterprise=found.enterprise_id, state="proposed").exists():
            raise Refused(_("这家企业已有一项调整在等待审批。"))
        made = Override(
            evaluation=case,
            enterprise_id=found.enterprise_id,
            computed=found.computed,
            star=star,
            reason=reason.strip(),
        )
        return flow.begin(OVERRIDE, "propose", made, viewer, reason)


def decide(viewer: Viewer, pk: int, name: str, reason: str = "", *, seen: int | None = None) -> Override:
    """``approve``, ``refuse`` or ``withdraw`` an override; approved it counts from now on.

    Raises:
        NotPermitted: another role, or the person who proposed it.
        Refused: the evaluation has gone on meanwhile, or a reason is missing.
    """

    def change(case: Override) -> None:
        if name != "approve":
            return
        evaluation = Evaluation.objects.select_for_update().get(pk=case.evaluation_id)
        found = Result.objects.filter(evaluation=evaluation, enterprise=case.enterprise_id)
        if evaluation.state != "draft" or not found.update(star=case.star):
            raise Refused(_("评价已经提请公示，或这家企业已不在参评企业里。"))

    return flow.perform(OVERRIDE, name, Override, pk, viewer, reason, change, seen=seen)
