"""Whoever has every file, page and picture that left tries to work out a small number from them: he reads CSV, solves
what it says, and finds no number anywhere else that isn't in it. He even knows which groups "Others" are."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from openpyxl import load_workbook

from office.figures import files, keeping, paper
from office.figures.funding import leaves as as_page
from office.figures.kinds import Dimension, Section, Table
from office.figures.leaving import Outside, leaves
from office.figures.linear import ONE, solved
from office.figures.others import as_told, members
from office.figures.pictures import drawn
from office.figures.shapes import Words
from office.figures.suppression import all_withheld
from office.figures.together import Published
from tests.courts.pdf import text_of
from tests.office.figures.test_suppression import CODES, FIGURES, table_of

STARTS = {
    Dimension.QUARTER: (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)),
    Dimension.MONTH: (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)),
}
# The first quarter, then the half year: the second quarter lies between them. Or the same of months.
SPANS = ((0, 1), (0, 2))
GROUPS = ("Kent", "Renton", "Tukwila", "Burien", "Auburn")
World = list[list[tuple[int, int, int]]]
LARGE = [(30, 20, 25), (40, 35, 30)]
HALVES = [(20, 20, 20), (12, 11, 1), (3, 3, 3), (2, 1, 0), (0, 0, 0)]
MORE = [(20, 20, 20), (12, 11, 30), (9, 9, 9), (9, 8, 7), (4, 4, 4)]


def by_chance(chance: Random) -> World:
    few = (0, 2, 7, 11, 14, 33)
    return [[(chance.choice(few), chance.choice(few), chance.choice(few)) for _ in GROUPS] for _ in (0, 1)]


WORLDS: list[World] = [
    [[*LARGE, (6, 5, 4), (5, 6, 4), (1, 2, 3)], [*LARGE, (3, 1, 2), (0, 0, 1), (0, 0, 0)]],
    [HALVES, MORE],
    # Of those at Kent three completed in the second quarter.
    [[*LARGE, (6, 5, 4), (5, 6, 4), (1, 2, 3)], [(3, 20, 25), (40, 35, 30), (6, 5, 4), (5, 6, 4), (1, 2, 3)]],
    *map(by_chance, map(Random, range(10))),
]


def counted(world: World, a: int, b: int, by: Dimension) -> Published:
    rows = [tuple(map(sum, zip(*(world[q][g] for q in range(a, b)), strict=True))) for g in range(len(GROUPS))]
    by_kind = table_of(rows, Dimension.COURT)
    months = [tuple(map(sum, zip(*world[q], strict=True))) for q in range(a, b)]
    keys = [f"{STARTS[by][q]:%Y-%m}" for q in range(a, b)]
    named = [(key, name) for key, name in zip("12345", GROUPS, strict=True)]
    return Published(STARTS[by][a], STARTS[by][b] - timedelta(days=1), (
        Table(Section.FINISHING, Dimension.TOTAL, FIGURES, (), by_kind.total),
        table_of(months, by, keys), relabeled(by_kind, dict(named)),
    ))  # fmt: skip


def relabeled(table: Table, names: dict[str, str]) -> Table:
    return replace(table, rows=tuple(replace(row, label=names[row.key]) for row in table.rows))


def left(world: World, by: Dimension = Dimension.QUARTER) -> list[Published]:
    found: list[Published] = []
    for a, b in SPANS:
        new = counted(world, a, b, by)
        found.append(Published(new.begins, new.ends, leaves(new, found).tables))
    return found


# --- What he reads


def told(published: Published) -> str:
    return files.as_csv(as_told(published.tables), "Head")


def read(text: str) -> Iterator[tuple[str, str, str, int]]:
    """Table, row, figure, number; nothing of what is withheld."""
    heads: list[str] = []
    for line in list(csv.reader(StringIO(text.removeprefix("\ufeff"))))[1:]:
        if line and line[0].startswith("Finishing"):
            heads = line
        elif line:
            for head, value in zip(heads[1:], line[1:], strict=True):
                if value.isdigit() and not head.endswith(": of"):
                    yield heads[0], line[0], head, int(value)


def equations(reports: list[Published]) -> Iterator[dict[Any, int]]:
    titles = {figure.title: code for figure, code in zip(FIGURES, CODES, strict=True)}
    for q in (0, 1):
        for group in (*GROUPS, "all"):
            yield {(q, group, "begun"): 1, **{(q, group, code): -1 for code in CODES[1:]}}
        for code in CODES:
            yield {(q, "all", code): 1, **{(q, group, code): -1 for group in GROUPS}}
    for number, ((a, b), published) in enumerate(zip(SPANS, reports, strict=True)):
        # Of "Others" he knows who they are: whoever has no name.
        rows = list(read(told(published)))
        unnamed = [one for one in GROUPS if one not in {label for _, label, _, _ in rows}]
        for code in CODES:
            yield {("others", number, code): 1, **{(q, g, code): -1 for q in range(a, b) for g in unnamed}}
        for table, label, title, value in rows:
            code = titles[title]
            groups = {"In total": ["all"], "Others": unnamed}.get(label, [label])
            quarters = range(a, b)
            if ("quarter" in table or "month" in table) and label != "In total":
                groups, quarters = ["all"], range(*((0, 1) if label == "2026-01" else (1, 2)))
            yield {**{(q, g, code): 1 for q in quarters for g in groups}, ONE: -value}


def worked_out(reports: list[Published]) -> list[tuple[Any, int]]:
    """Numbers of one to nine people; and none, of a group in which there is somebody."""
    values = {one: int(value) for one, value in solved(equations(reports)).items()}
    whole = {one[:2]: value for one, value in values.items() if one[2] == "begun"}
    return [(one, value) for one, value in values.items()
            if 0 < value < 10 or (value == 0 and one[2] != "begun" and whole.get(one[:2], 0) > 0)]  # fmt: skip


@pytest.mark.parametrize("by", STARTS)
@pytest.mark.parametrize("world", WORLDS, ids=range(len(WORLDS)))
def test_nothing_small_follows_from_all_that_can_be_read(world: World, by: Dimension) -> None:
    assert worked_out(left(world, by)) == []


@pytest.mark.parametrize("by", STARTS)
def test_he_finds_what_reports_that_know_nothing_of_each_other_give_away(by: Dimension) -> None:
    world = WORLDS[2]
    reports = [counted(world, a, b, by) for a, b in SPANS]
    alone = [Published(one.begins, one.ends, tuple(all_withheld(one.tables))) for one in reports]
    assert ((1, "Kent", "completed"), 3) in worked_out(alone)


# --- Labels, and what only a picture could tell


def test_a_group_of_whom_nothing_may_be_told_has_no_name_and_together_they_have_a_number() -> None:
    first = left(WORLDS[0])[0]
    rows = {(label, title): value for table, label, title, value in read(told(first)) if "court" in table}
    assert {label for label, _ in rows} == {"Kent", "Renton", "Burien", "Others", "In total"}
    # Of Tukwila and Auburn together 21 began; what became of them is of fewer than ten each.
    assert {title: value for (label, title), value in rows.items() if label == "Others"} == {FIGURES[0].title: 21}
    assert [members(row.key) for row in first.tables[2].rows if members(row.key)] == [("3", "5")]


def outside(published: Published) -> dict[str, str]:
    """By where it stands, all text that leaves, the pictures' own included."""
    made = keeping.kept(published.tables, letterhead=["Pier Street"], callback_number="", program="Harbor")
    page = render_to_string("office/figures/leaves.html", {"leaves": as_page(Outside(keeping.tables_of(made), {}))})
    sheet = text_of(paper.render(made, period="2026", made_on="2026-07-02"))
    # What isn't counted: the day, the pages' numbers, and the sentences at the end.
    figures = re.sub(r"Page \d+ of \d+|July 2, 2026", "", sheet).partition("How each figure is counted")[0]
    return {"page": re.sub(r"<[^>]*>", " ", page), "pdf": " ".join(figures.split())}


def numbers(words: str) -> set[str]:
    """As they are written; no percentage, which is worked out from two of them."""
    return {one.replace(",", "") for one in re.findall(r"\d[\d,]*(?:\.\d+)?\b(?!%)", words)}


def on_axes(published: Published) -> set[str]:
    shapes = (shape for table in as_told(published.tables) for one in drawn(table) for shape in one.picture.shapes)
    return set().union(*(numbers(one.text) for one in shapes if isinstance(one, Words) and one.kind == "tick"))


@pytest.mark.parametrize("world", WORLDS[:3], ids=range(3))
def test_whoever_has_a_name_has_a_number(world: World) -> None:
    for published in left(world):
        lines = csv.reader(StringIO(told(published)))
        named = [line for line in lines if line and line[0] in GROUPS]
        assert [line[0] for line in named if not any(one.isdigit() and int(one) for one in line[1:])] == []


@pytest.mark.parametrize("world", WORLDS[:3], ids=range(3))
def test_no_other_text_has_a_name_or_a_number_that_this_one_lacks(world: World) -> None:
    for published in left(world):
        text = told(published)
        unnamed = [one for one in GROUPS if one not in text]
        known = numbers(text.replace(",", " ")) | on_axes(published)
        for where, words in outside(published).items():
            assert [name for name in unnamed if name in words] == [], where
            assert (where, numbers(words) - known) == (where, set())


@pytest.mark.parametrize("world", WORLDS[:3], ids=range(3))
def test_a_spreadsheet_says_the_same_in_each_cell(world: World) -> None:
    for published in left(world):
        book = load_workbook(BytesIO(files.as_xlsx(as_told(published.tables), "Head")))
        cells = [["" if one is None else str(one) for one in line] for sheet in book for line in sheet.values]
        lines = list(csv.reader(StringIO(told(published).removeprefix("\ufeff"))))
        assert [line for line in cells if line[0] != "Head"] == [line for line in lines[1:] if line]


@pytest.mark.parametrize("world", WORLDS[:4], ids=range(4))
def test_no_bar_is_as_long_as_a_number_that_is_withheld(world: World) -> None:
    for published in left(world):
        for table in as_told(published.tables):
            values = [float(cell.value or 0) for row in (*table.rows, table.total) for cell in row.cells]
            for one in drawn(table):
                bars = [shape for shape in ElementTree.fromstring(one.picture.alone()) if "fill" in shape.attrib]
                assert all(value.isascii() for bar in bars for value in bar.attrib)
                assert not re.search(r"\sdata-|<metadata|<!--", one.picture.alone() + one.picture.inline("one"))
                said = [int(number.replace(",", "")) for number in re.findall(r": (\d[\d,]*)", one.picture.described)]
                assert set(said) <= {int(value) for value in values}
