"""The pages of the city office and of whoever decides: rounds, the consolidated sheet, batches, notices, objections."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.people.access import Access

ROUTES: Mapping[str, Access] = {}
