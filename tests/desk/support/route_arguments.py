"""What stands in the addresses of the support desk, for the walk over all routes."""

from __future__ import annotations

from tests.desk.route_arguments import PLACEHOLDERS, Given, arguments
from tests.desk.support import financed, owned, unpaid
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


# --- quotas, requests, selections, obligations ---------------------------------------------------------------


@arguments("support:quota")
def _quota() -> Given:
    return {"pk": unpaid.a_quota().pk}


@arguments("support:quota_act")
def _quota_act() -> Given:
    return {"pk": unpaid.a_quota().pk, "act": "use"}


@arguments("support:quota_return")
def _used_place() -> Given:
    used = unpaid.a_use()
    return {"pk": used.account_id, "entry": used.pk}


@arguments("support:ask")
def _askable() -> Given:
    unpaid.qualified()
    return {"policy": unpaid.POLICY, "measure": unpaid.GREEN}


@arguments("support:request")
def _request() -> Given:
    return {"receipt": unpaid.a_request().receipt}


@arguments("support:request_act")
def _request_act() -> Given:
    return {"receipt": unpaid.a_request().receipt, "act": "receive"}


@arguments("support:selection")
def _selection() -> Given:
    return {"pk": unpaid.a_selection().pk}


@arguments("support:selection_act")
def _selection_act() -> Given:
    return {"pk": unpaid.a_selection().pk, "act": "propose"}


@arguments("support:selection_export")
def _selection_file() -> Given:
    return {"pk": unpaid.a_selection().pk, "kind": "xlsx"}


@arguments("support:selected_one")
def _published_list() -> Given:
    return {"pk": unpaid.a_selection("published").pk}


@arguments("support:obligation")
def _obligation() -> Given:
    return {"receipt": unpaid.an_obligation().receipt}


@arguments("support:obligation_act")
def _obligation_act() -> Given:
    return {"receipt": unpaid.an_obligation().receipt, "act": "end"}


@arguments("support:milestone_act")
def _milestone_act() -> Given:
    return {"pk": unpaid.first_of(unpaid.an_obligation()).pk, "act": "report"}


PLACEHOLDERS |= {
    "support:quotas_export": {"kind": "csv"},
    "support:requests_export": {"kind": "csv"},
    "support:request_file": {"receipt": "SQ", "pk": 0},
    "support:milestone_file": {"pk": 0},
}


# --- officials -----------------------------------------------------------------------------------------------


@arguments("support:claim")
def _examined() -> Given:
    return {"receipt": owned.a_claim("accepted").receipt}


@arguments("support:letter")
def _decided_claim() -> Given:
    return {"receipt": owned.a_claim("refused").receipt}


@arguments("support:claim_act")
def _claim_act() -> Given:
    return {"receipt": owned.a_claim("accepted").receipt, "name": "verify"}


@arguments("support:objection")
def _claim_objection() -> Given:
    return {"receipt": owned.an_objection().receipt}


@arguments("support:offer_run", "support:offer_progress")
def _offer_run() -> Given:
    return {"pk": owned.a_run().pk}


@arguments("support:unit")
def _unit() -> Given:
    return {"policy": "hangzhou-2023", "unit": "科技部门"}


PLACEHOLDERS |= {
    "support:claim_comment": {"receipt": "SC"},
    "support:claim_uncomment": {"receipt": "SC", "pk": 0},
    "support:offer_start": {"pk": 0},
    "support:offer_export": {"pk": 0},
    "support:offer_again": {"pk": 0},
}
