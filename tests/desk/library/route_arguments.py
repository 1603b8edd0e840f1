"""Proposals, orders, consultations and comments for the walk over all routes: real ones, so that pages are seen."""

from __future__ import annotations

from tests.desk.library import making
from tests.desk.route_arguments import Given, arguments


@arguments("library:value")
def _value() -> Given:
    return {"pk": making.a_proposal().pk}


@arguments("library:value_act")
def _value_act() -> Given:
    return {"pk": making.a_proposal().pk, "act": "approve"}


@arguments("library:suspension")
def _order() -> Given:
    return {"pk": making.an_order().pk}


@arguments("library:suspension_act")
def _order_act() -> Given:
    return {"pk": making.an_order().pk, "act": "approve"}


@arguments(
    "library:consultation",
    "library:comment",
    "library:comments",
    "library:summary",
    "library:close",
    "library:export",
)
def _consultation() -> Given:
    return {"pk": making.a_consultation().pk}


@arguments("library:moderate")
def _comment() -> Given:
    return {"pk": making.a_comment().pk}
