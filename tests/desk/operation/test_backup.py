"""Backup and restore, checked by restoring."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from tests.desk.operation.conftest import Service

COUNTS = """
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.people.models import Person
print(*(model.objects.count() for model in (Enterprise, FactRecord, Entry, Person)))
"""
ONE_MORE = """
from django.conf import settings
from zongbu.desk.people.models import Person
Person.objects.create(username="later", name="后来的人")
(settings.EVIDENCE / "ab").mkdir(parents=True, exist_ok=True)
(settings.EVIDENCE / "ab" / "file").write_text("evidence")
"""


def test_what_was_backed_up_comes_back(service: Service) -> None:
    assert service.run("demo", "--enterprises", "20").returncode == 0
    service.python(ONE_MORE)
    before = service.python(COUNTS)
    kept = service.folder / "backup.zip"
    done = service.run("backup", str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(kept) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(archive.namelist()) == {*manifest["contents"], "manifest.json"}
    service.python("from zongbu.desk.people.models import Person\nPerson.objects.filter(username='later').delete()")
    evidence = service.folder / "var" / "evidence"
    shutil.rmtree(evidence)
    assert service.python(COUNTS) != before

    refused = service.run("restore", str(kept))
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    restored = service.run("restore", str(kept), "--force")
    assert restored.returncode == 0, restored.stderr
    assert "日志链完整" in restored.stdout
    assert service.python(COUNTS) == before
    assert (evidence / "ab" / "file").read_text() == "evidence"


def test_a_backup_is_never_written_over_and_a_damaged_one_changes_nothing(service: Service) -> None:
    assert service.run("demo", "--enterprises", "1").returncode == 0
    kept = service.folder / "backup.zip"
    assert service.run("backup", str(kept)).returncode == 0
    again = service.run("backup", str(kept))
    assert (again.returncode, "已经存在" in again.stderr) == (2, True)
    before = service.python(COUNTS)
    damaged = service.folder / "damaged.zip"
    _damage(kept, damaged)
    for source, told in (
        (damaged, "与清单不符"),
        (service.folder / "none.zip", "没有文件"),
        (__file__, "不是完整的备份"),
    ):
        done = service.run("restore", str(source), "--force")
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert service.python(COUNTS) == before


def test_a_backup_without_its_database_is_none(service: Service) -> None:
    assert service.run("demo", "--enterprises", "1").returncode == 0
    before = service.python(COUNTS)
    empty = service.folder / "empty.zip"
    vendor = service.python("from django.db import connection\nprint(connection.vendor)")
    with zipfile.ZipFile(empty, "w") as made:
        made.writestr("manifest.json", json.dumps({"format": 1, "made_at": "", "database": vendor, "contents": {}}))
    done = service.run("restore", str(empty), "--force")
    assert (done.returncode, "没有完好的数据库" in done.stderr) == (2, True)
    assert service.python(COUNTS) == before


def test_only_the_owner_can_read_what_is_kept(service: Service) -> None:
    assert service.run("demo", "--enterprises", "1").returncode == 0
    kept = service.folder / "backup.zip"
    assert service.run("backup", str(kept)).returncode == 0
    files = [kept, *(file for file in (service.folder / "var").rglob("*") if file.is_file())]
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []


def _damage(source: Path, target: Path) -> None:
    """The same archive with one byte of the database changed."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as made:
        for name in archive.namelist():
            content = bytearray(archive.read(name))
            if name.startswith("database"):
                content[len(content) // 2] ^= 1
            made.writestr(name, bytes(content))
