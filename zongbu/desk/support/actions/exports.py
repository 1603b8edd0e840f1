"""Who took what away: books and batches are handed out as files only with an entry in the journal."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import queries
from zongbu.desk.support.actions.common import keeper_of
from zongbu.desk.support.models import OfferRun, PaymentBatch


def exported(viewer: Viewer, what: str, chosen: Mapping[str, object], rows: int) -> None:
    """Journal that a list was taken away, with the filters that were set.

    Raises:
        NotPermitted: the viewer reads no fund's books.
    """
    if not viewer.signed_in or not queries.funds(viewer).exists():
        raise NotPermitted(_("您的角色不能导出账务明细。"))
    with transaction.atomic():
        after = {"list": what, **{name: value for name, value in chosen.items() if value}, "rows": rows}
        journal.record("support.export_lines", viewer, after=after)


def exported_claims(viewer: Viewer, chosen: Mapping[str, object], rows: int) -> None:
    """Journal that the list of claims was taken away, with the filters that were set and how many it found."""
    with transaction.atomic():
        after = {**{name: value for name, value in chosen.items() if value}, "rows": rows}
        journal.record("support.export_claims", viewer, after=after)


def fetched(viewer: Viewer, batch: PaymentBatch, kind: str) -> None:
    """Journal that the file of a batch, with full account numbers, was taken away.

    Raises:
        NotPermitted: somebody else's fund.
    """
    keeper_of(viewer, batch.fund)
    with transaction.atomic():
        journal.record(
            "support.fetch_batch", viewer, batch, case=batch.receipt, after={"format": kind, "sha256": batch.digest}
        )


def exported_run(viewer: Viewer, run: OfferRun, kind: str, rows: int) -> None:
    """Journal that what an apply-free run has found about each enterprise was taken away."""
    with transaction.atomic():
        journal.record("support.export_run", viewer, run, case=run.number, after={"format": kind, "rows": rows})
