"""What the pages of the self-check write: because-trees, answers, clauses, distances."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.presentation import clause_url
from zongbu.desk.selfcheck.screening.summary import scope
from zongbu.law import Policy
from zongbu.law.explain.view import Answer, Line

register = template.Library()


@register.simple_tag
def because_tree(lines: Iterable[Line], clause: str, policy: Policy | None = None, prefix: str = "r") -> SafeString:
    """A because-tree as nested lists of ``<details>``, open along the branch that decides.

    Written here and not by a template that includes itself: a page has hundreds of lines.

    Args:
        lines: the lines beneath a result (``row.because.children``).
        clause: the clause that is cited above them; only others are cited again.
        policy: where clauses lead to; None cites without a link.
        prefix: what the anchors of the rules begin with.
    """
    return mark_safe("".join(_tree(lines, clause, policy, prefix)))  # noqa: S308 (every text is escaped in _line)


def _tree(lines: Iterable[Line], clause: str, policy: Policy | None, prefix: str) -> Iterable[str]:
    items = []
    for line in lines:
        if line.children:
            unfolded = " open" if line.decisive else ""
            # What unfolds may not hold links: the clause stands beneath it instead, as the first thing that unfolds.
            text = _line(line, clause, None, "")
            basis = f'<p class="check-basis">{_cited(line.clause, policy)}</p>' if line.clause != clause else ""
            inner = basis + "".join(_tree(line.children, line.clause, policy, prefix))
            items.append(f"<li><details{unfolded}><summary>{text}</summary>{inner}</details></li>")
        else:
            items.append(f'<li class="check-leaf">{_line(line, clause, policy, prefix)}</li>')
    if items:
        yield f'<ul class="check-tree">{"".join(items)}</ul>'


def _line(line: Line, above: str, policy: Policy | None, prefix: str) -> str:
    """A line; without ``prefix`` (within a summary) it holds no link."""
    text = escape(line.text)
    if line.refers_to and prefix:
        text = f'<a href="#{prefix}-{conditional_escape(line.refers_to)}">{text}</a>'
    cited = f" {_cited(line.clause, policy)}" if line.clause != above and prefix else ""
    kind = "check-line" if line.decisive else "check-line check-aside"
    return f'<span class="{kind}">{_sign(line.answer)}<span>{text}{cited}</span></span>'


@lru_cache(maxsize=256)
def _sign(answer: Answer) -> str:
    """The sign alone; its word is there for those who do not see it. Kept: of hundreds on a page few are different."""
    spoken = f'<span class="visually-hidden">{conditional_escape(answer.text)} </span>' if answer.text else ""
    return f'<b class="check-{answer.tone}" aria-hidden="true">{conditional_escape(answer.sign)}</b>{spoken}'


@register.simple_tag
def verdict(answer: Answer) -> SafeString:
    """An answer (``zongbu.law.explain.view.Answer``) with sign and word: ✓ 满足."""
    if answer.tone == "plain":
        return format_html('<span class="check-plain">{}</span>', answer.text)
    sign = format_html('<span aria-hidden="true">{}</span> ', answer.sign) if answer.sign else ""
    return format_html('<span class="answer answer-{}">{}{}</span>', answer.tone, sign, answer.text)


@register.simple_tag
def cite(clause: str, policy: Policy | None = None) -> SafeString:
    """A citation, as a link to the clause in the library where that has one."""
    return mark_safe(_cited(clause, policy))  # noqa: S308 (escaped below)


def _cited(clause: str, policy: Policy | None) -> str:
    owner, citation = (policy, clause) if policy is not None else (None, clause)
    if policy is not None:
        for other in policy.based_on.values():  # a citation of another policy begins with its number or title
            for name in (other.head.get("文号") or "", f"《{other.title}》"):
                if name and clause.startswith(name):
                    owner, citation = other, clause[len(name) :]
    shown = f'<cite lang="zh-Hans">{conditional_escape(clause)}</cite>'
    address = clause_url(owner.identifier, citation) if owner is not None else ""
    return f'<a class="check-cite" href="{conditional_escape(address)}">{shown}</a>' if address else shown


@register.filter
def hundredths(share: Fraction | None) -> str:
    """A share from 0 to 1 in percent with one place, for ``<progress>`` and for people: ``68.0``."""
    return "" if share is None else f"{float(share) * 100:.1f}"


@register.filter
def first_paragraph(text: str) -> str:
    """The restatement of a clause up to its remarks (【口径】 …)."""
    return text.partition("\n\n")[0]


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands told apart: ``12,345``."""
    return f"{number:,}"


@register.filter
def screening_scope(screening: Screening) -> str:
    """The scope of a screening in words."""
    return scope(screening)


@register.simple_tag
def enterprise_url(enterprise: Enterprise) -> str:
    """The page of an enterprise."""
    return reverse("enterprises:detail", args=[enterprise.uscc])
