from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import cache, checks, immutable, privacy, weakened  # noqa: F401  importing checks registers them

        # Django's SQLite table rebuild drops triggers, so they are laid anew after every migrate.
        post_migrate.connect(immutable.install_after_migrate, sender=self)
        post_migrate.connect(cache.make_table_after_migrate, sender=self)
        privacy.register_own()
