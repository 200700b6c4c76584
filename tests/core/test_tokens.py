"""What a log may not show: an address that is a key."""

import pytest

from core.tokens import without_tokens

TOKEN = "Zk3-x_90aBcD"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"Not Found: /sessions/calendar/{TOKEN}.ics", "Not Found: /sessions/calendar/….ics"),
        (f'"GET /sessions/calendar/{TOKEN}.ics HTTP/1.1" 404', '"GET /sessions/calendar/….ics HTTP/1.1" 404'),
        (f"Not Found: /account/invitation/{TOKEN}/", "Not Found: /account/invitation/…/"),
        (f"Error: /account/password/reset/key/1-{TOKEN}/", "Error: /account/password/reset/key/…/"),
        (f"Gone: /letter/{TOKEN}/code", "Gone: /letter/…/code"),
        ("Not Found: /sessions/calendar/", "Not Found: /sessions/calendar/"),
        ("Not Found: /sessions/12/", "Not Found: /sessions/12/"),
    ],
)
def test_the_key_is_left_out(said: str, shown: str) -> None:
    assert without_tokens(said) == shown
