import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest

from messaging.retries import gives_up, is_permanent, is_servers, wait_after, wait_after_interruption


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        (0, timedelta(seconds=30)),
        (1, timedelta(seconds=30)),
        (2, timedelta(minutes=2)),
        (5, timedelta(hours=1)),
        (7, timedelta(hours=6)),
        (8, timedelta(hours=6)),
        (32_767, timedelta(hours=6)),
    ],
)
def test_waits_longer_and_longer_up_to_six_hours(attempts: int, wait: timedelta):
    assert wait_after(attempts) == wait


def test_never_waits_shorter_than_before():
    assert all(first <= second for first, second in pairwise(map(wait_after, range(1, 20))))


def test_a_stopped_worker_says_nothing_against_its_message_at_first():
    assert [wait_after_interruption(n) for n in (1, 3, 4, 5)] == [
        timedelta(0),
        timedelta(0),
        timedelta(seconds=30),
        timedelta(minutes=2),
    ]


def test_gives_up_after_two_days():
    tried = next(n for n in range(1, 100) if gives_up(n, required=False))

    assert timedelta(days=1.5) < sum(map(wait_after, range(1, tried)), timedelta(0)) < timedelta(days=2.5)


def test_never_gives_up_what_a_court_requires():
    assert not gives_up(32_767, required=True)


REFUSED = smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such person")})
BUSY = smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"come back")})
SPURNED = smtplib.SMTPDataError(554, b"spam")
FULL = smtplib.SMTPDataError(452, b"disk full")
SENDER = smtplib.SMTPSenderRefused(553, b"who are you", "office@notices.example")
SIGN_IN = smtplib.SMTPAuthenticationError(535, b"wrong password")
GONE = smtplib.SMTPServerDisconnected("gone")
REFUSES_CALLS = ConnectionRefusedError()
SILENT = TimeoutError()
POISON = ValueError()


@pytest.mark.parametrize("error", [REFUSED, SPURNED])
def test_a_refusal_of_him_or_of_the_message_is_for_good(error: Exception):
    assert is_permanent(error)


@pytest.mark.parametrize("error", [BUSY, FULL, SENDER, SIGN_IN, GONE, REFUSES_CALLS, SILENT, POISON], ids=repr)
def test_nothing_else_is_for_good(error: Exception):
    assert not is_permanent(error)


@pytest.mark.parametrize("error", [SENDER, SIGN_IN, GONE, REFUSES_CALLS, SILENT], ids=repr)
def test_the_next_message_would_fare_no_better(error: Exception):
    assert is_servers(error)


@pytest.mark.parametrize("error", [REFUSED, BUSY, SPURNED, FULL, POISON], ids=repr)
def test_the_next_message_may_fare_better(error: Exception):
    assert not is_servers(error)
