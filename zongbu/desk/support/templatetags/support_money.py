"""Amounts of the ledger (fen) on pages."""

from __future__ import annotations

from django import template

from zongbu.desk.kernel.language import language
from zongbu.desk.people.districts import district_name
from zongbu.desk.support import books
from zongbu.law import amounts

register = template.Library()


@register.filter
def money(fen: object) -> str:
    """An amount in 万元 or 亿元: for overviews."""
    return amounts.amount(fen, language()) if isinstance(fen, int) else ""


@register.filter
def full_money(fen: object) -> str:
    """An amount to the fen."""
    return amounts.full_amount(fen, language()) if isinstance(fen, int) else ""


@register.filter
def plain_yuan(fen: object) -> str:
    """An amount in yuan as a number for programs: ``1234.50``."""
    return f"{fen // 100}.{fen % 100:02d}" if isinstance(fen, int) and fen >= 0 else ""


@register.filter
def district(code: object) -> str:
    """The name of a district."""
    return district_name(str(code)) if code else ""


@register.filter
def measure_of(line: object) -> str:
    """What the measure of a line, a claim or a reimbursement is called in the reader's language."""
    policy, measure = getattr(line, "policy", ""), getattr(line, "measure", "")
    return books.measure_title(policy, measure, language()) if measure else ""
