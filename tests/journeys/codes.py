"""What an authenticator app shows, and what was mailed."""

import re
import time
from collections.abc import Sequence

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.mail import EmailMessage

STEP_SECONDS = 30


def newest_code(secret: str) -> str:
    """By the real clock: the house's own may stand elsewhere."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS))  # noqa: TID251  see above


def newest_mailed_code(outbox: Sequence[EmailMessage]) -> str:
    return re.findall(r"Your code: (\S+)", "".join(str(mail.body) for mail in outbox))[-1]
