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
    """``approve``, ``refuse`` or ``withdraw`` an override; approved it counts from now on, in the place of others.

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
        before = Override.objects.filter(evaluation=evaluation, enterprise=case.enterprise_id, state="approved")
        for key in before.order_by("pk").values_list("pk", flat=True):
            flow.perform(OVERRIDE, "lapse", Override, key, viewer, _("由另一项调整取代"))

    with transaction.atomic():  # the evaluation first, as computing does
        list(Evaluation.objects.select_for_update(of=("self",)).filter(overrides=pk).values_list("pk"))
        return flow.perform(OVERRIDE, name, Override, pk, viewer, reason, change, seen=seen)


def carry_over(viewer: Viewer, evaluation: Evaluation) -> None:
    """Let approved overrides count for results that have just been computed, as far as they were said of them.

    Where another star was computed than the override was proposed against, it is put back to be approved: it may
    mean the opposite by now. Within the transaction of the computation, on behalf of whoever asked for it.
    """
    found: dict[int, list[Override]] = {}
    for one in Override.objects.filter(evaluation=evaluation, state__in=["approved", "proposed"]).order_by("pk"):
        found.setdefault(one.enterprise_id, []).append(one)
    results = Result.objects.filter(evaluation=evaluation, enterprise__in=found).only("enterprise_id", "computed")
    for result in results.order_by("pk"):
        approved = [one for one in found[result.enterprise_id] if one.state == "approved"]
        waiting = next((one for one in found[result.enterprise_id] if one.state == "proposed"), None)
        if waiting is not None and waiting.computed != result.computed:
            _put_back(viewer, evaluation, waiting, result.computed)
        for one in approved:
            if one.computed == result.computed:
                Result.objects.filter(pk=result.pk).update(star=one.star)
            elif waiting is None:
                _put_back(viewer, evaluation, one, result.computed)
            else:  # one at a time: the one that waits is decided with the new result in view
                flow.perform(OVERRIDE, "lapse", Override, one.pk, viewer, _("计算结果变了，另一项调整正在审批"))


def _put_back(viewer: Viewer, evaluation: Evaluation, override: Override, computed: int | None) -> None:
    label = evaluation.set.definition.label
    reason = _("重新计算以后，计算星级由%(before)s变为%(after)s，须重新审批。") % {
        "before": label(override.computed), "after": label(computed)
    }  # fmt: skip

    def change(case: Override) -> None:
        case.computed = computed

    flow.perform(OVERRIDE, "reconsider", Override, override.pk, viewer, reason, change)
