"""What stands in the addresses of the support desk, for the walk over all routes."""

from __future__ import annotations

from tests.desk.route_arguments import PLACEHOLDERS, Given, arguments
from tests.desk.support import financed, owned
from zongbu.desk.support.models import Movement

# --- finance -----------------------------------------------------------------------------------------------


@arguments("support:fund")
def _fund() -> Given:
    return {"pk": financed.a_fund().pk}


@arguments("support:fund_act")
def _fund_act() -> Given:
    return {"pk": financed.a_fund().pk, "act": "appropriate"}


@arguments("support:budget", "support:close_budget")
def _budget() -> Given:
    return {"pk": financed.a_budget().pk}


@arguments("support:statement")
def _statement() -> Given:
    return {"pk": financed.a_budget().pk, "kind": "xlsx"}


@arguments("support:movement", "support:counter")
def _movement() -> Given:
    financed.a_fund()
    return {"pk": Movement.objects.filter(kind="appropriate", lines__budget=financed.a_budget()).latest("pk").pk}


@arguments("support:order")
def _order() -> Given:
    return {"number": financed.failed_order().number}


@arguments("support:order_act")
def _order_act() -> Given:
    return {"number": financed.failed_order().number, "act": "reissue"}


@arguments("support:batch", "support:upload_results")
def _payment_batch() -> Given:
    return {"receipt": financed.a_batch().receipt}


@arguments("support:batch_act")
def _payment_batch_act() -> Given:
    return {"receipt": financed.a_batch().receipt, "act": "settle"}


@arguments("support:batch_file")
def _batch_file() -> Given:
    return {"receipt": financed.a_batch().receipt, "kind": "json"}


@arguments("support:take_out_order")
def _batched_order() -> Given:
    batch = financed.a_draft_batch()
    return {"receipt": batch.receipt, "number": batch.orders.get().number}


@arguments("support:results", "support:results_progress", "support:results_rejects")
def _results() -> Given:
    return {"pk": financed.a_batch().results.latest("pk").pk}


@arguments("support:results_act")
def _results_act() -> Given:
    return {"pk": financed.a_batch().results.latest("pk").pk, "act": "drop"}


@arguments("support:reimbursement")
def _reimbursement() -> Given:
    return {"receipt": financed.a_reimbursement().receipt}


@arguments("support:reimbursement_act")
def _reimbursement_act() -> Given:
    return {"receipt": financed.a_reimbursement().receipt, "act": "check"}


@arguments("support:ceiling", "support:request_reimbursement")
def _ceiling() -> Given:
    case = financed.a_reimbursement()
    return {"policy": case.policy, "measure": case.measure, "district": case.district, "year": case.year}


PLACEHOLDERS |= {
    "support:public_export": {"kind": "csv"},
    "support:lines_export": {"kind": "csv"},
    "support:district_statement": {"district": financed.DISTRICT, "year": 2025, "kind": "xlsx"},
}


# --- enterprises -----------------------------------------------------------------------------------------------


@arguments("support:benefit")
def _measure() -> Given:
    owned.a_claim("draft")
    return {"policy": "hangzhou-2023", "measure": "rent_subsidy"}


@arguments("support:own", "support:own_receipt")
def _claim() -> Given:
    return {"receipt": owned.a_claim("submitted").receipt}


@arguments("support:own_submit", "support:own_withdraw")
def _draft_claim() -> Given:
    return {"receipt": owned.a_claim("draft").receipt}


@arguments("support:own_fill")
def _claim_step() -> Given:
    return {"receipt": owned.a_claim("draft").receipt, "step": "materials"}


@arguments("support:own_decline")
def _offered() -> Given:
    return {"receipt": owned.a_claim("offered").receipt}


@arguments("support:own_object")
def _refused_claim() -> Given:
    return {"receipt": owned.a_claim("refused").receipt}


PLACEHOLDERS |= {
    "support:start": {"policy": "hangzhou-2023", "measure": "rent_subsidy"},
    "support:money_export": {"kind": "csv"},
    "support:own_confirm": {"receipt": "SC"},
    "support:own_take_out": {"receipt": "SC", "pk": 0},
    "support:own_answer": {"receipt": "SC", "pk": 0},
    "support:own_drop_objection": {"receipt": "SC", "pk": 0},
}
