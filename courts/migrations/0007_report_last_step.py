from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    """Of the reports that were here before: the newest of their steps."""
    newest = apps.get_model("courts", "ReportStep").objects.filter(report=OuterRef("pk")).order_by("-number")
    apps.get_model("courts", "Report").objects.update(last_step=Subquery(newest.values("step")[:1]))


class Migration(migrations.Migration):
    dependencies = [("courts", "0006_deadlines_by_day")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="last_step",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_review", "in review"),
                    ("issued", "issued"),
                    ("delivered", "delivered"),
                    ("acknowledged", "acknowledged"),
                    ("correction_asked", "correction asked"),
                    ("stands", "stands"),
                    ("superseded", "superseded"),
                    ("withdrawn", "withdrawn"),
                ],
                max_length=16,
                null=True,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["last_step", "id"], name="courts_report_by_last_step"),
        ),
    ]
