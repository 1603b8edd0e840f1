"""What stands in the addresses of recognition, for the walk over all routes."""

from __future__ import annotations

from tests.desk.recognition import applied, starred, titled
from tests.desk.route_arguments import PLACEHOLDERS, Given, arguments

# --- certificates, verification, revocation, printing ------------------------------------------------------


@arguments("recognition:verified")
def _code() -> Given:
    return {"code": titled.a_recognition().code}


@arguments("recognition:recognition", "recognition:certificate", "recognition:revoke")
def _recognition() -> Given:
    return {"number": titled.a_recognition().number}


@arguments("recognition:letter")
def _decided() -> Given:
    return {"receipt": titled.a_recognition().application.receipt}


@arguments("recognition:notice_document", "recognition:announcement_document")
def _announced() -> Given:
    return {"pk": titled.a_recognition().application.notice_lines.get().notice_id}


@arguments("recognition:revocation")
def _revocation() -> Given:
    return {"pk": titled.a_revocation().pk}


PLACEHOLDERS |= {
    "recognition:recognitions_export": {"kind": "csv"},
    "recognition:revocation_act": {"pk": 0, "act": "state"},
} | {f"recognition:{name}": {"pk": 0} for name in ("print_run", "print_progress", "print_again", "print_file")}


# --- stars -------------------------------------------------------------------------------------------------


@arguments("recognition:star_set", "recognition:star_set_edit")
def _set() -> Given:
    return {"pk": starred.a_set().pk}


@arguments(
    "recognition:star_evaluation", "recognition:star_notify", "recognition:star_scores", "recognition:star_what_if",
    "recognition:star_verify",
)  # fmt: skip
def _evaluation() -> Given:
    return {"pk": starred.an_evaluation().pk}


@arguments("recognition:star_result", "recognition:star_override")
def _result() -> Given:
    return {"pk": starred.an_evaluation("published").pk, "uscc": starred.USCC}


@arguments("recognition:star_objection", "recognition:star_objection_receipt")
def _star_objection() -> Given:
    return {"receipt": starred.an_objection().receipt}


@arguments("recognition:star_notice", "recognition:star_object")
def _star_notice() -> Given:
    return {"pk": starred.an_evaluation("noticed").pk}


@arguments("recognition:stars_export")
def _star_list() -> Given:
    return {"year": starred.an_evaluation("published").year, "kind": "csv"}


PLACEHOLDERS |= {
    "recognition:star_set_act": {"pk": 0, "act": "propose"},
    "recognition:star_evaluation_act": {"pk": 0, "act": "compute"},
    "recognition:star_override_act": {"pk": 0, "act": "approve"},
    "recognition:star_progress": {"pk": 0},
    "recognition:star_export": {"pk": 0, "kind": "csv"},
}


# --- applications, reviews, opinions -------------------------------------------------------------------------


@arguments("recognition:precheck")
def _open_round() -> Given:
    return {"pk": applied.a_round().pk}


@arguments("recognition:application", "recognition:receipt")
def _application() -> Given:
    return {"receipt": applied.an_application().receipt}


@arguments("recognition:submit", "recognition:withdraw")
def _draft() -> Given:
    return {"receipt": applied.an_application("draft").receipt}


@arguments("recognition:appeal")
def _refused() -> Given:
    return {"receipt": applied.an_application("refused").receipt}


@arguments("recognition:fill")
def _step() -> Given:
    return {"receipt": applied.an_application("draft").receipt, "step": "basics"}


@arguments("recognition:review")
def _review() -> Given:
    return {"receipt": applied.an_application().receipt, "name": "recommend"}


@arguments("recognition:opinion", "recognition:delegate")
def _opinion() -> Given:
    return {"pk": applied.an_opinion(applied.an_application("departments")).pk}


PLACEHOLDERS |= {
    "recognition:start": {"pk": 0},
    "recognition:take_out": {"receipt": "RD", "pk": 0},
    "recognition:answer": {"receipt": "RD", "pk": 0},
    "recognition:drop_appeal": {"receipt": "RD", "pk": 0},
    "recognition:check": {"receipt": "RD"},
    "recognition:comment": {"receipt": "RD"},
    "recognition:uncomment": {"receipt": "RD", "pk": 0},
}

# --- the city office, whoever decides, everybody -----------------------------------------------------------


@arguments(
    "recognition:round", "recognition:edit_round", "recognition:remind_all", "recognition:sheet", "recognition:propose",
    "recognition:new_batch", "recognition:publish", "recognition:deviations",
    "recognition:corrections",
)  # fmt: skip
def _round() -> Given:
    return {"pk": titled.a_recognition().round_id}


@arguments("recognition:statistics")
def _year() -> Given:
    round = titled.a_recognition().round
    return {"policy": round.policy, "year": round.year}


@arguments("recognition:statistics_export")
def _year_file() -> Given:
    return {**_year(), "kind": "csv"}


@arguments("recognition:sheet_export", "recognition:deviations_export")
def _round_file() -> Given:
    return {**_round(), "kind": "csv"}


@arguments("recognition:round_act")
def _round_act() -> Given:
    return {**_round(), "act": "conclude"}


@arguments("recognition:office_act")
def _office_act() -> Given:
    return {"receipt": titled.a_recognition().application.receipt, "act": "return"}


@arguments("recognition:batch", "recognition:decide_all")
def _batch() -> Given:
    return {"pk": titled.a_batch().pk}


@arguments("recognition:batch_act")
def _batch_act() -> Given:
    return {"pk": titled.a_batch().pk, "act": "take_back"}


@arguments("recognition:decide", "recognition:send_back")
def _line() -> Given:
    batch = titled.a_batch()
    return {"pk": batch.pk, "receipt": batch.applications.get().receipt}


@arguments("recognition:notice", "recognition:announce")
def _notice() -> Given:
    return {"serial": titled.a_recognition().application.notice_lines.get().notice.serial}


@arguments("recognition:object")
def _published_name() -> Given:
    line = titled.a_recognition().application.notice_lines.get()
    return {"serial": line.notice.serial, "line": line.pk}


@arguments("recognition:objection", "recognition:objection_receipt")
def _objection() -> Given:
    return {"receipt": titled.an_objection().receipt}


PLACEHOLDERS |= {"recognition:remind": {"pk": 0}, "recognition:list_export": {"kind": "csv"}}
