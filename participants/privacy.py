from core.privacy import PERSON, PERSON_KEY, Rule, Whose, register

DROPPED = (Whose.PERSON, Rule.DROP)


def register_fields() -> None:
    _who_he_is()
    _how_he_is_reached()
    _what_is_noted()


def _who_he_is() -> None:
    register(
        "participants.Participant",
        plain="id key language needs_interpreter time_zone made_at merged_into to_compare",
        of="pk",
        neutral={"first_name": "Forgotten", "last_name": "Person"},
        first_name=PERSON,
        middle_name=PERSON,
        last_name=PERSON,
        suffix=PERSON,
        preferred_name=PERSON,
        folded_name=PERSON,
        date_of_birth=PERSON,
    )
    register("participants.OtherName", plain="id participant kind", of="participant", name=DROPPED, folded=DROPPED)
    register("participants.NameToken", plain="id participant", of="participant", token=DROPPED)
    register("participants.Sound", plain="id participant", of="participant", sound=DROPPED)
    register("participants.Likeness", plain="id one other score why found_at settled_at settled_by")
    register("participants.Merge", plain="id kept left moved at by undone_at undone_by", of="kept left", was=PERSON_KEY)


def _how_he_is_reached() -> None:
    register(
        "participants.ContactPoint",
        plain="id participant kind safe_at safe_by unreachable_at unreachable_why made_at ended_at",
        of="participant",
        value=PERSON,
        source=PERSON,
    )
    register("participants.Consent", plain="id contact_point channel given at how recorded_by")
    register(
        "participants.ContactAttempt", plain="id participant at channel result by", of="participant", note=PERSON_KEY
    )


def _what_is_noted() -> None:
    register(
        "participants.NonAssociation", plain="id one other made_at made_by ended_at", of="one other", reason=PERSON_KEY
    )
    register(
        "participants.Appointment",
        plain="id participant kind starts_at minutes with_whom state settled_at settled_by moved_to",
        of="participant",
        place=PERSON,
    )
    register("participants.Note", plain="id participant at by", of="participant", text=PERSON_KEY)
    register(
        "participants.IntakeSheet",
        plain="id appointment version changed_at changed_by finished_at finished_by",
        of="appointment__participant",
        answers=PERSON_KEY,
    )
    register(
        "participants.Restriction",
        plain="id participant began_at began_by ended_at ended_by",
        of="participant",
        why=PERSON_KEY,
    )
    register("participants.RestrictionName", plain="id restriction user named_at named_by ended_at")
