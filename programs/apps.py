from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from programs import messages, privacy

        privacy.register_fields()
        messages.register_kinds()
