"""What stands in the addresses of the library's routes when every route is asked by every role."""

from __future__ import annotations

from tests.desk.library import making
from tests.desk.route_arguments import Given, arguments


@arguments("library:policy", "library:print", "library:official")
def _policy() -> Given:
    return {"policy": "hangzhou-2023"}


@arguments("library:consult")
def _draft() -> Given:
    return {"policy": "binjiang-draft"}


@arguments("library:clause")
def _clause() -> Given:
    return {"policy": "hangzhou-2023", "citation": "（三）2"}


@arguments("library:rule")
def _rule() -> Given:
    return {"policy": "hangzhou-2023", "rule": "is_headquarters"}


@arguments("library:parameter", "library:propose")
def _parameter() -> Given:
    return {"policy": "hangzhou-2023", "parameter": "rent_subsidy_ratio"}


@arguments("library:measure", "library:review", "library:suspend")
def _measure() -> Given:
    return {"policy": "hangzhou-2023", "measure": "rent_subsidy"}


@arguments("library:fact")
def _fact() -> Given:
    return {"fact": "in_city_revenue"}


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
