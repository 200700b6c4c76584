"""By what a case is found: the runs of its number, with or without what stands between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts.numbers import LONGEST_TOKEN, sought, tokens


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("26-0413", {"26", "0413", "260413", "413"}, id="dashes"),
        pytest.param("K0413 KPD", {"k", "0413", "kpd", "k0413kpd", "0413kpd", "413"}, id="letters around"),
        pytest.param("5A12", {"5", "a", "12", "5a12", "a12", "512"}, id="letters between"),
        pytest.param("000", {"000"}, id="only zeros"),
        pytest.param("–", set(), id="no number"),
        pytest.param("Д-17", {"17"}, id="another script is left out"),
    ],
)
def test_tokens(number: str, expected: set[str]) -> None:
    assert tokens(number) == expected


@pytest.mark.parametrize("typed", ["26-0413", "26 0413", "260413", "0413", "413", "041", "26-04"])
def test_found_by_any_run_and_its_beginning(typed: str) -> None:
    assert any(token.startswith(sought(typed)) for token in tokens("26-0413"))


@given(st.text(max_size=200))
def test_whatever_a_court_writes_gives_small_letters_and_digits(number: str) -> None:
    assert all(one.isascii() and one.isalnum() and one == one.lower() for one in tokens(number))
    assert all(0 < len(one) <= LONGEST_TOKEN for one in tokens(number))


@given(st.text(max_size=60))
def test_a_number_is_found_as_it_stands(number: str) -> None:
    if sought(number):
        assert any(token.startswith(sought(number)) for token in tokens(number))
