"""The settings of a round that the policy leaves open: which there are, and what is wrong with them."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.library.policies import UnknownPolicy, policy
from zongbu.desk.recognition.models import Round
from zongbu.law import Policy

OPEN_SETTINGS = {
    "window": gettext_lazy("申报时间"),
    "as_of": gettext_lazy("评估基准日"),
    "approver": gettext_lazy("最后批准"),
    "notice_days": gettext_lazy("公示天数"),
    "materials": gettext_lazy("申报材料"),
    "terms": gettext_lazy("各环节期限"),
}
"""What the official text does not say ((四)): each setting needs a reason that applicants read."""

DEFAULT_TRACKS = ("meets_scale", "is_rnd_headquarters", "is_listed_headquarters")
"""Ways in that published policies name (``facts.md``); a policy that has others is given them by the office."""


def conditions_of(found: Policy) -> dict[str, str]:
    """The boolean results of a policy that may decide a round: identifier → title."""
    return {
        name: found.rules[name].title
        for name in found.results
        if found.rules[name].kind == "规则" and found.rules[name].node.type.kind == "boolean"
    }


def default_tracks(found: Policy) -> list[str]:
    """The ways in that a policy is known to have."""
    offered = conditions_of(found)
    return [name for name in DEFAULT_TRACKS if name in offered]


def faults(case: Round) -> list[str]:
    """What stands in the way of announcing a round, in sentences."""
    found: list[str] = []
    try:
        law = policy(case.policy)
    except UnknownPolicy as error:
        return [str(error)]
    if not law.may_be_activated:
        found.append(_("政策没有施行（征求意见稿或已废止），不能据以发布批次。"))
    if case.closes < timezone.localdate():
        found.append(_("申报截止日已经过去。"))
    offered = conditions_of(law)
    for name in [case.qualifies, *([case.admits] if case.admits else []), *case.tracks]:
        if name not in offered:
            found.append(_("政策里没有条件「%(name)s」。") % {"name": name})
    missing = [str(title) for name, title in OPEN_SETTINGS.items() if not case.basis.get(name, "").strip()]
    if missing:
        found.append(_("政策没有规定的设定须写明理由：%(titles)s。") % {"titles": _("、").join(missing)})
    if not case.declaration.strip():
        found.append(_("请写明真实性承诺的文本。"))
    return found
