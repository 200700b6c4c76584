import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.names import folded


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("O'Neil", "oneil", id="apostrophe"),
        pytest.param("O’NEIL", "oneil", id="curly apostrophe, capitals"),
        pytest.param("Muñoz-Ibáñez", "munozibanez", id="accents and hyphen"),
        pytest.param("MUNOZ IBANEZ", "munozibanez", id="without them"),
        pytest.param("Mun\u0303oz", "munoz", id="accent as a letter of its own"),
        pytest.param("Đặng Văn Lâm", "dangvanlam", id="Vietnamese"),
        pytest.param("Łukasz", "lukasz", id="Polish l"),
        pytest.param("Søren Æbelø", "sorenaebelo", id="Danish"),
        pytest.param("Weiß", "weiss", id="sharp s"),
        pytest.param("Иван", "иван", id="Cyrillic stays"),
        pytest.param("", "", id="empty"),
        pytest.param("...", "", id="only punctuation"),
    ],
)
def test_folds(name, expected):
    assert folded(name) == expected


def test_vowel_signs_that_tell_names_apart_stay():
    assert folded("राम") != folded("रमा")


@given(st.text())
def test_folding_twice_changes_nothing_more(name):
    assert folded(folded(name)) == folded(name)


@given(st.text(st.characters(codec="ascii")))
def test_case_never_matters(name):
    assert folded(name.upper()) == folded(name.lower())
