from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        from backups.ledgers import also_forget
        from records import privacy
        from records.forgetting.again import forget_again

        privacy.register_fields()
        also_forget(forget_again)
