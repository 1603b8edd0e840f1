"""The pages of finance offices: funds and their books, orders, batches, reimbursements; totals for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, FINANCE, Role
from zongbu.desk.people.access import EVERYBODY, Access, only

BOOKS = only(FINANCE, CITY, DISTRICT, DEPARTMENT, Role.LEADING_GROUP, Role.AUDITOR)
"""Who reads the books of a fund at all; whose, say the queries."""
PAYMENTS = only(FINANCE, CITY, Role.AUDITOR)
GIVING_BACK = only(FINANCE, CITY, DISTRICT, Role.LEADING_GROUP, Role.AUDITOR)
PAYERS = only(FINANCE)

ROUTES: Mapping[str, Access] = (
    dict.fromkeys(("support:funds", "support:fund", "support:budget", "support:lines", "support:movement"), BOOKS)
    # Sent as forms, because they are journalled; auditors, who change nothing else, take files away too.
    | dict.fromkeys(
        ("support:lines_export", "support:statement", "support:district_statement"), replace(BOOKS, own=True)
    )
    | dict.fromkeys(
        (
            "support:orders",
            "support:order",
            "support:batches",
            "support:batch",
            "support:results",
            "support:results_progress",
            "support:results_rejects",
        ),
        PAYMENTS,
    )
    | dict.fromkeys(
        (
            "support:new_fund",
            "support:fund_act",
            "support:close_budget",
            "support:counter",
            "support:make_batch",
            "support:order_act",
            "support:batch_act",
            "support:take_out_order",
            "support:batch_file",
            "support:upload_results",
            "support:results_act",
        ),
        PAYERS,
    )
    | dict.fromkeys(("support:reimbursements", "support:reimbursement", "support:ceiling"), GIVING_BACK)
    | {
        "support:reimbursement_act": only(CITY, Role.DISTRICT_LEAD, Role.DISTRICT_FINANCE),
        "support:request_reimbursement": only(Role.DISTRICT_LEAD, Role.DISTRICT_FINANCE),
        "support:finance": only(FINANCE, CITY, Role.LEADING_GROUP, Role.AUDITOR),
    }
    | dict.fromkeys(("support:public", "support:public_export"), EVERYBODY)
)
