from core.privacy import PERSON, SECRET, register


def register_fields() -> None:
    register(
        "messaging.Message",
        plain="id key kind channel about participant user language planned_at due_at expires_at try_at state"
        " reason lease_until attempts message_id provider_id sent_at contact_point wording said_hash blanked_at outcome"
        " outcome_at outcome_why printed_at printed_by",
        of="participant",
        claim=SECRET,
        address=PERSON,
        subject=PERSON,
        body=PERSON,
    )
    register("messaging.Wording", plain="id template channel language version subject body at by")
    register("messaging.DiscretionException", plain="id phrase made_at made_by ended_at ended_by")
    register(
        "messaging.InboundText",
        plain="id provider_id meaning came_at contact_point blanked_at seen_at seen_by",
        of="contact_point__participant",
        number=PERSON,
        body=PERSON,
    )
