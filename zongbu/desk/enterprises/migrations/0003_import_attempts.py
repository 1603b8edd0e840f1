"""Imports: who is at work on a run, and runs that ended incomplete."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0002_listing"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="attempt",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "排队检查"),
                    ("checking", "检查中"),
                    ("unreadable", "不能读取"),
                    ("checked", "待确认导入"),
                    ("committing", "导入中"),
                    ("committed", "已导入"),
                    ("discarded", "已放弃"),
                    ("broken", "导入不完整"),
                ],
                default="waiting",
                max_length=12,
                verbose_name="状态",
            ),
        ),
    ]
