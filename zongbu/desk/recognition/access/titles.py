"""Certificates, letters, verification, revocation."""

from __future__ import annotations

from collections.abc import Mapping

from zongbu.desk.people.access import Access

ROUTES: Mapping[str, Access] = {}
