"""Triggers that keep the journal append-only, the head of its chain, and the calendars published so far."""

from typing import Any

from django.db import migrations

from zongbu.desk.kernel.clock.seed import seed
from zongbu.desk.kernel.journal import triggers


def forwards(apps: Any, schema_editor: Any) -> None:
    apps.get_model("kernel", "Head").objects.get_or_create(pk=1)
    seed(apps.get_model("kernel", "CalendarYear"), apps.get_model("kernel", "CalendarDay"))
    triggers.install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
