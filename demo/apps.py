from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Invented people on real courts: the story that proves the main job, and the data of a demonstration."""

    name = "demo"

    def ready(self) -> None:
        from demo import people  # noqa: F401  importing checks registers them
