from enum import StrEnum
from typing import Any


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    POSTAL = "postal"


class Unreachable(StrEnum):
    """Why nothing more goes to a contact point until somebody looks at it."""

    LANDLINE = "landline"
    BOUNCED = "bounced"
    REFUSED = "refused"
    WRONG_PERSON = "wrong_person"


class ConsentChannel(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    VOICE = "voice"


class ConsentHow(StrEnum):
    WRITTEN = "written"
    ORAL = "oral"
    BY_TEXT = "by_text"  # STOP or START, sent by himself


class AppointmentKind(StrEnum):
    INTAKE = "intake"
    EXIT_INTERVIEW = "exit_interview"
    INDIVIDUAL = "individual"


class AppointmentState(StrEnum):
    PLANNED = "planned"
    KEPT = "kept"
    MISSED = "missed"
    MOVED = "moved"
    CANCELED = "canceled"


class ContactChannel(StrEnum):
    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"


class ContactResult(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_WORD = "left_word"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


def choices(kinds: Any) -> list[tuple[str, str]]:
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]
