from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("courts", "0008_drafts_left_lying")]

    operations = [
        migrations.AddIndex(
            model_name="referral", index=models.Index(fields=["state", "id"], name="courts_referral_state")
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["made_at"], name="courts_flag_open", condition=Q(("settled_at", None))),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(fields=["due_on", "id"], name="courts_deadline_open", condition=Q(("state", "open"))),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(
                fields=["made_at"],
                name="courts_extension_oral",
                condition=Q(("basis", "oral"), ("confirmed_at__isnull", True)),
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["id"], name="courts_delivery_waiting", condition=~Q(("state", "sent"))),
        ),
    ]
