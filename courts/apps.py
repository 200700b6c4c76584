from django.apps import AppConfig


class CourtsConfig(AppConfig):
    name = "courts"

    def ready(self) -> None:
        from courts import checks, messages, privacy  # noqa: F401  importing checks registers them

        privacy.register_fields()
        messages.register_kinds()
