"""Whether an enterprise may enter a round, and whether its application is complete. Asked on every way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import groups, queries
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.enterprises.values import BANNED_UNTIL, IS_BANNED, ON_LIST
from zongbu.desk.kernel.flow import history
from zongbu.desk.library.parameters import overrides
from zongbu.desk.recognition.models import Application, Round
from zongbu.law.amounts import day as in_words
from zongbu.law.facts import BadFacts


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Something that keeps an enterprise out: ``kind`` is ``window``, ``twice``, ``banned`` or ``listed``."""

    kind: str
    text: str


def hindrances(enterprise: Enterprise, round: Round, today: date, *, apart_from: int | None = None) -> list[Hindrance]:
    """What keeps an enterprise out of a round today; ``apart_from`` is its own application."""
    found: list[Hindrance] = []
    if not round.accepts(today):
        found.append(Hindrance("window", _window(round, today)))
    others = Application.objects.filter(round=round, enterprise=enterprise).exclude(state="withdrawn")
    other = others.exclude(pk=apart_from or 0).first()
    if other is not None:
        found.append(Hindrance("twice", _("本批次已有一份申请（%(receipt)s）。") % {"receipt": other.receipt}))
    return found + disqualified(enterprise, round, today)


def disqualified(enterprise: Enterprise, round: Round, today: date) -> list[Hindrance]:
    """Whether it is barred ((二十二)) or on the dishonesty list ((三)1) today; unknown keeps nobody out.

    A ban on record counts whatever the round's settings say; its deciding result may bar further.
    """
    law = round.law
    facts = queries.facts_at(enterprise, today, policy=law)
    found: list[Hindrance] = []
    if facts.get(ON_LIST) == "true":
        found.append(Hindrance("listed", _("企业在严重违法失信主体名单上，不能申报。")))
    if facts.get(IS_BANNED) == "true":
        return [*found, _barred(facts)]
    if not round.admits:
        return found
    try:
        allowed = law.assess(
            facts, as_of=today, parameters=overrides(law.identifier, today), results=[round.admits]
        ).results[round.admits]
    except BadFacts as error:
        faults = "；".join(map(str, error.faults))
        return [*found, Hindrance("unreadable", _("企业档案中的数据不能使用：%(faults)s") % {"faults": faults})]
    return [*found, _barred(facts)] if allowed is False else found


def _barred(facts: Mapping[str, str]) -> Hindrance:
    last = facts.get(BANNED_UNTIL, "")
    if not last:
        return Hindrance("banned", _("企业处于禁申期，不能申报。"))
    return Hindrance("banned", _("企业处于禁申期，最后一日为%(day)s。") % {"day": in_words(date.fromisoformat(last))})


def _window(round: Round, today: date) -> str:
    if round.state != "open":
        return _("批次没有在受理申报。")
    if today < round.opens:
        return _("申报还没有开始：%(day)s开始。") % {"day": in_words(round.opens)}
    return _("申报已于%(day)s截止。") % {"day": in_words(round.closes)}


# --- the group ---------------------------------------------------------------------------------------------


def beside_group(application: Application) -> str:
    """Why an application cannot go on beside another member of its group; empty if it may."""
    if application.group_exception:
        return ""
    members = applying_members(application.enterprise, application.round)
    if not members:
        return ""
    return _("同一集团的%(name)s已在本批次申报（%(receipt)s）。集团以一家申报，例外须由区县备案。") % {
        "name": members[0].enterprise.name,
        "receipt": members[0].receipt,
    }


def applying_members(enterprise: Enterprise, round: Round) -> list[Application]:
    """Applications of other members of the enterprise's group in the same round ((三): one application a group)."""
    keys = groups.member_keys(enterprise, timezone.localdate()) - {enterprise.pk}
    if not keys:
        return []
    found = Application.objects.filter(round=round, enterprise__in=keys).exclude(
        Q(state="withdrawn") | Q(state="draft") | Q(state="refused")
    )
    return list(found.select_related("enterprise").order_by("pk"))


# --- completeness ------------------------------------------------------------------------------------------


def lacking_materials(application: Application) -> list[str]:
    """Titles of the required materials that have no file yet."""
    handed = set(application.materials.values_list("material_id", flat=True))
    return [
        one.title
        for one in application.round.materials.all()
        if one.required and one.track in ("", application.track) and one.pk not in handed
    ]


def incomplete(application: Application) -> list[str]:
    """What an application still lacks before it may be submitted, in sentences."""
    found: list[str] = []
    if titles := lacking_materials(application):
        found.append(_("还缺材料：%(titles)s。") % {"titles": _("、").join(titles)})
    members = applying_members(application.enterprise, application.round)
    if members and not application.group_exception:
        found.append(
            _(
                "同一集团的%(name)s已在本批次申报（%(receipt)s）。集团以一家申报；确需分别申报的，请向区县总部办申请例外备案。"
            )
            % {"name": members[0].enterprise.name, "receipt": members[0].receipt}
        )
    signed = application.declarations.order_by("-pk").first()
    since = latest_return(application)
    if signed is None or (since is not None and signed.signed_at <= since):
        found.append(_("真实性承诺还没有签署。"))
    return found


def uncorrected(application: Application) -> list[str]:
    """Comments that were neither answered nor followed by a new value or file."""
    found = []
    for comment in application.comments.filter(resolved_at=None):
        if comment.answered or _changed(application, comment.subject, comment.raised_at):
            continue
        found.append(_("补正意见还没有处理：%(text)s") % {"text": comment.text})
    return found


def _changed(application: Application, subject: str, since: datetime) -> bool:
    if subject.startswith("material:"):
        return application.materials.filter(material=int(subject.partition(":")[2]), added_at__gt=since).exists()
    return (
        bool(subject)
        and FactRecord.objects.filter(
            enterprise=application.enterprise_id, fact=subject, recording__recorded_at__gt=since
        ).exists()
    )


def latest_return(application: Application) -> datetime | None:
    """When the application was last returned; None if never."""
    from zongbu.desk.recognition.flow import APPLICATION

    moments = [one.moment for one in history(APPLICATION, application) if one.act in ("return", "return_by_city")]
    return max(moments, default=None)


def texts(found: Iterable[Hindrance]) -> list[str]:
    """The sentences."""
    return [one.text for one in found]
