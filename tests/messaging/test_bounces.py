import smtplib

import pytest

from messaging.bounces import of_code, of_error
from messaging.gateways import TextNotSent, TextRefused
from participants.kinds import Unreachable


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("21211", Unreachable.REFUSED),
        ("21614", Unreachable.LANDLINE),
        ("30004", Unreachable.REFUSED),
        ("30005", Unreachable.BOUNCED),
        ("30006", Unreachable.LANDLINE),
        # Switched off, filtered, stopped: the number itself is well.
        ("30003", None),
        ("30007", None),
        ("21610", None),
        ("", None),
    ],
)
def test_a_code(code: str, why: Unreachable | None):
    assert of_code(code) is why


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"no")}), Unreachable.BOUNCED),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (451, b"later")}), None),
        (smtplib.SMTPDataError(554, b"spam"), None),
        (TextRefused("21614"), Unreachable.LANDLINE),
        (TextRefused(), None),
        (TextNotSent(), None),
        (TimeoutError(), None),
    ],
    ids=str,
)
def test_an_error(error: Exception, why: Unreachable | None):
    assert of_error(error) is why
