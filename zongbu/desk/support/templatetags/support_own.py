"""Amounts, states and kinds of measures in words, for the pages of enterprises."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse

from zongbu.desk.kernel.language import language
from zongbu.desk.library.showing.links import clause_url
from zongbu.desk.support import benefits
from zongbu.desk.support.flow import CLAIM, OBJECTION
from zongbu.desk.support.standing import TONES
from zongbu.law import Policy
from zongbu.law.amounts import full_amount
from zongbu.law.explain.outline import exact_amount

register = template.Library()


@register.filter
def fen(amount: int | None) -> str:
    """An amount that loses nothing: ``60.00万元``; nothing where there is none."""
    return "" if amount is None else exact_amount(amount, language())


@register.filter
def fen_in_full(amount: int | None) -> str:
    """An amount to the fen: ``600,000.00元``."""
    return "" if amount is None else full_amount(amount, language())


@register.filter
def claim_label(state: str) -> str:
    """A state of a claim in words."""
    return str(CLAIM.label(state))


@register.filter
def claim_tone(state: str) -> str:
    """How a state of a claim is coloured, see ``parts/status.html``."""
    return TONES.get(state, "action")


@register.filter
def claim_objection_label(state: str) -> str:
    """A state of an objection in words."""
    return str(OBJECTION.label(state))


@register.filter
def category_label(category: str) -> str:
    """A kind of measure in the language of the page."""
    return benefits.category_word(category)


@register.simple_tag
def clause_address(policy: Policy, citation: str) -> str:
    """The page of a clause; empty for one of another policy."""
    if not any(clause.citation == citation for clause in policy.clauses):
        return ""
    return clause_url(policy, citation)


@register.simple_tag
def if_there(route: str, *arguments: object) -> str:
    """The address of a page of another part; empty where that is not there."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return ""
