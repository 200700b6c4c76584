from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courts", "0007_report_last_step")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["changed_at"],
                name="courts_submission_draft",
                condition=models.Q(sent_at=None, discarded_at=None),
            ),
        ),
    ]
