"""What stands in the way of an act: case and viewer → a sentence for the person, empty if nothing does.

They are asked when a button is shown and again, under the lock, when it is pressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zongbu.desk.recognition.models import Application, Batch, Notice, Objection, Revocation, Round


# --- rounds ------------------------------------------------------------------------------------------------


def announcing(case: Round, viewer: Viewer) -> StrOrPromise:
    """A round is announced with a window that is not over, under a policy that may be used, every setting reasoned."""
    from zongbu.desk.recognition.settings import faults

    found = faults(case)
    return found[0] if found else ""


def concluding(case: Round, viewer: Viewer) -> StrOrPromise:
    """A round ends when nothing is under way any more."""
    from zongbu.desk.recognition.models import Application, Notice, Objection

    if case.accepts(timezone.localdate()):
        return _("申报还没有截止。")
    waiting = Application.objects.filter(round=case).exclude(state__in=["draft", "recognised", "refused", "withdrawn"])
    if number := waiting.count():
        return _("还有%(number)s件申请没有办结。") % {"number": number}
    if Notice.objects.filter(round=case, state="published").exists():
        return _("还有公示没有公告结果。")
    if Objection.objects.filter(application__round=case, state="received").exists():
        return _("还有没有处理的异议。")
    return ""


# --- applications ------------------------------------------------------------------------------------------


def entering(case: Application, viewer: Viewer) -> StrOrPromise:
    """Window, ban, dishonesty list, another application: checked on every way in."""
    from zongbu.desk.recognition.entering import hindrances

    found = hindrances(case.enterprise, case.round, timezone.localdate(), apart_from=case.pk)
    return found[0].text if found else ""


def submitting(case: Application, viewer: Viewer) -> StrOrPromise:
    """What ``entering`` asks, the group, and what an application is made of."""
    from zongbu.desk.recognition.entering import incomplete

    if hindrance := entering(case, viewer):
        return hindrance
    found = incomplete(case)
    return found[0] if found else ""


def resubmitting(case: Application, viewer: Viewer) -> StrOrPromise:
    """Complete again, each comment answered or its field changed, and the enterprise neither barred nor listed."""
    from zongbu.desk.recognition.entering import disqualified, incomplete, texts, uncorrected

    barred = texts(disqualified(case.enterprise, case.round, timezone.localdate()))
    found = [*barred, *uncorrected(case), *incomplete(case)]
    return found[0] if found else ""


def returning(case: Application, viewer: Viewer) -> StrOrPromise:
    """The enterprise has to see exactly what to correct."""
    if all(one.resolved_at for one in case.comments.all()):
        return _("请先逐项写明需要补正的内容，再退回。")
    return ""


def checked(case: Application, viewer: Viewer) -> StrOrPromise:
    """Every line of the check list has a verdict, and nothing waits to be corrected."""
    from zongbu.desk.recognition.checking import conditions

    done = {one.result for one in case.checks.all()}
    left = [title for result, title in conditions(case.round) if result not in done]
    if left:
        return _("核查清单还有未填的条件：%(titles)s。") % {"titles": _("、").join(left)}
    if any(one.resolved_at is None for one in case.comments.all()):
        return _("还有没有退回也没有撤销的补正意见。")
    return ""


def collecting(case: Application, viewer: Viewer) -> StrOrPromise:
    """A missing opinion is not consent: all have been given, or the office says why it waits no longer."""
    waiting = case.opinions.filter(state="requested").select_related("organisation")
    names = [str(one.organisation) for one in waiting]
    return _("还有部门没有答复：%(names)s。") % {"names": _("、").join(names)} if names else ""


def proposing(case: Application, viewer: Viewer) -> StrOrPromise:
    """One application a group, whatever has become of the others meanwhile ((三))."""
    from zongbu.desk.recognition.entering import beside_group

    return beside_group(case)


def approving(case: Application, viewer: Viewer) -> StrOrPromise:
    """Beyond ``deciding``: neither barred nor listed on the day of the decision, nor beside a member of its group."""
    from zongbu.desk.recognition.entering import beside_group, disqualified

    if objection := deciding(case, viewer):
        return objection
    found = disqualified(case.enterprise, case.round, timezone.localdate())
    return found[0].text if found else beside_group(case)


def deciding(case: Application, viewer: Viewer) -> StrOrPromise:
    """Decided is what has been put forward."""
    if case.batch is None or case.batch.state != "submitted":
        return _("所在的审定批次还没有提请审定。")
    return ""


def recognising(case: Application, viewer: Viewer) -> StrOrPromise:
    """The notice is over, nobody's objection is open, and the enterprise is neither barred nor listed by now."""
    from zongbu.desk.recognition.entering import disqualified

    line = case.notice_lines.filter(withdrawn_at=None).select_related("notice").order_by("-pk").first()
    if line is None:
        return _("还没有列入公示。")
    if timezone.localdate() <= line.notice.ends:
        return _("公示期还没有结束。")
    if case.objections.filter(state="received").exists():
        return _("还有没有处理的异议。")
    found = disqualified(case.enterprise, case.round, timezone.localdate())
    return found[0].text if found else ""


# --- batches, notices --------------------------------------------------------------------------------------


def submitting_batch(case: Batch, viewer: Viewer) -> StrOrPromise:
    if not case.applications.filter(state="proposed").exists():
        return _("批次里还没有申请。")
    return ""


def dissolving_batch(case: Batch, viewer: Viewer) -> StrOrPromise:
    if case.applications.filter(state="proposed").exists():
        return _("批次里还有申请，请先退回市总部办汇总。")
    return ""


def closing_batch(case: Batch, viewer: Viewer) -> StrOrPromise:
    if number := case.applications.filter(state="proposed").count():
        return _("批次里还有%(number)s件没有审定。") % {"number": number}
    return ""


def announcing_list(case: Notice, viewer: Viewer) -> StrOrPromise:
    """The list is announced when the notice is over and every objection has its reply."""
    if timezone.localdate() <= case.ends:
        return _("公示期还没有结束。")
    if case.objections.filter(state="received").exists():
        return _("还有没有处理的异议。")
    return ""


def objecting(case: Objection, viewer: Viewer) -> StrOrPromise:
    """Everybody may object to a name in a running notice, an applicant to its own refusal."""
    today = timezone.localdate()
    if case.kind == case.Kind.NOTICE:
        notice = case.notice
        if notice is None or not notice.runs(today):
            return _("现在不在公示期内。")
        standing = notice.lines.filter(application=case.application_id, withdrawn_at=None)
        return "" if standing.exists() else _("公示名单里没有这家企业。")
    if viewer.role not in ENTERPRISE or viewer.uscc != case.application.enterprise.uscc:
        return _("只有申请企业可以对决定提出异议。")
    if case.application.state != "refused":
        return _("只能对不予认定的决定提出异议。")
    if case.application.round.state != "open":
        return _("批次已经结束，不再受理异议；可以依法申请行政复议或者提起行政诉讼。")
    if case.application.objections.filter(state="received", kind=case.Kind.DECISION).exists():
        return _("已有一份异议正在处理。")
    return ""


def heard(case: Revocation, viewer: Viewer) -> StrOrPromise:
    """Before it is put forward the enterprise has spoken, or its time has passed."""
    if case.stated_at is None and timezone.localdate() <= case.hearing_until:
        return _("企业的陈述申辩期限还没有结束。")
    return ""
