from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_list_order")]

    operations = [
        migrations.AddIndex(
            model_name="participant", index=models.Index(fields=["made_at"], name="participants_by_coming")
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                fields=["unreachable_at"],
                name="participants_unreachable",
                condition=Q(("ended_at__isnull", True), ("unreachable_at__isnull", False)),
            ),
        ),
    ]
