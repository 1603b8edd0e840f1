"""A draft for each year; a draft that was kept before belongs to the year that stands in it."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def tell_years(apps: Any, schema_editor: Any) -> None:
    last = timezone.localdate().year - 1
    for draft in apps.get_model("enterprises", "FactDraft").objects.all():
        kept = str(draft.values.pop("year", ""))
        draft.year = int(kept) if kept.isdecimal() and len(kept) == 4 else last
        draft.save(update_fields=["year", "values"])


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0003_import_attempts")]

    operations = [
        migrations.AddField(
            model_name="factdraft",
            name="year",
            field=models.SmallIntegerField(default=0, verbose_name="年度"),
            preserve_default=False,
        ),
        migrations.RunPython(tell_years, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="factdraft",
            name="enterprise",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drafts",
                to="enterprises.enterprise",
            ),
        ),
        migrations.AlterModelOptions(
            name="factdraft",
            options={"ordering": ["-year"], "verbose_name": "草稿", "verbose_name_plural": "草稿"},
        ),
        migrations.AddConstraint(
            model_name="factdraft",
            constraint=models.UniqueConstraint(fields=("enterprise", "year"), name="one_draft_a_year"),
        ),
    ]
