"""Objections to the intended list while it is shown, and the replies to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.recognition.actions.notices import MOST_A_DAY, origin_of
from zongbu.desk.recognition.stars.actions import evaluations
from zongbu.desk.recognition.stars.flow import STAR_OBJECTION
from zongbu.desk.recognition.stars.models import Evaluation, Result, StarObjection


def object_to(viewer: Viewer, evaluation: int, text: str, *, uscc: str = "", contact: str = "") -> StarObjection:
    """Object to the star of an enterprise, or to the list as a whole; tied to no account, named or not.

    Raises:
        Refused: the list is not shown, the enterprise was not rated, no text, or too many came from one origin today.
        ValidationError: a field is too long.
    """
    if not text.strip():
        raise Refused(_("请写明异议的内容和依据。"))
    with transaction.atomic():
        case = _locked(evaluation)
        found = Result.objects.filter(evaluation=case, uscc=uscc).first() if uscc else None
        if uscc and found is None:
            raise Refused(_("参评企业里没有这一家。"))
        origin = origin_of(viewer.address, timezone.localdate()) if viewer.address else ""
        if origin and StarObjection.objects.filter(origin=origin).count() >= MOST_A_DAY:
            raise Refused(_("同一网络地址一天内提出的异议太多了，请明天再提，或者书面寄送。"))
        made = StarObjection(
            receipt=receipt("XY"),
            evaluation=case,
            enterprise_id=found.enterprise_id if found is not None else None,
            text=text.strip(),
            contact=contact.strip(),
            origin=origin,
        )
        return flow.begin(STAR_OBJECTION, "file", made, PUBLIC)


def uphold(viewer: Viewer, pk: int, reply: str, *, seen: int | None = None) -> StarObjection:
    """An objection is right: the list is taken down, the office works on it again.

    Raises:
        NotPermitted: not the lead, or the person who worked on the evaluation.
        Refused: no reply, it was answered meanwhile, or the list is being published.
    """
    with transaction.atomic():
        evaluation = _locked_of(pk)
        done = flow.perform(STAR_OBJECTION, "uphold", StarObjection, pk, viewer, reply, _replied(reply), seen=seen)
        if evaluation.state == "noticed":
            reason = _("异议%(receipt)s成立：%(reply)s") % {"receipt": done.receipt, "reply": reply.strip()}
            evaluations.recall(viewer, evaluation.pk, reason)
        return done


def dismiss(viewer: Viewer, pk: int, reply: str, *, seen: int | None = None) -> StarObjection:
    """An objection is not right: it gets its reply, the list stands.

    Raises:
        NotPermitted: not the city office. Refused: no reply, or it was answered meanwhile.
    """
    with transaction.atomic():
        _locked_of(pk)
        return flow.perform(STAR_OBJECTION, "dismiss", StarObjection, pk, viewer, reply, _replied(reply), seen=seen)


def forget_contacts(today: date) -> int:
    """Erase contacts of objections replied to half a year ago; how many. For the daily sweep."""
    found = StarObjection.objects.filter(replied_at__date__lt=today - timedelta(days=180))
    return found.exclude(contact="", origin="").update(contact="", origin="")


def _replied(reply: str) -> Callable[[StarObjection], None]:
    def change(case: StarObjection) -> None:
        case.reply, case.replied_at = reply.strip(), timezone.now()

    return change


def _locked(pk: int) -> Evaluation:
    """The evaluation, held: objections are filed and answered wholly before or after what happens to it."""
    found = Evaluation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise Refused(_("这个事项不存在，可能已经删除。"))
    return found


def _locked_of(pk: int) -> Evaluation:
    return _locked(StarObjection.objects.values_list("evaluation", flat=True).get(pk=pk))
