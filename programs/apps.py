from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from accounts.endings import dies_with_the_sessions
        from programs import answers, messages, privacy
        from programs.actions.feeds import end_feed

        privacy.register_fields()
        messages.register_kinds()
        answers.register_kinds()
        dies_with_the_sessions(end_feed)
