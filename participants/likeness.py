"""Whether two who are here may be one man: by name, sound, birth date and telephone. It suggests, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jellyfish import metaphone
from rapidfuzz import fuzz

from participants.names import folded, pieces

# From here on somebody is asked. Neither a name alone nor a birth date alone comes so far.
THRESHOLD = 60
# Of a name the first words are heard; and a word of two letters only where there is no longer one.
MOST_HEARD, SHORT, LONGEST_SOUND = 4, 2, 29
# From here on, of 100, one name is another one written otherwise.
SPELLED_ALIKE = 85


class Why(StrEnum):
    NAME = "name"
    PART = "part"
    SPELLED = "spelled"
    SOUND = "sound"
    BORN = "born"
    SWAPPED = "swapped"
    DIGIT = "digit"
    OTHERWISE = "otherwise"
    PHONE = "phone"


POINTS: dict[Why, int] = {
    Why.NAME: 50,
    # All words of the shorter one stand in the longer one: "José García" and "José García López".
    Why.PART: 45,
    Why.SPELLED: 40,
    Why.SOUND: 35,
    Why.BORN: 40,
    Why.SWAPPED: 30,
    Why.DIGIT: 25,
    # Both dates are known and neither is the other one mistyped.
    Why.OTHERWISE: -15,
    Why.PHONE: 25,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a man. `names`: as he is called in full, without suffix; `phones` in E.164."""

    names: tuple[str, ...]
    suffix: str = ""
    born: date | None = None
    phones: frozenset[str] = frozenset()
    sounds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Alike:
    score: int
    why: tuple[Why, ...]

    @property
    def enough(self) -> bool:
        return self.score >= THRESHOLD


NOT_ALIKE = Alike(0, ())


def sounds(first: str, last: str) -> set[str]:
    """How a first name sounds together with a last name, whichever stands first; of several words, each with each."""
    given, family = _heard(first), _heard(last)
    if not given or not family:
        return given | family
    return {" ".join(sorted((one, other))) for one in given for other in family}


def sounds_of(name: str) -> set[str]:
    """Of a name that is one text: its first word is the first name, the rest the last name."""
    words = pieces(name)
    return sounds(" ".join(words[:1]), " ".join(words[1:]))


def _heard(name: str) -> set[str]:
    words = pieces(name)
    longer = [word for word in words if len(word) > SHORT] or words
    found = {metaphone(word) or word for word in longer[:MOST_HEARD]}
    return {one[:LONGEST_SOUND].strip() for one in found} - {""}


def near(born: date) -> set[date]:
    """This birth date, the one with day and month the other way round, and those that one wrong digit makes of it."""
    swapped = _day(f"{born.year:04}{born.day:02}{born.month:02}")
    written = f"{born.year:04}{born.month:02}{born.day:02}"
    others = (_day(written[:at] + digit + written[at + 1 :]) for at in range(len(written)) for digit in "0123456789")
    return {born, *(day for day in (swapped, *others) if day is not None)}


def _day(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


def score(one: Known, other: Known) -> Alike:
    """From 0 to 100, and why. Father and son, whom a suffix tells apart, are two."""
    when = _born(one.born, other.born)
    if _told_apart_by_suffix(one.suffix, other.suffix, when):
        return NOT_ALIKE
    why = [reason for reason in (_named(one, other), when) if reason]
    if one.phones & other.phones:
        why.append(Why.PHONE)
    total = sum(POINTS[reason] for reason in why)
    return Alike(max(0, min(100, total)), tuple(why))


def _told_apart_by_suffix(one: str, other: str, when: Why | None) -> bool:
    first, second = folded(one), folded(other)
    if first == second:
        return False
    # A list gives it one week and leaves it out the next: then the same birth date says that it is he.
    return bool(first and second) or when is not Why.BORN


def _born(one: date | None, other: date | None) -> Why | None:
    if one is None or other is None:
        return None
    if one == other:
        return Why.BORN
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Why.SWAPPED
    return Why.DIGIT if other in near(one) else Why.OTHERWISE


def _named(one: Known, other: Known) -> Why | None:
    """The best that any name of the one says about any name of the other."""
    pairs = [(first, second) for first in _written(one.names) for second in _written(other.names)]
    if any(first == second for first, second in pairs):
        return Why.NAME
    if any(_is_part(first, second) or _is_part(second, first) for first, second in pairs):
        return Why.PART
    if any(fuzz.ratio(" ".join(first), " ".join(second)) >= SPELLED_ALIKE for first, second in pairs):
        return Why.SPELLED
    return Why.SOUND if one.sounds & other.sounds else None


def _written(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Its words in the alphabet's order: first and last name change places from list to list."""
    return [words for name in names if (words := tuple(sorted(pieces(name))))]


def _is_part(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    return 1 < len(shorter) < len(longer) and set(shorter) <= set(longer)
