"""The pages of enterprises: everything here is the enterprise's own."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.people.access import Access, only

ROUTES: Mapping[str, Access] = {
    f"support:{name}": only(ENTERPRISE)
    for name in (
        "benefits", "benefit", "start", "money", "money_export", "account", "own", "own_fill", "own_take_out",
        "own_submit", "own_receipt", "own_confirm", "own_decline", "own_withdraw", "own_answer", "own_object",
        "own_drop_objection",
    )
}  # fmt: skip
