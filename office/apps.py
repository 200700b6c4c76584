from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "office"

    def ready(self) -> None:
        """Reading the deeds declares them: whatever shows a record asks the table which buttons it has."""
        from office import deeds, privacy

        privacy.register_fields()
        deeds.declared()
