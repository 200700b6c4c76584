from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_wording_proof_and_inbound")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["try_at"], name="messaging_message_unknown", condition=Q(("state", "unknown"))),
        ),
        migrations.AddIndex(
            model_name="inboundtext",
            index=models.Index(fields=["came_at"], name="messaging_inbound_worded", condition=Q(("blanked_at", None))),
        ),
    ]
