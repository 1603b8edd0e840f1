"""What everybody sees: lists, notices, statistics, the map."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.people.access import Access

ROUTES: Mapping[str, Access] = {}
