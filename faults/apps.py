import os

from django.apps import AppConfig


class FaultsConfig(AppConfig):
    """An app in `faults.settings` only: it brings the kinds that the faults send."""

    name = "faults"

    def ready(self) -> None:
        from faults.broken import ways
        from faults.kinds import Notice, ToHim
        from messaging import registry

        registry.register(Notice())
        registry.register(ToHim())
        if broken := os.environ.get("FAULTS_BROKEN"):
            ways()[broken]()
