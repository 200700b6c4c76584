from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "office"

    def ready(self) -> None:
        """Reading the deeds declares them: whatever shows a record asks the table which buttons it has."""
        from office import alerting, deeds, messages, privacy, sealed

        privacy.register_fields()
        alerting.register_kinds()
        messages.register_kinds()
        sealed.register_kinds()
        deeds.declared()
