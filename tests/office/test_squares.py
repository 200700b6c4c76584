import pytest

from office.squares import Seen, Square, squares
from programs.kinds import MarkKind


def test_a_square_a_week_in_order() -> None:
    found = squares([1, 2, 3], [1], {2: Seen(MarkKind.ABSENT)})

    assert found == [
        Square(1, "filled", "credited"),
        Square(2, "crossed", "absent"),
        Square(3, "hollow", "not yet"),
    ]


@pytest.mark.parametrize(
    ("seen", "shape", "word"),
    [
        (Seen(MarkKind.ABSENT, excused=True), "crossed", "absent, excused"),
        (Seen(MarkKind.LATE), "half", "late, no credit"),
        (Seen(MarkKind.LEFT_EARLY), "half", "left early, no credit"),
        (Seen(MarkKind.SENT_HOME), "half", "sent home, no credit"),
        (Seen(MarkKind.NOT_PROVIDED), "hollow", "not provided"),
    ],
    ids=["excused", "late", "early", "sent home", "not provided"],
)
def test_without_credit_the_mark_says_why(seen: Seen, shape: str, word: str) -> None:
    assert squares([4], [], {4: seen}) == [Square(4, shape, word)]


def test_credit_counts_whatever_was_seen_before() -> None:
    assert squares([4], [4], {4: Seen(MarkKind.ABSENT)}) == [Square(4, "filled", "credited")]


def test_no_weeks_no_squares() -> None:
    assert squares([], [1], {}) == []
