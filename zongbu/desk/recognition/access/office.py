"""The pages of the city office and of whoever decides: rounds, the consolidated sheet, batches, notices, objections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.people.access import Access, only

READERS = only(CITY, Role.LEADING_GROUP, Role.AUDITOR)
"""Who sees the whole round. What each may do is decided by the flows."""
DECIDERS = only(CITY, Role.LEADING_GROUP)

ROUTES: Mapping[str, Access] = (
    dict.fromkeys(
        (
            "recognition:rounds",
            "recognition:round",
            "recognition:sheet",
            "recognition:deviations",
            "recognition:corrections",
            "recognition:batches",
            "recognition:batch",
            "recognition:objections",
            "recognition:objection",
        ),
        READERS,
    )
    # Sent as forms, because they are journalled; auditors, who change nothing else, take files away too.
    | dict.fromkeys(("recognition:sheet_export", "recognition:deviations_export"), replace(READERS, own=True))
    | dict.fromkeys(("recognition:decide_all", "recognition:decide", "recognition:send_back"), DECIDERS)
    | dict.fromkeys(
        (
            "recognition:new_round",
            "recognition:edit_round",
            "recognition:round_act",
            "recognition:remind_all",
            "recognition:propose",
            "recognition:new_batch",
            "recognition:publish",
            "recognition:office_act",
            "recognition:remind",
            "recognition:batch_act",
            "recognition:announce",
        ),
        only(CITY),
    )
)
