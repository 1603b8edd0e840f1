"""What stands in the addresses of recognition, for the walk over all routes."""

from __future__ import annotations

from tests.desk.recognition import starred, titled
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


@arguments("recognition:star_notice")
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
