"""By what a man is found: words of his names, folded; and the ranges in which their beginnings lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.names import LONGEST_TOKEN, pieces, readings, tokens, until

WORDS = st.text(st.sampled_from("az09my"), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["José"], {"jose"}, id="an accent"),
        pytest.param(["O'Neil"], {"o", "neil", "oneil"}, id="an apostrophe"),
        pytest.param(["García-López"], {"garcia", "lopez", "garcialopez"}, id="a hyphen"),
        pytest.param(["de la Cruz"], {"de", "la", "cruz", "lacruz", "delacruz"}, id="each word and what follows"),
        pytest.param(["Dorian", "", "Halloway"], {"dorian", "halloway"}, id="each name of its own"),
        pytest.param(["Mun\u0303oz"], {"munoz"}, id="the accent as a letter of its own"),
        pytest.param(["Иван"], {"0043800432004300043d"}, id="another script by its code points"),
        pytest.param(["", "...", " "], set(), id="nothing"),
    ],
)
def test_tokens(names: list[str], expected: set[str]) -> None:
    assert tokens(*names) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("halloway", [["halloway"]], id="one word"),
        pytest.param("ONeil j", [["oneil", "j"], ["oneilj"]], id="an initial"),
        pytest.param("o neil j", [["o", "neil", "j"], ["oneil", "j"], ["o", "neilj"]], id="neighbors as one"),
        pytest.param("  -- ", [], id="nothing"),
    ],
)
def test_readings(text: str, expected: list[list[str]]) -> None:
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("beginning", "end"),
    [
        pytest.param("jose", "josf", id="the last letter moves on"),
        pytest.param("jaz", "jb", id="after z the one before it"),
        pytest.param("zz", None, id="only z: no end"),
        pytest.param("049", "04a", id="letters come after digits"),
        pytest.param("", None, id="nothing: everything"),
    ],
)
def test_where_a_beginning_ends(beginning: str, end: str | None) -> None:
    assert until(beginning) == end


@given(WORDS, WORDS)
def test_the_range_holds_exactly_what_begins_so(beginning: str, token: str) -> None:
    end = until(beginning)
    assert (beginning <= token and (end is None or token < end)) == token.startswith(beginning)


@given(st.text(max_size=400))
def test_whatever_is_typed_gives_small_letters_and_digits(name: str) -> None:
    found = tokens(name)
    assert all(one.isascii() and one.isalnum() and one == one.lower() for one in found)
    assert all(0 < len(one) <= LONGEST_TOKEN for one in found)


@given(st.text(max_size=60))
def test_who_is_looked_for_by_his_own_name_is_found(name: str) -> None:
    his = tokens(name)
    for word in pieces(name):
        assert any(token.startswith(word[:LONGEST_TOKEN]) for token in his)


def test_too_many_words_are_cut() -> None:
    assert len(pieces("a " * 50)) == 8
