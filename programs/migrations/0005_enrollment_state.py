from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_sessions_newest")]

    operations = [
        migrations.AddIndex(
            model_name="enrollment", index=models.Index(fields=["state", "id"], name="programs_enrollment_state")
        ),
    ]
