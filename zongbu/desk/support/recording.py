"""What a payment makes true of an enterprise (记录), and what giving the money back makes untrue again.

The treasury has paid, or the enterprise has given back: neither can be refused because a fact cannot be told. Then the
journal says what is missing, and the city office records it by hand.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import values
from zongbu.desk.enterprises.actions.cases import confirm_for_case
from zongbu.desk.enterprises.queries import history, latest_of_many
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import checks
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim, ClaimDecision
from zongbu.law.errors import InputError

LEAVING = ("pay_out", "pay_more")
"""The acts that let money leave; each keeps a record."""


def record(viewer: Viewer, claim: Claim) -> None:
    """Record what the measure says of an enterprise that has been paid."""
    _unhindered(viewer, claim, lambda: _confirm(viewer, claim, _made_true(claim), _("已兑现")))


def take_back(viewer: Viewer, claim: Claim) -> None:
    """Record again what was true before a payment of which everything was given back.

    What another payment, which stands, has made true stays.
    """
    _unhindered(viewer, claim, lambda: _confirm(viewer, claim, _true_before(claim), _("兑现的款项已全部退回")))


def _unhindered(viewer: Viewer, claim: Claim, act: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            act()
    except (Refused, InputError) as why:
        journal.record("support.not_recorded", viewer, claim, case=claim.receipt, reason=str(why))


def _confirm(viewer: Viewer, claim: Claim, found: dict[str, str], reason: str) -> None:
    if found:
        today = timezone.localdate()
        confirm_for_case(viewer, claim.enterprise, found, case=claim.receipt, as_of=today, reason=reason)


def _made_true(claim: Claim) -> dict[str, str]:
    """The facts as the record of the payment has them; computed anew only where it has none."""
    found: dict[str, str] = {}
    for fact, rule in of_claim(claim).measure.records:
        value = _result(_paid_on(claim), rule)
        if value is None:
            value = _text(checks.now(claim)[0].assessment.results.get(rule))
        if value is None:
            raise Refused(_("兑现后应当记录的「%(fact)s」还不能确定。") % {"fact": fact})
        found[fact] = value
    return found


def _true_before(claim: Claim) -> dict[str, str]:
    """What is to be recorded in place of what this payment, and earlier ones that were given back, have made true."""
    others = Claim.objects.filter(enterprise=claim.enterprise_id).exclude(pk=claim.pk)
    stand = list(others.filter(state="paid"))
    gone = [claim, *others.filter(state="given_back").order_by("-paid_at", "-pk")]
    found: dict[str, str] = {}
    for fact, _rule in of_claim(claim).measure.records:
        now = present = _present(claim, fact)
        kept = {_after(one, fact) for one in stand}
        for one in gone:
            if now == _after(one, fact) and now not in kept:
                now = _before(one, fact)
        if now != present:
            found[fact] = now
    return found


def _present(claim: Claim, fact: str) -> str:
    latest = latest_of_many([claim.enterprise_id], timezone.localdate(), facts=[fact])[claim.enterprise_id]
    return latest[fact].value if fact in latest else ""


def _after(claim: Claim, fact: str) -> str | None:
    """What a payment has made of a fact; None where it has nothing to do with it."""
    rule = dict(of_claim(claim).measure.records).get(fact)
    value = _result(_paid_on(claim), rule) if rule else None
    return _canonical(fact, value) if value is not None else None


def _before(claim: Claim, fact: str) -> str:
    """What a fact was when the money left, by the record of the payment or else by the history of the fact.

    Raises:
        Refused: neither tells.
    """
    decision = _paid_on(claim)
    value = _text(decision.assessment["facts"].get(fact)) if decision is not None else None
    if value is not None:
        return _canonical(fact, value)
    made = None
    for one in history(claim.enterprise, fact):  # the newest first
        if made is not None:
            return one.value
        if one.recording.source_name.endswith(claim.receipt):
            made = one
    raise Refused(_("兑现以前的「%(fact)s」还不能确定，请人工更正。") % {"fact": fact})


def _paid_on(claim: Claim) -> ClaimDecision | None:
    """The record on which the money left."""
    return claim.decisions.filter(act__in=LEAVING).order_by("-pk").first()


def _result(decision: ClaimDecision | None, rule: str) -> str | None:
    return _text(decision.assessment["results"].get(rule, {}).get("value")) if decision is not None else None


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value is not None else None


def _canonical(fact: str, value: str) -> str:
    return next(iter(values.checked({fact: value}, timezone.localdate().year - 1).values()))
