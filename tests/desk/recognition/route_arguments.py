"""What stands in the addresses of recognition, for the walk over all routes."""

from __future__ import annotations

from tests.desk.recognition import titled
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
