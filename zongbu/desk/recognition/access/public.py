"""What everybody sees: lists, notices, statistics, the map."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.people.access import EVERYBODY, Access

ROUTES: Mapping[str, Access] = dict.fromkeys(
    (
        "recognition:list",
        "recognition:list_export",
        "recognition:map",
        "recognition:statistics_rounds",
        "recognition:statistics",
        "recognition:statistics_export",
        "recognition:notices",
        "recognition:notice",
        "recognition:object",
        "recognition:objection_receipt",
    ),
    EVERYBODY,
)
