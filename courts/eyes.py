"""Four eyes: who alone recorded what a report rests on doesn't issue it without another look. Pure: no Django."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Ruling(StrEnum):
    ENOUGH = "enough"
    # Somebody else in the office must look at it and issue it.
    ANOTHER_PERSON = "another_person"
    # There is nobody else: one looks today, and confirms it after a night.
    LOOK_FIRST = "look_first"
    AFTER_A_NIGHT = "after_a_night"


WHY_NOT: dict[Ruling, str] = {
    Ruling.ANOTHER_PERSON: (
        "You alone recorded what this report rests on. Somebody else in the office must look at it and issue it."
    ),
    Ruling.LOOK_FIRST: (
        "You alone recorded what this report rests on, and nobody else works in the office. "
        "Say that you have read it; from tomorrow on you can confirm it and issue it."
    ),
    Ruling.AFTER_A_NIGHT: ("You read this report for the first time today. Look at it again tomorrow, then issue it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """`authors`: of the records on which the report rests. `others`: somebody else in the office could issue it.

    `first_on`: on which day `by` first looked at these very facts, by the program's calendar; None: not yet.
    """

    authors: Set[int]
    by: int
    others: bool
    first_on: date | None
    today: date


def ruling(looked: Looked) -> Ruling:
    if looked.authors != {looked.by}:
        return Ruling.ENOUGH
    if looked.others:
        return Ruling.ANOTHER_PERSON
    if looked.first_on is None:
        return Ruling.LOOK_FIRST
    return Ruling.ENOUGH if looked.first_on < looked.today else Ruling.AFTER_A_NIGHT
