"""Two dots for each mean, on the scale that was answered on."""

from office.figures.paired import Two, dots
from office.figures.shapes import Dot, Rect, Stroke, Words


def test_a_ring_before_a_dot_after_and_the_way_between_them() -> None:
    picture = dots("Change", [Two("In all", 5, 2, "5.00 to 2.00")], low=1, high=5)

    before, after = [one for one in picture.shapes if isinstance(one, Dot)]
    assert (before.kind, before.x) == ("ring", 1)
    assert (after.kind, after.x) == ("dot", 0.25)
    (way,) = [one for one in picture.shapes if isinstance(one, Stroke) and one.kind == "line"]
    assert (way.x1, way.x2) == (1, 0.25)
    assert picture.described == "In all: 5.00 to 2.00."


def test_its_axis_is_the_scale() -> None:
    picture = dots("Change", [], low=1, high=6)

    ticks = [(one.text, one.x) for one in picture.shapes if isinstance(one, Words)]
    assert ticks == [("1", 0), ("3.5", 0.5), ("6", 1)]


def test_a_withheld_one_is_a_dashed_box_and_no_dot() -> None:
    picture = dots("Change", [Two("Spanish", None, None, "withheld")], low=1, high=5)

    assert [one.kind for one in picture.shapes if isinstance(one, Rect | Dot)] == ["gone"]
    assert "withheld" in picture.described
