"""Copies on their way by e-mail and on paper, and the mailbox at the other end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import Message as Mail
from functools import cache
from typing import Any

from django.test import override_settings

from courts import cover
from courts.actions import mailing
from courts.models import Delivery, Recipient
from messaging.actions import Counts, send_due
from tests.courts.cases import AFTER, Case, completed, copy_to, delivery_by
from tests.messaging.mail_servers import Good, serving

MAILBOX = "records@pinewater.example"
LATER = AFTER + timedelta(hours=1)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@cache
def a_page() -> bytes:
    return cover.cover(
        {"to": "Nobody", "address": "", "fax": "", "sender": "Office", "number": "1", "on": "today", "pages": 1}
    )


def mailed(role: Recipient.Role = Recipient.Role.CLERK, **fields: Any) -> tuple[Case, Delivery]:
    """Issued, with one copy that is to go by e-mail; `court__…` and the like go to the referral."""
    own = {name: fields.pop(name) for name in list(fields) if name.startswith(("court", "program", "participant"))}
    case = completed(**own)
    copy_to(case, role, Recipient.Channel.EMAIL, **({"address": MAILBOX} | fields))
    document = case.issue(case.in_review())
    return case, delivery_by(document, Recipient.Channel.EMAIL)


@contextmanager
def mailbox(handler: Good | None = None) -> Iterator[Good]:
    """A real server on loopback; what it took."""
    server = handler or Good()
    with (
        serving(server) as port,
        override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=5),
    ):
        yield server


def send(now: datetime = LATER) -> Counts:
    """One round of what runs each minute."""
    mailing.mail_queued(now=now)
    counts = send_due(now=now)
    mailing.settle_mailed(now=now)
    return counts


def words(mail: Mail) -> str:
    part = mail.get_payload(0) if mail.is_multipart() else mail
    assert isinstance(part, Mail)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def path_in(mail: Mail) -> str:
    """Of the link."""
    (found,) = re.findall(r"(/letter/[a-z2-7]+/)", words(mail))
    return str(found)


def code_in(mail: Mail) -> str:
    (found,) = re.findall(r"^([0-9]{8})$", words(mail), re.MULTILINE)
    return str(found)
