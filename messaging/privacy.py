from core.privacy import PERSON, SECRET, register


def register_fields() -> None:
    register(
        "messaging.Message",
        plain="id key kind channel about participant user language planned_at due_at expires_at try_at state"
        " reason lease_until attempts message_id provider_id sent_at",
        claim=SECRET,
        address=PERSON,
        subject=PERSON,
        body=PERSON,
    )
