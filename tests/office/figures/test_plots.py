"""Pictures: well-formed, of nothing inline, from zero on, and never by a color alone."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.figures import paired, plots
from office.figures.paired import Two
from office.figures.plots import Bar, Series, ceiling, shortened
from office.figures.shapes import Dot, Picture, Rect, Stroke, Words

EVIL = '<script>alert("1")</script> & Co'
VALUES = st.one_of(st.none(), st.floats(0, 1e6, allow_nan=False))
BARS = st.lists(st.builds(Bar, st.text(max_size=60), VALUES, st.text(max_size=10), st.booleans()), max_size=15)


def shapes_of(picture: Picture, kind: type) -> list[object]:
    return [one for one in picture.shapes if isinstance(one, kind)]


def every_plot(rows: list[Bar]) -> list[Picture]:
    values = [row.value for row in rows]
    names = [row.label for row in rows]
    counts = [None if value is None else int(value) for value in values]
    return [
        plots.bars("Bars", rows),
        plots.columns("Columns", rows),
        plots.strips("Strips", rows),
        plots.lines("Lines", names, [Series("one", values), Series("two", values)]),
        plots.parts("Parts", names[:4], [("All", counts[:4])]),
        paired.dots("Dots", [Two(row.label, row.value, row.value, row.said) for row in rows], low=0, high=1e6),
    ]


@given(BARS)
def test_each_is_well_formed_has_a_name_and_nothing_inline(rows: list[Bar]) -> None:
    # What XML can't say at all never comes from a database of text.
    rows = [Bar(_clean(row.label), row.value, _clean(row.said), few=row.few) for row in rows]
    for picture in every_plot(rows):
        for written in (picture.inline("one"), picture.alone()):
            root = ElementTree.fromstring(written)
            assert root.get("role") == "img"
            assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
            assert re.findall(r"<style|<script|\sstyle=|\son[a-z]+=|href", re.sub(r">[^<]*<", "><", written)) == []


def _clean(text: str) -> str:
    return "".join(one for one in text if one.isprintable())


def test_what_somebody_typed_stays_words() -> None:
    written = plots.bars(EVIL, [Bar(EVIL, 1, EVIL)]).inline("one")

    assert "<script" not in written
    assert ElementTree.fromstring(written).findtext("title") == EVIL


@given(BARS)
def test_nothing_stands_outside_of_the_picture(rows: list[Bar]) -> None:
    for picture in every_plot(rows):
        for one in picture.shapes:
            if isinstance(one, Rect):
                assert (one.x >= 0, one.x + one.width <= 1.0001, one.width >= 0, one.height >= 0) == (True,) * 4
                assert one.y + one.height <= picture.height
            if isinstance(one, Dot | Words):
                assert (-0.1 <= one.x <= 1.0001, one.y <= picture.height + 0.001) == (True, True)


@given(st.floats(0, 1e9, allow_nan=False))
def test_an_axis_ends_on_a_round_number_that_is_enough(most: float) -> None:
    assert most <= ceiling(most) <= max(2.5 * most, 1)


def test_an_axis_begins_at_zero_also_where_all_are_large() -> None:
    picture = plots.bars("Days", [Bar("a", 900, "900"), Bar("b", 1000, "1,000")])

    assert [round(one.width, 2) for one in picture.shapes if isinstance(one, Rect)] == [0.9, 1.0]
    assert [one.text for one in picture.shapes if isinstance(one, Words) and one.kind == "tick"] == [
        "0",
        "500",
        "1,000",
    ]


def test_a_share_is_drawn_of_a_hundred() -> None:
    picture = plots.bars("Share", [Bar("a", 30, "30%")], top=100, unit="%")

    assert [one.width for one in picture.shapes if isinstance(one, Rect)] == [0.3]


def test_what_is_withheld_has_no_length() -> None:
    one, other = (plots.bars("A", [Bar("a", None, "withheld", withheld=True), Bar("b", n, str(n))]) for n in (10, 99))

    assert one.shapes[6:9] == other.shapes[6:9]
    assert [shape.kind for shape in one.shapes if isinstance(shape, Rect)] == ["gone", "bar"]


def test_of_a_row_with_a_part_withheld_nothing_is_drawn() -> None:
    picture = plots.parts("A", ["x", "y", "z"], [("All", [30, None, 20])])

    assert [one.kind for one in picture.shapes if isinstance(one, Rect)] == ["part", "part", "part", "gone"]
    assert [one.text for one in picture.shapes if isinstance(one, Words)][-1] == "withheld"


def test_parts_are_told_apart_by_their_hatch_and_lines_by_their_dashes() -> None:
    picture = plots.parts("A", ["x", "y", "z"], [("All", [1, 1, 1])])
    assert len({one.hatch for one in picture.shapes if isinstance(one, Rect)}) == 3
    both = plots.lines("A", ["Jan", "Feb"], [Series("x", [1, 2]), Series("y", [2, 1])])
    assert {one.dash for one in both.shapes if isinstance(one, Stroke) and one.kind == "line"} == {"", "7 3"}


def test_a_line_breaks_where_a_month_is_withheld() -> None:
    picture = plots.lines("A", ["Jan", "Feb", "Mar", "Apr"], [Series("x", [1, None, 2, 3])])

    assert len([one for one in picture.shapes if isinstance(one, Stroke) and one.kind == "line"]) == 1


def test_names_at_the_ends_of_lines_stand_apart() -> None:
    picture = plots.lines("A", ["Jan"], [Series(name, [5]) for name in "abcd"])
    places = sorted(one.y for one in picture.shapes if isinstance(one, Words) and one.kind == "label")

    assert all(other - one >= 1.29 for one, other in pairwise(places))


@pytest.mark.parametrize(("label", "said"), [("short", "short"), ("a" * 28, "a" * 28), ("a" * 29, f"{'a' * 27}…")])
def test_a_label_is_shortened_for_a_phone(label: str, said: str) -> None:
    assert shortened(label) == said


def test_it_is_described_in_words() -> None:
    picture = plots.bars("A", [Bar("Kent", 12, "12"), Bar("Renton", None, "withheld")])

    assert picture.described == "Kent: 12; Renton: withheld."
