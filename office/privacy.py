from core.privacy import PERSON, Rule, Whose, register

DROPPED = (Whose.PERSON, Rule.DROP)


def register_fields() -> None:
    register("office.Assignment", plain="id line to at by ended_at")
    register(
        "office.Snooze",
        plain="id line until at by ended_at",
        typed="why",
        neutral={"why": "forgotten"},
        why=PERSON,
    )
    register("office.SavedFilter", plain="id user noun at", typed="name query", name=DROPPED, query=DROPPED)
    register(
        "office.FunderReport",
        plain="id program begins_on ends_on figures made_at made_by"
        " published_at published_by taken_off_at taken_off_by",
    )
