"""Consultations: opening and closing, comments of the public, moderation, answers, summaries."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.actions.permit import permit
from zongbu.desk.library.models import ArticleSummary, Comment, Consultation
from zongbu.desk.library.policies import policy as policy_of

MOST_PER_HOUR = 10
"""Comments that one origin may submit within an hour."""
KEPT_AFTER_CLOSING = timedelta(days=180)
"""How long contacts are kept once a consultation is over."""


def open_consultation(viewer: Viewer, consultation: Consultation) -> Consultation:
    """Lay a draft open to comments.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: the policy is no draft, or another consultation on it runs in these days.
        ValidationError: the dates contradict each other.
    """
    person = permit(viewer)
    draft = policy_of(consultation.policy)
    if draft.status != "征求意见":
        raise Refused(_("只有征求意见稿可以征求意见。"))
    consultation.version = draft.version
    consultation.opened_by_id = person
    with transaction.atomic():
        consultation.full_clean()
        overlapping = Consultation.objects.select_for_update().filter(
            policy=consultation.policy,
            closed_at=None,
            starts__lte=consultation.ends,
            ends__gte=consultation.starts,
        )
        if overlapping.exists():
            raise Refused(_("这份稿子在这段时间里已经在征求意见。"))
        consultation.save(force_insert=True)
        journal.record(
            "library.open_consultation",
            viewer,
            consultation,
            case=consultation.policy,
            after={"starts": consultation.starts.isoformat(), "ends": consultation.ends.isoformat()},
        )
    return consultation


def close_consultation(viewer: Viewer, pk: int, reason: str) -> Consultation:
    """End a consultation before its last day; a lead does so, with a reason.

    Raises:
        PermissionDenied: the viewer is no lead of the city office.
        Refused: it is over already, or a reason is missing.
    """
    permit(viewer, frozenset({Role.CITY_LEAD}))
    if not reason.strip():
        raise Refused(_("提前结束须说明理由。"))
    with transaction.atomic():
        consultation = _locked(pk)
        if consultation.stage(timezone.localdate()) == "closed":
            raise Refused(_("这次征求意见已经结束。"))
        consultation.closed_at = timezone.now()
        consultation.save(update_fields=["closed_at"])
        journal.record("library.close_consultation", viewer, consultation, case=consultation.policy, reason=reason)
    return consultation


def comment(
    viewer: Viewer, pk: int, *, citation: str, text: str, consent: bool, name: str = "", contact: str = ""
) -> Comment:
    """Submit a comment; it is shown once an official has let it pass. Open to everybody.

    The journal keeps that a comment came in, neither its text nor who sent it.

    Raises:
        Refused: the consultation is not open, there is no such article, no consent, or too many in an hour.
        ValidationError: the text is empty or too long.
    """
    if not consent:
        raise Refused(_("请先同意提交说明。"))
    with transaction.atomic():
        consultation = _locked(pk)
        if consultation.stage(timezone.localdate()) != "open":
            raise Refused(_("现在不在征求意见期内，意见没有提交。"))
        if citation and citation not in {clause.citation for clause in policy_of(consultation.policy).clauses}:
            raise Refused(_("稿子里没有这一条。"))
        origin = origin_of(viewer.address, timezone.localdate())
        since = timezone.now() - timedelta(hours=1)
        if Comment.objects.filter(origin=origin, submitted_at__gte=since).count() >= MOST_PER_HOUR:
            raise Refused(_("同一网络地址一小时内提交的意见太多了，请稍后再提交。"))
        made = Comment(
            consultation=consultation, citation=citation, text=text, name=name, contact=contact, origin=origin
        )
        made.full_clean()
        made.save(force_insert=True)
        nobody = Viewer(role=viewer.role)  # a comment is not tied to an account or an address
        journal.record("library.comment", nobody, made, case=consultation.policy, after={"citation": citation})
    return made


def origin_of(address: str, day: date) -> str:
    """A keyed digest of a network address that differs from day to day."""
    return salted_hmac(
        "zongbu.library.comment", f"{day.isoformat()} {address}", secret=settings.SECRET_KEY
    ).hexdigest()[:32]


def moderate(viewer: Viewer, pk: int, *, show: bool, reason: str = "") -> Comment:
    """Let a comment be shown, or keep it hidden with a reason.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: there is no such comment, or hiding lacks its reason.
    """
    permit(viewer)
    if not show and not reason.strip():
        raise Refused(_("不予公开须说明理由。"))
    with transaction.atomic():
        made = _locked_comment(pk)
        before = made.state
        made.state = Comment.State.SHOWN if show else Comment.State.HIDDEN
        made.moderated_by_id, made.moderated_at = viewer.person, timezone.now()
        made.moderation_reason = "" if show else reason.strip()[:300]
        made.save()
        journal.record(
            "library.moderate",
            viewer,
            made,
            case=made.consultation.policy,
            reason=reason,
            before={"state": before},
            after={"state": made.state},
        )
    return made


def answer(viewer: Viewer, pk: int, text: str) -> Comment:
    """Answer a comment; the answer is shown beneath it.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: the comment is not shown, or the answer is empty.
    """
    permit(viewer)
    if not text.strip():
        raise Refused(_("请写明答复。"))
    with transaction.atomic():
        made = _locked_comment(pk)
        if made.state != Comment.State.SHOWN:
            raise Refused(_("先公开意见，才能答复。"))
        before = made.answer
        made.answer, made.answered_by_id, made.answered_at = text.strip(), viewer.person, timezone.now()
        made.full_clean()
        made.save()
        journal.record(
            "library.answer",
            viewer,
            made,
            case=made.consultation.policy,
            before={"answer": before},
            after={"answer": made.answer},
        )
    return made


def summarise(viewer: Viewer, pk: int, text: str) -> Consultation:
    """Publish what became of the comments as a whole, once the consultation is over.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: it still runs, or the text is empty.
    """
    permit(viewer)
    if not text.strip():
        raise Refused(_("请写明意见采纳情况。"))
    with transaction.atomic():
        consultation = _locked(pk)
        if consultation.stage(timezone.localdate()) != "closed":
            raise Refused(_("征求意见结束以后才能公布采纳情况。"))
        before = consultation.summary
        consultation.summary, consultation.summarised_at = text.strip(), timezone.now()
        consultation.full_clean()
        consultation.save()
        journal.record(
            "library.summarise",
            viewer,
            consultation,
            case=consultation.policy,
            before={"summary": before},
            after={"summary": consultation.summary},
        )
    return consultation


def summarise_article(viewer: Viewer, pk: int, citation: str, outcome: str, text: str) -> ArticleSummary:
    """Say what was said on an article and what became of it; written anew it replaces the earlier text.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: there is no such article.
        ValidationError: the outcome is unknown or the text empty.
    """
    person = permit(viewer)
    with transaction.atomic():
        consultation = _locked(pk)
        if citation and citation not in {clause.citation for clause in policy_of(consultation.policy).clauses}:
            raise Refused(_("稿子里没有这一条。"))
        summary = ArticleSummary.objects.filter(consultation=consultation, citation=citation).first()
        before = {"outcome": summary.outcome, "text": summary.text} if summary is not None else None
        summary = summary or ArticleSummary(consultation=consultation, citation=citation)
        summary.outcome, summary.text = outcome, text.strip()
        summary.written_by_id, summary.written_at = person, timezone.now()
        summary.full_clean()
        summary.save()
        journal.record(
            "library.summarise_article",
            viewer,
            summary,
            case=consultation.policy,
            before=before,
            after={"outcome": outcome, "text": summary.text},
        )
    return summary


def forget_contacts(today: date) -> int:
    """Erase the contacts of consultations that have been over for long; returns how many. For a daily sweep."""
    over = Consultation.objects.filter(ends__lt=today - KEPT_AFTER_CLOSING)
    return Comment.objects.filter(consultation__in=over).exclude(contact="").update(contact="")


def _locked(pk: int) -> Consultation:
    found = Consultation.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refused(_("没有这次征求意见。"))
    return found


def _locked_comment(pk: int) -> Comment:
    found = Comment.objects.select_for_update(of=("self",)).select_related("consultation").filter(pk=pk).first()
    if found is None:
        raise Refused(_("没有这条意见。"))
    return found
