import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.discretion import given_away


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("516 Court Street", ["court"]),
        ("Your GROUP meets this Week.", ["group", "week"]),
        ("https://meet.example/johns-class_2", ["class", "johns"]),
        ("office@court.example", ["court"]),
        ("Sesión de la organización", ["organizacion", "sesion"]),
        ("JUEZ; libertad condicional", ["condicional", "juez"]),
        ("Causa 26-1-00154-4", ["causa"]),
    ],
)
def test_finds_what_gives_something_away(text: str, words: list[str]):
    assert given_away(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "12 Pier Street, second floor",
        "Courtney Avenue",  # the word in it isn't a word of its own
        "Weekend market hall",
        "https://meet.example/abc-defg-hij",
        "Recordatorio: martes 3 de marzo, 18:00",
        "",
    ],
)
def test_lets_the_rest_through(text: str):
    assert given_away(text) == []


@pytest.mark.parametrize(
    ("text", "allowed", "words"),
    [
        ("Room 2, 516 Court Street", ["516 Court Street"], []),
        ("Room 2, 516 COURT  street.", ["516 court street"], []),
        ("516 Court Street, courthouse", ["516 Court Street"], ["courthouse"]),
        ("518 Court Street", ["516 Court Street"], ["court"]),
        # As whole words: the phrase is no part of a longer number.
        ("1516 Court Street", ["516 Court Street"], ["court"]),
        ("516 Court Street", ["Court Street", "516 Court Street"], []),
        ("516 Court Street", ["", " "], ["court"]),
    ],
)
def test_a_phrase_that_is_allowed_may_stand(text: str, allowed: list[str], words: list[str]):
    assert given_away(text, allowed=allowed) == words


def test_what_an_exception_joins_is_no_new_phrase():
    assert given_away("516 Court Court Street Street", allowed=["Court Street"]) == ["court"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Harbor Choices, second floor", ["harbor choices"]),
        ("https://harbor-choices.example/room", ["harbor choices"]),
        ("Harbor Street, your choices", []),
        ("", []),
    ],
)
def test_the_houses_own_name_is_found_whole(text: str, words: list[str]):
    assert given_away(text, names=["Harbor Choices", ""], allowed=["Harbor Choices"]) == words


@pytest.mark.parametrize("name", ["An.thing", "An[a-z]+ng", "Anythin(g|k)", "(((", "at [a-z]{3}"])
def test_a_name_is_no_pattern(name: str):
    """What somebody calls his program is compared as it is; its signs part words."""
    assert given_away("Anything at all.", names=[name]) == []


@given(st.text(), st.sampled_from(["court", "GRUPO", "Sesión"]), st.text())
def test_a_word_is_found_whatever_stands_around_it(before: str, word: str, after: str):
    assert given_away(f"{before} {word} {after}") != []
