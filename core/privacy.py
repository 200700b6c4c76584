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
# By model the ways from a row to the man or to the case it is about, the one under whose key it is written first.
WAYS: dict[str, tuple[str, ...]] = {}
# By model why its private fields lead to nobody, and where it is seen to that they go.
APART: dict[str, str] = {}
# Of models whose rows nothing leads to but what somebody typed: the columns in which a name or a number may stand.
TYPED: dict[str, tuple[str, ...]] = {}
# What a blanked column says where it can't be empty.
NEUTRAL: dict[str, dict[str, str]] = {}

NONE = (Whose.NONE, Rule.KEEP)
PERSON = (Whose.PERSON, Rule.BLANK)
PERSON_KEY = (Whose.PERSON, Rule.KEY)
REFERRAL = (Whose.REFERRAL, Rule.BLANK)
REFERRAL_KEY = (Whose.REFERRAL, Rule.KEY)
REFERRAL_MONTH = (Whose.REFERRAL, Rule.MONTH)
SECRET = (Whose.SECRET, Rule.BLANK)


def register(
    model: str,
    *,
    plain: str = "",
    of: str = "",
    apart: str = "",
    typed: str = "",
    neutral: dict[str, str] | None = None,
    **others: tuple[Whose, Rule],
) -> None:
    """Register a model's fields: `plain` names those that say nothing about anybody, the rest come by keyword.

    `of`: the ways from a row to whose it is, "pk" for his own row; `apart`: why there is none; `typed`: in which
    columns a name is looked for instead; `neutral`: what stands there afterwards.
    """
    FIELDS[model] = dict.fromkeys(plain.split(), NONE) | others
    WAYS[model], TYPED[model], NEUTRAL[model] = tuple(of.split()), tuple(typed.split()), neutral or {}
    if apart:
        APART[model] = apart


def register_own() -> None:
    register("core.Heartbeat", plain="job began_at came_through_at failure")
