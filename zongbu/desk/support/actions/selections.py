"""Selections and recommendations: drawing up a list, proposing, deciding, publishing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.measures import Offering, offering
from zongbu.desk.support.models import Candidate, SelectionList, SupportRequest
from zongbu.desk.support.unpaid import selecting
from zongbu.desk.support.unpaid.flow import SELECTION


def open_list(
    viewer: Viewer,
    found: Offering,
    year: int,
    *,
    title: str,
    basis: str,
    approver: str,
    places: int | None = None,
) -> SelectionList:
    """Begin a list.

    Args:
        approver: the role that decides, see ``models.selections.APPROVERS``; of a district's list its own lead, or the
            city's.
        basis: standards and what they rest on.

    Raises:
        NotPermitted: not an official of an office. Refused: the measure is not for selecting, or no basis is named.
    """
    if found.key not in {one.key for one in selecting.selectable()}:
        raise Refused(_("「%(measure)s」不用名单办理。") % {"measure": found.measure.title})
    if not basis.strip():
        raise Refused(_("请写明标准和依据。"))
    district = viewer.district if viewer.role in DISTRICT else ""
    if approver == Role.DISTRICT_LEAD and not district:
        raise Refused(_("只有区县编制的名单由区县负责人决定。"))
    if viewer.organisation is None:
        raise NotPermitted(_("您的角色不能编制名单。"))
    made = SelectionList(
        receipt=receipt("MD"),
        title=title.strip(),
        policy=found.policy.identifier,
        measure=found.measure.identifier,
        measure_title=found.measure.title,
        clause=found.measure.clause,
        year=year,
        district=district,
        organisation_id=viewer.organisation,
        approver=approver,
        places=places,
        basis=basis.strip(),
    )
    return flow.begin(SELECTION, "open", made, viewer)


def gather(viewer: Viewer, pk: int) -> int:
    """Put every enterprise on a draft that is entitled and kept from nothing; how many came."""
    with transaction.atomic():
        case = _draft(viewer, pk)
        found = offering(case.policy, case.measure)
        there = set(case.candidates.values_list("enterprise", flat=True))
        fresh = [one for one in selecting.pool(found, case.district) if one.pk not in there]
        answer = selecting.judged(found, fresh)
        wanted = [one for one in fresh if answer[one.pk] == (True, "")]
        _put(viewer, case, wanted, answer)
    return len(wanted)


def add(viewer: Viewer, pk: int, enterprise: Enterprise, published_name: str = "") -> Candidate:
    """Put one enterprise on a draft, with the name of a person or a project that would be published.

    Raises:
        NotPermitted: somebody else's list. Refused: not a draft, on it already, or of another district.
    """
    with transaction.atomic():
        case = _draft(viewer, pk)
        if case.district and enterprise.district != case.district:
            raise Refused(_("这家企业不在本区县。"))
        name = published_name.strip()[:100]
        if case.candidates.filter(enterprise=enterprise, published_name=name).exists():
            raise Refused(_("名单里已有这家企业。"))
        answer = selecting.judged(offering(case.policy, case.measure), [enterprise])
        return _put(viewer, case, [enterprise], answer, name)[0]


def add_requests(viewer: Viewer, pk: int) -> int:
    """Put on a draft whoever has asked for the measure and is being handled; how many came."""
    with transaction.atomic():
        case = _draft(viewer, pk)
        there = set(case.candidates.exclude(request=None).values_list("request", flat=True))
        asked = SupportRequest.objects.filter(
            policy=case.policy,
            measure=case.measure,
            organisation=case.organisation_id,
            state__in=["received", "granted"],
            year=case.year,
        ).exclude(pk__in=there)
        if case.district:
            asked = asked.filter(district=case.district)
        requests = list(asked.select_related("enterprise").order_by("pk"))
        answer = selecting.judged(offering(case.policy, case.measure), [one.enterprise for one in requests])
        present = set(case.candidates.filter(published_name="").values_list("enterprise", flat=True))
        done = 0
        for one in requests:
            if one.enterprise_id in present:
                continue
            present.add(one.enterprise_id)
            _put(viewer, case, [one.enterprise], answer, request=one)
            done += 1
    return done


def remove(viewer: Viewer, pk: int, candidate: int) -> SelectionList:
    """Take a candidate off a draft."""
    with transaction.atomic():
        case = _draft(viewer, pk)
        found = case.candidates.filter(pk=candidate).select_related("enterprise").first()
        if found is None:
            raise Refused(_("名单里没有这个候选。"))
        journal.record(
            "support.remove_candidate", viewer, case, case=case.number, before={"enterprise": found.enterprise.uscc}
        )
        found.delete()
    return case


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says of a candidate: on the list or not, and why."""

    chosen: bool | None
    reason: str = ""
    published_name: str | None = None


def word(viewer: Viewer, pk: int, words: Mapping[int, Word]) -> SelectionList:
    """Say of candidates (by primary key) whether they are proposed, and why."""
    with transaction.atomic():
        case = _draft(viewer, pk)
        changed = {}
        for one in case.candidates.filter(pk__in=words).select_related("enterprise"):
            said = words[one.pk]
            one.proposed, one.grounds = said.chosen, said.reason.strip()[:500]
            if said.published_name is not None:
                one.published_name = said.published_name.strip()[:100]
            one.save(update_fields=["proposed", "grounds", "published_name"])
            changed[one.enterprise.uscc] = {"proposed": one.proposed, "grounds": one.grounds}
        journal.record("support.word_candidates", viewer, case, case=case.number, after=changed)
    return case


def propose(viewer: Viewer, pk: int, *, seen: int | None = None) -> SelectionList:
    """Put the list before whoever decides."""

    def change(case: SelectionList) -> None:
        case.proposed_at = timezone.now()
        case.candidates.update(chosen=None, decision_reason="")

    return flow.perform(SELECTION, "propose", SelectionList, pk, viewer, change=change, seen=seen)


def take_back(viewer: Viewer, pk: int) -> SelectionList:
    """Take it back before it is decided."""
    return flow.perform(SELECTION, "take_back", SelectionList, pk, viewer)


def send_back(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> SelectionList:
    """Whoever decides wants it drawn up again."""

    def change(case: SelectionList) -> None:
        case.decided_at = None
        case.candidates.update(chosen=None, decision_reason="")

    return flow.perform(SELECTION, "send_back", SelectionList, pk, viewer, reason, change, seen=seen)


def decide(
    viewer: Viewer, pk: int, words: Mapping[int, Word], reason: str, *, seen: int | None = None
) -> SelectionList:
    """Decide on every candidate; who is decided upon otherwise than proposed has a reason.

    Raises:
        NotPermitted: somebody else decides, or the person has proposed the list.
        Refused: a candidate is left out, a deviation has no reason, or more are chosen than there are places.
    """

    def change(case: SelectionList) -> None:
        candidates = list(case.candidates.select_related("enterprise"))
        for one in candidates:
            said = words.get(one.pk)
            if said is None or said.chosen is None:
                raise Refused(_("请对每个候选作出决定：%(name)s。") % {"name": one.enterprise.name})
            if said.chosen != one.proposed and not said.reason.strip():
                raise Refused(_("%(name)s的决定与提名不一致，请写明理由。") % {"name": one.enterprise.name})
            one.chosen, one.decision_reason = said.chosen, said.reason.strip()[:500]
        number = sum(one.chosen is True for one in candidates)
        if case.places is not None and number > case.places:
            raise Refused(_("列入%(number)s个，超过名额%(places)s个。") % {"number": number, "places": case.places})
        Candidate.objects.bulk_update(candidates, ["chosen", "decision_reason"])
        case.decided_at = timezone.now()
        told = {one.enterprise.uscc: {"chosen": one.chosen, "reason": one.decision_reason} for one in candidates}
        journal.record("support.choose_candidates", viewer, case, case=case.number, after=told)

    return flow.perform(SELECTION, "decide", SelectionList, pk, viewer, reason, change, seen=seen)


def publish(viewer: Viewer, pk: int, notice: str = "", *, seen: int | None = None) -> SelectionList:
    """Publish whom the decision has chosen; from now on everybody reads it."""

    def change(case: SelectionList) -> None:
        case.notice = notice.strip()
        case.published_at = timezone.now()

    return flow.perform(SELECTION, "publish", SelectionList, pk, viewer, change=change, seen=seen)


def dissolve(viewer: Viewer, pk: int, reason: str) -> SelectionList:
    """Give a draft up."""
    return flow.perform(SELECTION, "dissolve", SelectionList, pk, viewer, reason)


def exported(viewer: Viewer, case: SelectionList, rows: int) -> None:
    """Journal that a list was taken away as a file."""
    with transaction.atomic():
        journal.record("support.export_selection", viewer, case, case=case.number, after={"rows": rows})


def may_open(viewer: Viewer) -> bool:
    """Whether somebody draws up lists."""
    return viewer.writes and viewer.role in DISTRICT | DEPARTMENT | CITY


def _put(
    viewer: Viewer,
    case: SelectionList,
    enterprises: Collection[Enterprise],
    answer: Mapping[int, tuple[bool | None, str]],
    name: str = "",
    request: SupportRequest | None = None,
) -> list[Candidate]:
    made = [
        Candidate(
            selection=case,
            enterprise=one,
            published_name=name,
            request=request,
            entitled=answer[one.pk][0],
            standing=answer[one.pk][1][:300],
        )
        for one in enterprises
    ]
    Candidate.objects.bulk_create(made)
    if made:
        told = {"enterprises": _codes(enterprises)}
        journal.record("support.add_candidates", viewer, case, case=case.number, after=told)
    return made


def _codes(enterprises: Iterable[Enterprise]) -> list[str]:
    return [one.uscc for one in enterprises]


def _draft(viewer: Viewer, pk: int) -> SelectionList:
    """A draft of the viewer's office, locked."""
    case = SelectionList.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if case is None:
        raise Refused(_("这份名单不存在。"))
    if not may_open(viewer) or viewer.organisation != case.organisation_id:
        raise NotPermitted(_("这份名单不由您的单位编制。"))
    if case.state != "draft":
        raise Refused(_("名单现在的状态是「%(state)s」，不能修改。") % {"state": SELECTION.label(case.state)})
    return case
