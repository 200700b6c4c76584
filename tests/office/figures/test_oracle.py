"""Each figure, in total and by each dimension, is what a second counting finds that was written from the sentences."""

from random import Random

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from office.figures.counting import tables
from office.figures.definitions import FIGURES
from office.figures.kinds import Cell, Dimension
from office.figures.measures import is_plain
from tests.office.figures.oracle import Counted, Oracle
from tests.office.figures.worlds import BEGINS, ENDS, TODAY, Invented

pytestmark = pytest.mark.django_db


def counted(here: Invented) -> Counted:
    found: Counted = {}
    for by in Dimension:
        for table in tables(here.program, BEGINS, ENDS, by, today=TODAY):
            for figure, cell in zip(table.figures, table.total.cells, strict=True):
                assert found.setdefault((figure.code, Dimension.TOTAL, ""), cell) == cell, (figure.code, by)
            for row in table.rows:
                cells = zip(table.figures, row.cells, strict=True)
                found |= {(figure.code, by, row.key): cell for figure, cell in cells}
    return found


def differences(here: Invented) -> list[tuple[object, ...]]:
    """Where there is nothing to count, the one has no row and the other may have an empty one."""
    ours, theirs = counted(here), Oracle(here.program, BEGINS, ENDS, TODAY).figures()
    by = {figure.code: figure.by for figure in FIGURES}
    places = sorted(place for place in {*ours, *theirs} if place[1] in by[place[0]])
    pairs = [(place, ours.get(place, nothing(place[0])), theirs.get(place, nothing(place[0]))) for place in places]
    return [(*place, one, other) for place, one, other in pairs if one != other]


def nothing(code: str) -> Cell:
    if is_plain(code):
        return Cell(0)
    return Cell(None, of=0) if code.endswith("_days") or code.startswith("days_") else Cell(0, of=0, rest=0)


# Each seed is a world of its own: none is simpler than another, so none is looked for.
@settings(max_examples=10, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_a_second_counting_finds_the_same(seed: int) -> None:
    with transaction.atomic():
        assert differences(Invented(Random(seed))) == []
        transaction.set_rollback(True)


def test_the_second_counting_counts_all_that_there_is() -> None:
    """Over some worlds no figure is nothing everywhere: each is compared with a number."""
    told: dict[str, Cell] = {}
    for seed in range(16):
        with transaction.atomic():
            found = Oracle(Invented(Random(seed)).program, BEGINS, ENDS, TODAY).figures()
            told |= {code: cell for (code, _, _), cell in found.items() if cell.value}
            transaction.set_rollback(True)
    assert told.keys() == {figure.code for figure in FIGURES}
