"""Stars: indicators, evaluations, objections."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _stars(rest: str, state: str = "draft", own: bool = False) -> Callable[[Viewer], str]:
    """A page of stars; ``{pk}`` is the evaluation, ``{set}`` its set, ``{uscc}`` an enterprise in it."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import starred
        from zongbu.desk.demo import uscc

        code = uscc(0) if own else "91330100MA2TITLED0"
        made = starred.an_evaluation(state, code)
        return "/recognition/stars/" + rest.format(pk=made.pk, set=made.set_id, uscc=code)

    return address


def _star_objection(rest: str) -> Callable[[Viewer], str]:
    """A page of an objection to an intended star, by its receipt."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import starred

        return "/recognition/stars/" + rest.format(starred.an_objection().receipt)

    return address


def _indicators(rest: str = "") -> Callable[[Viewer], str]:
    """A page of an indicator set that is a draft."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import starred

        return f"/recognition/stars/sets/{starred.a_set().pk}/{rest}"

    return address


_MOVED = "?w_revenue=20&w_research=35&w_branches=10&w_subsidiaries=15&w_conditions=10&w_contribution=10&method=count&t_5=1&t_4=1&t_3=1&t_2=1&t_1="


STARS = [
    Page("indicator sets", "/recognition/stars/sets/", "city_lead"),
    Page("drafting an indicator set", "/recognition/stars/sets/new/", "city_officer"),
    Page("an indicator set", _indicators(), "city_officer"),
    Page("changing an indicator set", _indicators("edit/"), "city_officer"),
    Page("star evaluations", "/recognition/stars/evaluations/", "auditor"),
    Page("beginning an evaluation", "/recognition/stars/evaluations/new/", "city_officer"),
    Page("a star evaluation", _stars("evaluations/{pk}/"), "city_officer"),
    Page("a star evaluation for the lead", _stars("evaluations/{pk}/", "noticed"), "city_lead"),
    Page("entering scores", _stars("evaluations/{pk}/scores/"), "city_officer"),
    Page("what if the weights were others", _stars("evaluations/{pk}/what-if/" + _MOVED), "city_officer"),
    Page("an evaluation computed again", _stars("evaluations/{pk}/verify/"), "auditor"),
    Page("a star explained", _stars("evaluations/{pk}/results/{uscc}/"), "city_officer"),
    Page("one's own star", _stars("own/", "published", own=True), "enterprise_staff"),
    Page("notice of stars", _stars("notice/{pk}/", "noticed")),
    Page("objecting to a star", _stars("notice/{pk}/object/?about={uscc}", "noticed")),
    Page("an objection to a star", _star_objection("objections/{}/"), "city_lead"),
    Page("receipt of an objection to a star", _star_objection("notice/received/{}/")),
    Page("published stars", _stars("", "published", own=True)),
]
