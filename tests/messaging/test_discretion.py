import pytest

from messaging.discretion import discreet, given_away


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


def test_a_place_that_gives_something_away_is_left_out():
    assert (discreet("516 Court Street"), discreet("12 Pier Street")) == ("", "12 Pier Street")
