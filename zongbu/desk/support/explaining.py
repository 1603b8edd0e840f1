"""An amount explained row by row, from the conditions to what is due after what was received elsewhere; and why of
measures that exclude each other the better one is worth choosing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zongbu.desk.kernel.language import language
from zongbu.desk.support.benefits import Benefit
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.models import Claim
from zongbu.law.explain.computation import Step, computation
from zongbu.law.explain.outline import exact_amount
from zongbu.law.explain.words import verdict
from zongbu.law.parameters import DEMONSTRATION


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an amount as a page shows it; ``kind`` in words, ``tone`` met, not_met, undetermined or nothing."""

    place: int
    kind: str
    name: str
    label: str
    value: str
    tone: str
    formula: str
    clause: str
    source: str
    demonstration: bool


def kinds() -> dict[str, str]:
    """The kinds of rows in words."""
    return {
        "condition": _("条件"),
        "base": _("基数"),
        "parameter": _("标准"),
        "step": _("计算"),
        "rounding": _("取整"),
        "cap": _("上限"),
        "choice": _("取较高者"),
        "result": _("结果"),
        "received": _("已享受"),
        "excluded": _("二选一"),
        "due": pgettext("amount", "应发"),
        "found": _("核定"),
    }


def rows(
    one: Entitlement,
    received: Sequence[Claim] = (),
    *,
    beside: Sequence[Benefit] = (),
    found: Claim | None = None,
) -> list[Row]:
    """The rows of a measure's amount in their order.

    Args:
        received: claims that count against it (不重复).
        beside: measures of which only one can be drawn beside it.
        found: the claim whose amount a department has found, for the last row.
    """
    lang, names = language(), kinds()
    steps = [_row(names, step) for step in computation(one.assessment, one.offering.amount_result, lang)]
    fen = one.fen
    clause = one.offering.measure.clause
    for other in beside:
        if other.entitlement.entitled is False or one.entitled is False:
            continue  # there is nothing to choose
        text = exact_amount(other.fen, lang) if other.fen is not None else _("还不能确定")
        steps.append(
            _made(names, "excluded", _("与「%(title)s」同一年度只能享受一项") % {"title": other.title}, text, clause)
        )
    for claim in received:
        label = _("同一事项已享受：%(title)s（%(receipt)s）") % {
            "title": measure_title(claim.policy, claim.measure, lang),
            "receipt": claim.receipt,
        }
        steps.append(_made(names, "received", label, f"− {exact_amount(claim.amount or 0, lang)}", clause))
    if received and fen is not None:
        due = max(0, fen - sum(claim.amount or 0 for claim in received))
        steps.append(_made(names, "due", _("从优从高不重复，扣除已享受的以后"), exact_amount(due, lang), clause))
    if found is not None and found.amount is not None:
        label = found.amount_reason or found.basis or _("与测算一致")
        steps.append(_made(names, "found", label, exact_amount(found.amount, lang), ""))
    return [Row(place, *given) for place, given in enumerate(steps, 1)]


Given = tuple[str, str, str, str, str, str, str, str, bool]


def _row(names: dict[str, str], step: Step) -> Given:
    tone = "undetermined" if step.value is None else ""
    if isinstance(step.value, bool) and step.value_text == verdict(step.value, language())[1]:
        tone = "met" if step.value else "not_met"  # a mere distinction of cases is no merit
    formula = step.formula if step.formula != step.label else ""
    source = step.source.removeprefix(f"{DEMONSTRATION}：") if step.demonstration else step.source  # a mark says it
    return (
        step.kind, names[step.kind], step.label, step.value_text, tone, formula, step.clause, source,
        step.demonstration,
    )  # fmt: skip


def _made(names: dict[str, str], kind: str, label: str, value: str, clause: str) -> Given:
    return kind, names[kind], label, value, "", "", clause, "", False


def conflict(first: Benefit, others: Iterable[Benefit]) -> str:
    """Why not both, and which is more, comparing the amounts of this enterprise; empty where nothing is excluded."""
    lang, every = language(), [first, *others]
    if len(every) == 1:
        return ""
    joint = _("、").join(one.title for one in every)
    text = _("%(measures)s同一年度只能享受一项。") % {"measures": joint}
    said: list[str] = []
    if all(one.entitlement.entitled is False for one in every):
        return text
    for one in every:
        if one.entitlement.entitled is False:
            said.append(_("%(title)s：现在不符合条件") % {"title": one.title})
        elif one.entitlement.fen is None:
            said.append(_("%(title)s：金额还不能确定") % {"title": one.title})
        else:
            said.append(f"{one.title}{_('：')}{exact_amount(one.entitlement.fen, lang)}")
    text += _("按现在的事实：%(amounts)s。") % {"amounts": _("；").join(said)}
    known = [one for one in every if one.entitlement.fen]
    undetermined = any(one.entitlement.fen is None and one.entitlement.entitled is not False for one in every)
    if known and not undetermined:
        best = max(known, key=lambda one: one.entitlement.fen or 0)
        if sum(one.entitlement.fen == best.entitlement.fen for one in known) == 1:
            text += _("较高的是%(title)s。") % {"title": best.title}
        else:
            text += _("两项金额相同。")
    return text
