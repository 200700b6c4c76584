from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from accounts import trail
        from audit import actions, privacy

        privacy.register_fields()
        trail.recorded_by(actions.record)
