from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_unknown_and_old_texts")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["due_at"],
                name="messaging_message_broken",
                condition=Q(("state__in", ["failed", "unknown", "missed"])),
            ),
        ),
        migrations.AddIndex(
            model_name="message", index=models.Index(fields=["kind", "planned_at"], name="messaging_message_by_kind")
        ),
        migrations.AddIndex(
            model_name="inboundtext",
            index=models.Index(fields=["came_at"], name="messaging_inbound_unread", condition=Q(("seen_at", None))),
        ),
    ]
