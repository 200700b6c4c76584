"""When what could not be sent is tried again, and when never."""

import smtplib
from datetime import timedelta

_WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
# By then two days have gone by.
_TRIES = 14
# That a worker was stopped says nothing against its message; that it happens again and again, does.
_INNOCENT = 3


def wait_after(attempts: int) -> timedelta:
    """From 30 seconds after the first attempt to 6 hours after the seventh and each later one."""
    return _WAITS[min(max(attempts, 1), len(_WAITS)) - 1]


def wait_after_interruption(attempts: int) -> timedelta:
    return timedelta(0) if attempts <= _INNOCENT else wait_after(attempts - _INNOCENT)


def gives_up(attempts: int, *, required: bool) -> bool:
    """A notice that a court requires is tried for as long as it takes."""
    return attempts >= _TRIES and not required


def is_permanent(error: Exception) -> bool:
    """Whether the mail server refused this recipient or this message for good.

    That it refuses us (sign-in, sender, greeting) is ours to repair, and no reason to throw the message away.
    """
    if type(error).__name__ == "AnymailRecipientsRefused":
        return True  # an e-mail provider's API; by its name, since to import it would take Django
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def is_servers(error: Exception) -> bool:
    """Whether the server, not the one message, is in trouble: then the next message would fare no better."""
    about_the_message = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, about_the_message)
