from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from messaging import checks, mail_events, privacy  # noqa: F401  importing checks registers them

        privacy.register_fields()
        mail_events.listen()
