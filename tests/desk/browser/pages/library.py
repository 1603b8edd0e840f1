"""Policies, their parameters and measures, consultations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _made(route: str, maker: str) -> str:
    """The page of something of the library that a maker of ``tests.desk.library.making`` makes."""
    from django.urls import reverse

    from tests.desk.library import making

    return reverse(f"library:{route}", args=[getattr(making, maker)().pk])


def _parameter(viewer: Viewer) -> str:
    from tests.desk.library import making

    return f"/policies/hangzhou-2023/parameters/{making.an_approved_value().parameter}/"


def _measure(viewer: Viewer) -> str:
    from tests.desk.library import making

    policy, measure = making.a_suspended_measure()
    return f"/policies/{policy}/measures/{measure}/"


def of_policy(route: str, things: str) -> str:
    """The page of the first clause, rule, parameter or measure of a policy."""
    from django.urls import reverse

    from zongbu.desk.library.policies import policy

    found = getattr(policy("hangzhou-2023"), things)
    first = next(iter(found.values())) if hasattr(found, "values") else next(iter(found))
    return reverse(f"library:{route}", args=["hangzhou-2023", getattr(first, "citation", "") or first.identifier])


LIBRARY = [
    Page("policies", "/policies/"),
    Page("policies for an official", "/policies/", "city_officer"),
    Page("a policy", "/policies/hangzhou-2023/"),
    Page("a policy for an official", "/policies/hangzhou-2023/", "city_lead"),
    Page("a policy to print", "/policies/hangzhou-2023/print/"),
    Page("a clause", lambda viewer: of_policy("clause", "clauses"), "city_officer"),
    Page("a rule", lambda viewer: of_policy("rule", "rules")),
    Page("a parameter", lambda viewer: of_policy("parameter", "parameters"), "city_officer"),
    Page("a measure", lambda viewer: of_policy("measure", "measures"), "city_officer"),
    Page("proposing a value", "/policies/hangzhou-2023/parameters/star_award_amount/propose/", "city_officer"),
    Page("a clause with everything", "/policies/hangzhou-2023/clauses/（七）/"),
    Page("a parameter with its history", _parameter),
    Page("a suspended measure", _measure),
    Page("a value to be approved", lambda viewer: _made("value", "a_proposal"), "city_lead"),
    Page("a suspension to be approved", lambda viewer: _made("suspension", "an_order"), "city_lead"),
    Page("a consultation", lambda viewer: _made("consultation", "a_consultation")),
    Page("a consultation for an official", lambda viewer: _made("consultation", "a_consultation"), "city_lead"),
    Page("commenting", lambda viewer: _made("comment", "a_consultation") + "?article=（二）"),
    Page("comments", lambda viewer: _made("comments", "a_consultation"), "city_officer"),
    Page("moderating", lambda viewer: _made("moderate", "a_comment"), "city_officer"),
    Page("summing up", lambda viewer: _made("summary", "a_consultation"), "city_officer"),
    Page("closing a consultation", lambda viewer: _made("close", "a_consultation"), "city_lead"),
    Page("reviewing a measure", lambda viewer: of_policy("review", "measures"), "city_officer"),
    Page("suspending a measure", lambda viewer: of_policy("suspend", "measures"), "city_officer"),
    Page("attaching the official text", "/policies/hangzhou-2023/official/", "city_officer"),
    Page("opening a consultation", "/policies/binjiang-draft/consult/", "city_officer"),
    Page("search in policies", "/policies/search/?q=营业收入"),
    Page("two policies side by side", "/policies/compare/?left=hangzhou-2023&right=binjiang-draft"),
    Page("dictionary of facts", "/policies/facts/"),
    Page("a fact", "/policies/facts/in_city_revenue/"),
    Page("entered values", "/policies/values/", "city_officer"),
    Page("suspensions", "/policies/suspensions/", "city_officer"),
    Page("consultations", "/policies/consultations/"),
]
