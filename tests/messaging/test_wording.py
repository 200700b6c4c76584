import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.wording import BY_TEMPLATE, TEXTS, faults, fill, placeholders

VALUES = {"when": "Tuesday", "place": "Pier 1", "number": "206"}
ODD = "A bracket or a brace stands alone. Each one that is opened is closed, and braces hold no braces."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Come [when].", "Come Tuesday."),
        ("Come [ when ]{, to [place]}.", "Come Tuesday, to Pier 1."),
        ("[nobody] {and [nobody]} stays", "[nobody]  stays"),
        ("{no placeholder}", "no placeholder"),
        ("a\n\n\n\nb", "a\n\nb"),
        # What looks like code is words, and braces are braces.
        ("%s {{ when }} {% now %}", "%s { when } % now %"),
    ],
)
def test_fills(text: str, said: str):
    assert fill(text, VALUES) == said


def test_what_is_empty_takes_its_braces_along():
    assert fill("Come [when]{, to [place]}{ or call [number]}.", VALUES | {"place": ""}) == "Come Tuesday or call 206."


@given(st.text(alphabet="[]{}abc nwhe"))
def test_a_value_is_never_read_as_a_placeholder(value: str):
    assert fill("([place])", {"place": value}) == f"({value})"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Come [when]{, to [place]}.", []),
        ("Come [wen] or [now].", ["[wen], [now] is no placeholder of this message."]),
        ("Come [when.", [ODD]),
        ("Come when].", [ODD]),
        ("Come {to [place].", [ODD]),
        ("{{ when }}", [ODD]),
        ("", []),
    ],
)
def test_says_what_is_wrong(text: str, wrong: list[str]):
    assert faults(text, VALUES) == wrong


def test_each_placeholder_once_in_order():
    assert placeholders("[b] [a] [b] {[c]}") == ["b", "a", "c"]


def test_no_template_stands_twice():
    assert len(BY_TEMPLATE) == len(TEXTS)
