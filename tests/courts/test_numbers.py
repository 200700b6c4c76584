import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts.numbers import normalized_number


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("16-1-00154-4 SEA", "161001544sea", id="superior court"),
        pytest.param("16 1 00154 4 sea", "161001544sea", id="the same, with spaces"),
        pytest.param("000123", "000123", id="leading zeros stay"),
        pytest.param("１２３", "123", id="wide digits"),
        pytest.param("№ 5", "no5", id="numero sign"),
        pytest.param("K/2025#7", "k20257", id="any punctuation"),
        pytest.param("--", "", id="nothing in it"),
    ],
)
def test_normalizes(number, expected):
    assert normalized_number(number) == expected


@given(st.text())
def test_normalizing_twice_changes_nothing_more(number):
    assert normalized_number(normalized_number(number)) == normalized_number(number)


@given(st.text(st.characters(categories=["Nd", "Lu", "Ll"], codec="ascii")))
def test_letters_and_digits_are_never_lost(number):
    assert normalized_number(number) == number.lower()
