from core.privacy import PERSON_KEY, register


def register_fields() -> None:
    register(
        "audit.Event",
        plain="id at actor verb record origin key_id facts mac seal_number",
        apart="under the key that key_id names: gone with it",
        personal=PERSON_KEY,
    )
    register("audit.Seal", plain="number at events first_event last_event previous digest")
