"""The pages of enterprises, districts and departments: applications, reviews, opinions."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.people.access import Access

ROUTES: Mapping[str, Access] = {}
