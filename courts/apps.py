from django.apps import AppConfig


class CourtsConfig(AppConfig):
    name = "courts"

    def ready(self) -> None:
        from courts import messages, privacy

        privacy.register_fields()
        messages.register_kinds()
