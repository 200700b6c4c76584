"""Scores of many at once are those of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.columns import Said, codes
from outcomes.instruments import Document, Item
from outcomes.scoring import OutOfRange, scores
from outcomes.shipped import beliefs, frequency

BELIEFS, FREQUENCY = beliefs(), frequency()


def answers_of(document: Document):
    given = {item.code: st.none() | st.integers(document.low, document.high(item)) for item in document.items}
    return st.fixed_dictionaries({}, optional=given)


def scored(document, sheets):
    said = Said(document)
    for sheet in sheets:
        said.add(sheet)
    return said.scores()


def plain(row):
    return [None if np.isnan(value) else pytest.approx(value) for value in row.tolist()]


@given(st.lists(answers_of(BELIEFS), max_size=4))
def test_as_one_by_one(sheets):
    found = scored(BELIEFS, sheets)
    assert found.shape == (len(sheets), 5)
    for sheet, row in zip(sheets, found, strict=True):
        alone = scores(BELIEFS, sheet)
        assert [alone[code] for code in codes(BELIEFS)] == plain(row)


@given(answers_of(FREQUENCY))
def test_where_there_are_no_parts(sheet):
    assert codes(FREQUENCY) == [""]
    assert [scores(FREQUENCY, sheet)[""]] == plain(scored(FREQUENCY, [sheet])[0])


def test_an_item_with_answers_of_its_own_is_turned_by_its_own_range():
    three = {"en": ("No", "Perhaps", "Yes")}
    items = (Item("a", {"en": "A"}, reversed=True, labels=three), Item("b", {"en": "B"}))
    document = Document({"en": "T"}, {"en": ""}, {"en": tuple("12345")}, 1, 2, (), items)
    assert scored(document, [{"a": 3, "b": 5}]).tolist() == [[3.0]]


@pytest.mark.parametrize("value", [0, 6])
def test_what_he_could_not_choose_is_refused(value):
    with pytest.raises(OutOfRange):
        scored(BELIEFS, [{"e1": 3}, {"e1": value}])
