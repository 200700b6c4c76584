from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="actor",
            field=models.CharField(max_length=80),
        ),
        migrations.AlterField(
            model_name="event",
            name="record",
            field=models.CharField(max_length=64),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["actor", "id"], name="audit_event_by_actor"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["verb", "id"], name="audit_event_by_verb"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["record", "id"], name="audit_event_by_record"),
        ),
    ]
