"""A man's weeks at a glance: one square a week, with the word for who can't see it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from programs.kinds import MarkKind


@dataclass(frozen=True, slots=True)
class Seen:
    """What the newest mark for a week says."""

    kind: MarkKind
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Square:
    week: int
    shape: str
    word: str


def squares(weeks: Iterable[int], credited: Collection[int], seen: Mapping[int, Seen]) -> list[Square]:
    """Filled: credited. Half: he came, but earned no credit. Crossed: absent. Hollow: nothing yet."""
    return [Square(week, *_shape(week in credited, seen.get(week))) for week in weeks]


def _shape(credited: bool, seen: Seen | None) -> tuple[str, str]:
    if credited:
        return "filled", "credited"
    if seen is None:
        return "hollow", "not yet"
    if seen.kind is MarkKind.ABSENT:
        return "crossed", "absent, excused" if seen.excused else "absent"
    if seen.kind is MarkKind.NOT_PROVIDED:
        return "hollow", "not provided"
    return "half", f"{seen.kind.label.lower()}, no credit"
