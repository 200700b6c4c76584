from django.apps import AppConfig


class CourtsConfig(AppConfig):
    name = "courts"

    def ready(self) -> None:
        from accounts.joining import begins_with_the_invitation
        from courts import checks, messages, privacy  # noqa: F401  importing checks registers them
        from courts.actions.people import begin_at_the_desk

        privacy.register_fields()
        messages.register_kinds()
        begins_with_the_invitation(begin_at_the_desk)
