from core.privacy import PERSON, register


def register_fields() -> None:
    register("office.Assignment", plain="id line to at by ended_at")
    register("office.Snooze", plain="id line until at by ended_at", why=PERSON)
    register("office.SavedFilter", plain="id user noun name at", query=PERSON)
    register(
        "office.FunderReport",
        plain="id program begins_on ends_on figures made_at made_by"
        " published_at published_by taken_off_at taken_off_by",
    )
