from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from outcomes import messages, privacy

        privacy.register_fields()
        messages.register_kinds()
