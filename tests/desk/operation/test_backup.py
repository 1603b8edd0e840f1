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


def test_what_was_backed_up_comes_back(demonstration: Service) -> None:
    demonstration.python(ONE_MORE)
    before = demonstration.python(COUNTS)
    kept = demonstration.folder / "backup.zip"
    done = demonstration.run("backup", str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(kept) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(archive.namelist()) == {*manifest["contents"], "manifest.json"}
    demonstration.python(
        "from zongbu.desk.people.models import Person\nPerson.objects.filter(username='later').delete()"
    )
    evidence = demonstration.folder / "var" / "evidence"
    shutil.rmtree(evidence)
    assert demonstration.python(COUNTS) != before

    refused = demonstration.run("restore", str(kept))
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    restored = demonstration.run("restore", str(kept), "--force")
    assert restored.returncode == 0, restored.stderr
    assert "日志链完整" in restored.stdout
    assert demonstration.python(COUNTS) == before
    assert (evidence / "ab" / "file").read_text() == "evidence"


def test_a_backup_is_never_written_over_and_a_damaged_one_changes_nothing(demonstration: Service) -> None:
    kept = demonstration.folder / "backup.zip"
    assert demonstration.run("backup", str(kept)).returncode == 0
    again = demonstration.run("backup", str(kept))
    assert (again.returncode, "已经存在" in again.stderr) == (2, True)
    before = demonstration.python(COUNTS)
    damaged = demonstration.folder / "damaged.zip"
    _damage(kept, damaged)
    for source, told in (
        (damaged, "与清单不符"),
        (demonstration.folder / "none.zip", "没有文件"),
        (__file__, "不是完整的备份"),
    ):
        done = demonstration.run("restore", str(source), "--force")
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert demonstration.python(COUNTS) == before


def test_a_backup_without_its_database_is_none(demonstration: Service) -> None:
    before = demonstration.python(COUNTS)
    empty = demonstration.folder / "empty.zip"
    vendor = demonstration.python("from django.db import connection\nprint(connection.vendor)")
    with zipfile.ZipFile(empty, "w") as made:
        made.writestr("manifest.json", json.dumps({"format": 1, "made_at": "", "database": vendor, "contents": {}}))
    done = demonstration.run("restore", str(empty), "--force")
    assert (done.returncode, "没有完好的数据库" in done.stderr) == (2, True)
    assert demonstration.python(COUNTS) == before


def test_only_the_owner_can_read_what_is_kept(demonstration: Service) -> None:
    kept = demonstration.folder / "backup.zip"
    assert demonstration.run("backup", str(kept)).returncode == 0
    files = [kept, *(file for file in (demonstration.folder / "var").rglob("*") if file.is_file())]
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []


def _damage(source: Path, target: Path) -> None:
    """The same archive with one byte of the database changed."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as made:
        for name in archive.namelist():
            content = bytearray(archive.read(name))
            if name.startswith("database"):
                content[len(content) // 2] ^= 1
            made.writestr(name, bytes(content))
