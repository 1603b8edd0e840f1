"""Whether a claim is complete: materials, account, signature, comments answered."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import FactRecord
from zongbu.desk.kernel.flow import history
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim


def incomplete(claim: Claim) -> list[str]:
    """What is still missing before the claim can be handed in, in words; nothing where it is complete."""
    found = []
    offering = of_claim(claim)
    if offering.measure.frequency == "each" and not claim.subject.strip():
        found.append(_("请写明申请的事项（项目、标准等的名称）。"))
    given = set(claim.materials.values_list("title", flat=True))
    left = [name for name in offering.materials if name not in given]
    if left:
        found.append(_("还没有上传材料：%(names)s。") % {"names": _("、").join(left)})
    if claim.account is None:
        found.append(_("请选择收款账户。"))
    if not signed(claim):
        found.append(_("请先签署真实性承诺。"))
    return found


def signed(claim: Claim) -> bool:
    """Whether the declaration of truthfulness was signed for this submission: after the latest return."""
    returned = latest_return(claim)
    return claim.signed_at is not None and (returned is None or claim.signed_at > returned)


def uncorrected(claim: Claim) -> list[str]:
    """Comments that were neither answered nor heeded, in words."""
    since = latest_return(claim)
    if since is None:
        return []
    return [
        _("补正意见还没有处理：%(text)s") % {"text": comment.text}
        for comment in claim.comments.filter(resolved_at=None)
        if not comment.answered and not _changed(claim, comment.subject, since)
    ]


def _changed(claim: Claim, subject: str, since: datetime) -> bool:
    if subject.startswith("material:"):
        return claim.materials.filter(title=subject.partition(":")[2], added_at__gt=since).exists()
    records = FactRecord.objects.filter(enterprise=claim.enterprise_id, fact=subject, recording__recorded_at__gt=since)
    return bool(subject) and records.exists()


def latest_return(claim: Claim) -> datetime | None:
    """When the claim was last returned for correction; None if never."""
    from zongbu.desk.support.flow import CLAIM

    return max((one.moment for one in history(CLAIM, claim) if one.act == "return"), default=None)
