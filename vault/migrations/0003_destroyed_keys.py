from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_session_keys")]

    operations = [
        migrations.AddIndex(
            model_name="key",
            index=models.Index(
                fields=["id"],
                name="vault_key_destroyed",
                condition=models.Q(destroyed_at__isnull=False),
            ),
        ),
    ]
