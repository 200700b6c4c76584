"""One registry in which every field of every model says whose secret it is. A field that isn't here fails a test."""

from enum import StrEnum


class Whose(StrEnum):
    NONE = "none"  # says nothing about a person
    PERSON = "person"  # the participant's, or a staff member's
    REFERRAL = "referral"  # the case's: number, charge, judge
    SECRET = "secret"  # keys, tokens, password hashes: never shown, never exported; audit says "changed" only


class Rule(StrEnum):
    KEEP = "keep"  # stays for the counts
    BLANK = "blank"  # blanked when the subject is forgotten
    KEY = "key"  # encrypted in an append-only row: gone with the subject's key
    MONTH = "month"  # a date that shrinks to its month
    DROP = "drop"  # the row itself goes


FIELDS: dict[str, dict[str, tuple[Whose, Rule]]] = {}

NONE = (Whose.NONE, Rule.KEEP)
PERSON = (Whose.PERSON, Rule.BLANK)
PERSON_KEY = (Whose.PERSON, Rule.KEY)
REFERRAL = (Whose.REFERRAL, Rule.BLANK)
REFERRAL_KEY = (Whose.REFERRAL, Rule.KEY)
REFERRAL_MONTH = (Whose.REFERRAL, Rule.MONTH)
SECRET = (Whose.SECRET, Rule.BLANK)


def register(model: str, *, plain: str = "", **others: tuple[Whose, Rule]) -> None:
    """Register a model's fields: `plain` names those that say nothing about anybody, the rest come by keyword."""
    FIELDS[model] = dict.fromkeys(plain.split(), NONE) | others


def register_own() -> None:
    register("core.Heartbeat", plain="job began_at came_through_at failure")
