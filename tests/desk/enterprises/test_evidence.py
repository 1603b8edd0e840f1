"""Evidence files: what is accepted by content, where it lies, who may take it away."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from zongbu.desk.enterprises import actions, files, queries
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, EvidenceLink, FactRecord
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.law import InputError

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 20 + b"\xff\xd9"


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return made.getvalue()


XLSX = ("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (png(), "png"),
        (JPEG, "jpeg"),
        (archive(*XLSX), "xlsx"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "ofd"),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, kind: str) -> None:
    assert files.kind_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 an executable",
        b"<html><script>alert(1)</script></html>",
        b"\xd0\xcf\x11\xe0 an old Word file",
        b"%PDF-1.4 cut off",
        PDF + archive("x.txt"),
        PDF + b"<script>alert(1)</script>",
        png() + b"<?php system($_GET['c']); ?>",
        png()[:-4],
        JPEG + archive("x.txt"),
        JPEG + b"<script>",
        archive("x.txt"),
        archive(*XLSX, "word/document.xml"),
        archive(*XLSX, "xl/vbaProject.bin"),
        archive(*XLSX)[:-30],
        b"GIF89a" + archive(*XLSX),
    ],
)
def test_what_is_something_else_or_two_things_at_once_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        files.kind_of(content)


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 1000)
    with pytest.raises(InputError, match="过大"):
        files.kind_of(archive(*XLSX, content=b"0" * 10_000))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\审计 报告.pdf", "审计 报告.pdf"),
        ("a\x00b\n<script>.pdf", "abscript.pdf"),
        ("很" * 300 + ".pdf", "很" * 196 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert files.clean_name(given) == kept


# --- keeping ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_file_lies_under_a_random_name_for_the_service_alone(enterprise: Enterprise, own: Viewer) -> None:
    kept = actions.upload(own, enterprise, "审计报告.pdf", io.BytesIO(PDF), "2023 年度")
    place = files.path_of(kept.stored)
    assert place.read_bytes() == PDF
    assert stat.S_IMODE(os.stat(place).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(place.parent).st_mode) == 0o700
    assert "审计" not in str(place) and place.is_relative_to(django_settings.EVIDENCE)
    assert not place.is_relative_to(django_settings.STATIC_ROOT)
    assert len(kept.sha256) == 64
    assert actions.upload(own, enterprise, "另一个名字.pdf", io.BytesIO(PDF)) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.pdf", b"", "空"),
        ("大.pdf", PDF + b" " * files.LARGEST, "20 MB"),
        ("图片.png", PDF, "扩展名"),
        ("程序.pdf", b"MZ", "只接受"),
    ],
)
def test_what_cannot_be_accepted_leaves_nothing(
    enterprise: Enterprise, own: Viewer, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        actions.upload(own, enterprise, name, io.BytesIO(content))
    assert not EvidenceFile.objects.exists()


def found_bad(place: Path) -> str:
    return "Eicar-Test-Signature"


def broken_scanner(place: Path) -> str:
    raise OSError("no daemon")


def found_nothing(place: Path) -> str:
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scanner", "passes"), [("found_bad", False), ("broken_scanner", False), ("found_nothing", True)]
)
def test_a_scanner_can_object_and_one_that_fails_lets_nothing_through(
    enterprise: Enterprise, own: Viewer, settings: object, tmp_path: Path, scanner: str, passes: bool
) -> None:
    settings.EVIDENCE = tmp_path  # type: ignore[attr-defined]
    settings.EVIDENCE_SCANNER = f"{__name__}.{scanner}"  # type: ignore[attr-defined]
    if passes:
        assert actions.upload(own, enterprise, "a.pdf", io.BytesIO(PDF)).scan.endswith("found_nothing")
        return
    with pytest.raises(InputError, match="查毒"):
        actions.upload(own, enterprise, "a.pdf", io.BytesIO(PDF))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_who_writes_nothing_uploads_nothing(enterprise: Enterprise, person_as: Callable[..., Viewer]) -> None:
    for role in (Role.AUDITOR, Role.LEADING_GROUP, Role.DEPARTMENT_OFFICER, Role.INSPECTOR):
        with pytest.raises(PermissionDenied):
            actions.upload(person_as(role), enterprise, "a.pdf", io.BytesIO(PDF))


@pytest.mark.django_db
def test_what_proves_something_cannot_be_deleted(
    enterprise: Enterprise, other: Enterprise, own: Viewer, city: Viewer, django_capture_on_commit_callbacks: object
) -> None:
    kept = actions.upload(own, enterprise, "a.pdf", io.BytesIO(PDF))
    with pytest.raises(PermissionDenied):
        actions.delete_file(city, kept)
    with pytest.raises(InputError, match="不属于"):
        actions.record(city, other, {"branches_outside_city": 1}, source_name="库", evidence=[kept])
    actions.declare(own, enterprise, {"in_city_revenue": "1亿元"}, evidence=[kept])
    with pytest.raises(InputError, match="不能删除"):
        actions.delete_file(own, kept)
    with pytest.raises(ProtectedError):
        kept.delete()
    loose = actions.upload(own, enterprise, "b.png", io.BytesIO(png()))
    place = files.path_of(loose.stored)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.delete_file(own, loose)
    assert not place.exists()
    assert files.path_of(kept.stored).exists()


@pytest.mark.django_db
def test_only_those_in_scope_open_a_file(enterprise: Enterprise, own: Viewer, person_as: Callable[..., Viewer]) -> None:
    kept = actions.upload(own, enterprise, "a.pdf", io.BytesIO(PDF))
    assert queries.evidence(person_as(Role.AUDITOR), kept.pk) == kept
    for viewer in (
        person_as(Role.DISTRICT_LEAD, district="330109"),
        person_as(Role.DEPARTMENT_LEAD),
        person_as(Role.ADMINISTRATOR),
        Viewer(),
    ):
        with pytest.raises(EvidenceFile.DoesNotExist):
            queries.evidence(viewer, kept.pk)


def test_stored_names_cannot_leave_the_folder() -> None:
    for name in ("../../etc/passwd", "a" * 48 + "/", "G" * 48, ""):
        with pytest.raises(ValueError, match=r"^.*$"):
            files.path_of(name)


@pytest.mark.django_db(transaction=True)
def test_an_upload_with_a_form_is_kept_or_said_to_be_wrong(
    enterprise: Enterprise, client_as: Callable[..., Client]
) -> None:
    client = client_as(Role.ENTERPRISE_STAFF)
    address = reverse("enterprises:declare", args=[enterprise.uscc])

    def send(content: bytes, revenue: str) -> Any:
        upload = SimpleUploadedFile("a.pdf", content, "application/pdf")
        return client.post(address, {"submission": new_token(), "in_city_revenue": revenue, "upload": upload})

    wrong = send(b"MZ", "5")
    assert wrong.status_code == 200
    assert "只接受" in wrong.content.decode()
    assert not FactRecord.objects.filter(fact="in_city_revenue").exists()
    assert not EvidenceFile.objects.exists()
    assert send(PDF, "很多").status_code == 200
    kept = EvidenceFile.objects.get()  # not lost while something else is corrected
    assert send(PDF, "5").status_code == 302
    assert [link.file for link in EvidenceLink.objects.all()] == [kept]
    assert client_as(Role.AUDITOR).post(
        reverse("enterprises:upload", args=[enterprise.uscc]),
        {"submission": new_token(), "upload": SimpleUploadedFile("b.pdf", PDF + b"\n")},
    ).status_code in (403, 404)
    assert EvidenceFile.objects.count() == 1
