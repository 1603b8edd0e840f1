"""Uploading evidence, and deleting what proves nothing yet."""

from __future__ import annotations

from typing import IO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import files, permissions
from zongbu.desk.enterprises.actions.appending import locked
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError


def upload(viewer: Viewer, enterprise: Enterprise, name: str, content: IO[bytes], note: str = "") -> EvidenceFile:
    """Keep a file as evidence for an enterprise; the same content twice is kept once.

    Raises:
        PermissionDenied: the viewer may not write anything about the enterprise.
        InputError: the file cannot be accepted, see ``files.store``.
    """
    if not (
        permissions.may_declare(viewer, enterprise)
        or permissions.may_record(viewer, enterprise)
        or permissions.may_find(viewer, enterprise)
    ):
        raise PermissionDenied
    stored = files.store(name, content)
    try:
        with transaction.atomic():
            enterprise = locked(enterprise)
            same = EvidenceFile.objects.filter(
                enterprise=enterprise, sha256=stored.sha256, organisation=viewer.organisation
            ).first()
            if same is not None:
                files.discard(stored.stored)
                return same
            made = EvidenceFile.objects.create(
                enterprise=enterprise,
                name=stored.name,
                kind=stored.kind,
                size=stored.size,
                sha256=stored.sha256,
                stored=stored.stored,
                scan=stored.scan[:100],
                note=note.strip()[:200],
                uploaded_by_id=viewer.person,
                organisation_id=viewer.organisation,
            )
            journal.record(
                "enterprises.upload",
                viewer,
                enterprise,
                after={"file": made.name, "size": made.size, "sha256": made.sha256},
            )
    except BaseException:
        files.discard(stored.stored)
        raise
    return made


def may_delete(viewer: Viewer, file: EvidenceFile) -> bool:
    """Whoever belongs to the organisation that uploaded a file may delete it as long as it proves nothing."""
    return viewer.writes and file.organisation_id is not None and file.organisation_id == viewer.organisation


def delete(viewer: Viewer, old: EvidenceFile) -> None:
    """Delete a file that has not been linked to anything.

    Raises:
        PermissionDenied: another organisation uploaded it.
        InputError: it proves something: then it stays.
    """
    with transaction.atomic():
        locked(old.enterprise)
        file = EvidenceFile.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=old.pk)
        if not may_delete(viewer, file):
            raise PermissionDenied
        if file.links.exists():
            raise InputError(_("材料已经作为依据，不能删除"))
        journal.record(
            "enterprises.delete_file", viewer, file.enterprise, before={"file": file.name, "sha256": file.sha256}
        )
        stored = file.stored
        try:
            file.delete()
        except ProtectedError:  # handed in with an application or a claim
            raise InputError(_("材料已经随申请提交，不能删除")) from None
        transaction.on_commit(lambda: files.discard(stored))
