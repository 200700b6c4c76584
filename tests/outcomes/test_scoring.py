from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.scoring import WHOLE, Answers, OutOfRange, scores
from outcomes.shipped import ENJOYS, GUYS, HARMLESS, NEEDS, beliefs

TOLD = beliefs()
CODES = [item.code for item in TOLD.items]
ALL_AGREE: dict[str, int | None] = dict.fromkeys(CODES, 5)
answered = st.fixed_dictionaries({}, optional={code: st.none() | st.integers(1, 5) for code in CODES})


def test_those_that_are_reversed_are_turned_round() -> None:
    # Of e1 to e4 one is reversed, of h1 to h4 two.
    assert scores(TOLD, ALL_AGREE) == {WHOLE: 3.5, ENJOYS: 4.0, HARMLESS: 3.0, NEEDS: 4.0, GUYS: 3.0}


def test_one_that_he_would_rather_not_say_counts_for_nothing() -> None:
    told = scores(TOLD, ALL_AGREE | {"e2": None})

    assert told[ENJOYS] == 5.0


def test_with_fewer_than_three_of_a_part_it_has_no_score_and_neither_has_the_whole() -> None:
    told = scores(TOLD, ALL_AGREE | {"e1": None, "e2": None})

    assert (told[ENJOYS], told[WHOLE], told[NEEDS]) == (None, None, 4.0)


@pytest.mark.parametrize(
    "answers",
    [{"e1": 0}, {"e1": 6}, {"e1": -1}, {"zz": 1}],
    ids=["below", "above", "far below", "no such item"],
)
def test_what_he_could_not_choose_is_refused(answers: Answers) -> None:
    with pytest.raises(OutOfRange):
        scores(TOLD, answers)


@given(answered)
def test_a_score_lies_within_the_range_and_turning_all_round_mirrors_it(answers: dict[str, int | None]) -> None:
    turned = {code: None if value is None else 6 - value for code, value in answers.items()}
    told, mirrored = scores(TOLD, answers), scores(TOLD, turned)

    for part, score in told.items():
        other = mirrored[part]
        assert (score is None) == (other is None)
        if score is not None and other is not None:
            assert 1 <= score <= 5
            assert score + other == pytest.approx(6)


@given(answered)
def test_the_whole_is_the_mean_of_its_parts(answers: dict[str, int | None]) -> None:
    told = scores(TOLD, answers)
    parts = [told[part] for part in (ENJOYS, HARMLESS, NEEDS, GUYS)]

    assert told[WHOLE] == (None if None in parts else pytest.approx(fmean(part for part in parts if part is not None)))
