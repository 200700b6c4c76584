"""Whether two may be one man."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.likeness import NOT_ALIKE, Alike, Known, Why, near, score, sounds, sounds_of

BORN = date(1980, 2, 7)


def known(name: str = "Jose Garcia", **said: Any) -> Known:
    told: dict[str, Any] = {"names": (name,), "born": BORN, "sounds": frozenset(sounds_of(name))} | said
    return Known(**told)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param(known("José García"), known("GARCIA, Jose"), Alike(90, (Why.NAME, Why.BORN)), id="swapped names"),
        pytest.param(known("Nguyen Minh"), known("Minh Nguyen"), Alike(90, (Why.NAME, Why.BORN)), id="Vietnamese"),
        pytest.param(known(), known("Jose Garcia Lopez"), Alike(85, (Why.PART, Why.BORN)), id="second last name"),
        pytest.param(known(), known("Jose Garzia"), Alike(80, (Why.SPELLED, Why.BORN)), id="spelled"),
        pytest.param(known("Jon Smith"), known("John Smyth"), Alike(75, (Why.SOUND, Why.BORN)), id="heard"),
        pytest.param(known(), known(born=date(1980, 7, 2)), Alike(80, (Why.NAME, Why.SWAPPED)), id="day and month"),
        pytest.param(known(), known(born=date(1980, 2, 1)), Alike(75, (Why.NAME, Why.DIGIT)), id="one digit"),
        pytest.param(
            known(phones=frozenset({"+12065550100"})), known(born=None, phones=frozenset({"+12065550100"})),
            Alike(75, (Why.NAME, Why.PHONE)), id="phone",
        ),
    ],
)  # fmt: skip
def test_may_be_one_man(one: Known, other: Known, alike: Alike) -> None:
    assert score(one, other) == alike
    assert alike.enough


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(known(), known(born=date(1991, 11, 30)), id="one name, two birth dates"),
        pytest.param(known(), known(born=None), id="a name alone"),
        pytest.param(known("Jose Garcia"), known("Bob Smith"), id="a birth date alone"),
        pytest.param(known(suffix="Sr."), known(suffix="Jr", born=date(2001, 5, 5)), id="father and son"),
        pytest.param(known(), known(suffix="Jr", born=date(1980, 2, 1)), id="a son whose father has no suffix"),
        pytest.param(
            known(phones=frozenset({"+12065550100"}), suffix="Sr"),
            known(phones=frozenset({"+12065550100"}), suffix="Jr"),
            id="father and son at one phone",
        ),
    ],
)
def test_are_two(one: Known, other: Known) -> None:
    assert not score(one, other).enough


def test_a_suffix_that_a_list_left_out_is_no_other_man() -> None:
    assert score(known(), known(suffix="Jr")) == Alike(90, (Why.NAME, Why.BORN))
    assert score(known(suffix="II"), known(suffix="III")) == NOT_ALIKE


def test_how_names_sound() -> None:
    assert sounds("Jon", "Smith") == sounds("John", "Smyth") == sounds("Smith", "John") == {"JN SM0"}
    assert sounds("José", "García López") == {"JS KRX", "JS LPS"}
    assert sounds("Dominic", "de la Cruz") == sounds("Dominic", "Cruz") == {"KRS TMNK"}
    assert sounds("Minh", "Vo") == {"F MNH"}
    assert sounds("", "Cher") == {"XR"}
    assert sounds("राम", "") != set()


def test_birth_dates_that_are_taken_for_one_another() -> None:
    found = near(date(1980, 2, 7))
    assert {date(1980, 2, 7), date(1980, 7, 2), date(1980, 2, 1), date(1990, 2, 7), date(1980, 12, 7)} <= found
    assert date(1981, 2, 8) not in found


names = st.lists(
    st.sampled_from(["jose", "josé", "garcia", "lopez", "minh", "nguyen", "jon", "john", "van"]), max_size=4
)
men = st.builds(
    lambda words, suffix, born, phones: Known(
        (" ".join(words),), suffix, born, frozenset(phones), frozenset(sounds_of(" ".join(words)))
    ),
    names, st.sampled_from(["", "Jr", "Sr."]),
    st.none() | st.dates(date(1979, 1, 1), date(1981, 12, 31)), st.sets(st.sampled_from(["+1206", "+1425"])),
)  # fmt: skip


@given(men, men)
def test_says_the_same_from_both_sides(one: Known, other: Known) -> None:
    found = score(one, other)
    assert found == score(other, one)
    assert 0 <= found.score <= 100


@given(men, men, st.randoms())
def test_the_order_of_words_says_nothing(one: Known, other: Known, chance: Any) -> None:
    words = one.names[0].split()
    chance.shuffle(words)
    assert score(replace(one, names=(" ".join(words),)), other) == score(one, other)


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.dates(date(1900, 1, 1), date(2020, 1, 1)))
def test_near_from_both_sides(one: date, other: date) -> None:
    assert (other in near(one)) == (one in near(other))
