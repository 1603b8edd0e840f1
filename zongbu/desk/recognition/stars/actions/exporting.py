"""Who took the results of an evaluation away as a file."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars.models import Evaluation


def note(viewer: Viewer, evaluation: Evaluation, kind: str, filters: Mapping[str, str], rows: int) -> None:
    """Journal an export; auditors' too."""
    told = {"format": kind, "filters": {name: text for name, text in filters.items() if text}, "rows": rows}
    with transaction.atomic():
        journal.record("recognition.export_stars", viewer, evaluation, case=evaluation.number, after=told)
