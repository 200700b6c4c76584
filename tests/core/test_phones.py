import pytest

from core.templatetags.phones import dial, phone


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("+12065550142", "206-555-0142"),
        ("206-555-0142", "206-555-0142"),
        ("+442079460123", "+442079460123"),
        ("ask for Dana", "ask for Dana"),
        ("", ""),
    ],
)
def test_a_number_as_one_reads_it(given: str, read: str) -> None:
    assert phone(given) == read


def test_a_number_that_one_presses() -> None:
    assert dial("(206) 555-0142") == '<a class="nowrap" href="tel:2065550142">(206) 555-0142</a>'
    assert dial("<b>") == '<a class="nowrap" href="tel:">&lt;b&gt;</a>'
