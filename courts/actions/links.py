"""A letter behind a link: whoever holds the link from one e-mail asks for a code, which comes in another.

Neither stands anywhere in clear. Both are made again from the row and the installation's secret when their mail is
sent, so that a mail that has to go twice says the same; a row keeps only their hashes.
"""

import base64
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.actors import Task
from audit.actions import record
from audit.models import name_of
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions.life import add_step, last_step
from courts.actions.notices import LETTER_CODE
from courts.models import Court, Delivery, DeliveryLink, Recipient
from courts.steps import CALLED_BACK, Step
from messaging.actions import Planned, plan
from messaging.models import Channel

BY = Task("courts.letter")
LASTS = timedelta(days=14)
CODE_LASTS = timedelta(minutes=15)
# Of wrong codes, however often a new one was sent; then the link is used up.
TRIES = 5
DIGITS = 8
SPEAKS_FOR_THE_COURT = (Recipient.Role.CLERK, Recipient.Role.JUDGE)


class UnknownLink(Refusal):
    pass


class LinkOver(Refusal):
    """Known, and of no use any more."""


class NothingToConfirm(Refusal):
    pass


# --- What is made again from a row


def token_of(link: DeliveryLink) -> str:
    made = salted_hmac("courts.links.token", f"{link.delivery_id}:{_exact(link.made_at)}", algorithm="sha256").digest()
    return base64.b32encode(made).decode().rstrip("=").lower()


def code_of(link: DeliveryLink) -> str:
    """The one that is valid just now. It must have been asked for."""
    assert link.code_expires_at is not None, "a code was asked for"
    made = salted_hmac("courts.links.code", f"{link.pk}:{_exact(link.code_expires_at)}", algorithm="sha256").digest()
    return f"{int.from_bytes(made) % 10**DIGITS:0{DIGITS}}"


def hash_of_token(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _hash_of_code(link: DeliveryLink, code: str) -> str:
    """Keyed: eight digits alone would be found in a moment."""
    return salted_hmac("courts.links.code_hash", f"{link.pk}:{code}", algorithm="sha256").hexdigest()


def _exact(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# --- Making one


def make(delivery: Delivery, *, now: datetime) -> DeliveryLink:
    """In place of those that were made before."""
    delivery.links.filter(expires_at__gt=now, made_at__lt=now).update(expires_at=now)
    link = DeliveryLink(delivery=delivery, made_at=now, expires_at=now + LASTS)
    link.token_hash = hash_of_token(token_of(link))
    link.save(force_insert=True)
    return link


# --- Opening it


def find(*, token: str, now: datetime) -> DeliveryLink:
    """Raises UnknownLink, LinkOver."""
    report = "delivery__document__report"
    related = ("delivery__recipient", f"{report}__referral__program", f"{report}__referral__court")
    bytes_ = ("delivery__document__content", "delivery__document__snapshot")
    links = DeliveryLink.objects.select_related(*related, f"{report}__referral__key").defer(*bytes_)
    link = links.filter(token_hash=hash_of_token(token)).first()
    if link is None or link.delivery.document.report.referral.key.destroyed_at is not None:
        raise UnknownLink("This address isn't known here. Use the newest message, or call whoever wrote it to you.")
    if _is_over(link, now):
        call = link.delivery.document.report.referral.program.callback_number
        raise LinkOver(f"This link can't be used any more. Call {call} and ask for a new one.")
    return link


def _is_over(link: DeliveryLink, now: datetime) -> bool:
    over = link.expires_at <= now or link.tries >= TRIES or link.delivery.is_for_nobody
    return over or last_step(link.delivery.document.report) in CALLED_BACK


@transaction.atomic
def send_code(*, link: DeliveryLink, now: datetime) -> None:
    """To the address to which the link went; an earlier code is worth nothing from now on."""
    link = _locked(link)
    link.code_expires_at = now + CODE_LASTS
    link.code_hash = _hash_of_code(link, code_of(link))
    link.save(update_fields=["code_expires_at", "code_hash"])
    key = f"{LETTER_CODE}:{link.pk}:{_exact(link.code_expires_at)}"
    plan([_code_message(link, key, now)], now=now)
    record(by=BY, now=now, verb="delivery.code_sent", on=link.delivery, facts={"link": link.pk})
    nudge("messaging.send_due")


def _code_message(link: DeliveryLink, key: str, now: datetime) -> Planned:
    return Planned(
        key=key,
        kind=LETTER_CODE,
        channel=Channel.EMAIL,
        about=name_of(link),
        participant_id=himself(link.delivery),
        language=language(link.delivery),
        due_at=now,
        expires_at=link.code_expires_at,
    )


def himself(delivery: Delivery) -> int | None:
    """Who it is about, where the copy is his own: what protects him in his mailbox holds then."""
    own = delivery.recipient.role == Recipient.Role.HIMSELF
    return delivery.document.report.referral.participant_id if own else None


def language(delivery: Delivery) -> str:
    own = delivery.recipient.role == Recipient.Role.HIMSELF
    return delivery.document.report.referral.participant.language if own else "en"


@transaction.atomic
def open_with(*, link: DeliveryLink, code: str, now: datetime) -> bool:
    """Whether the code is right; it opens once. A wrong one counts, so nothing is raised."""
    link = _locked(link)
    if link.tries >= TRIES:
        return False
    if not _is_right(link, code, now):
        DeliveryLink.objects.filter(pk=link.pk).update(tries=F("tries") + 1)
        record(by=BY, now=now, verb="delivery.wrong_code", on=link.delivery, facts={"link": link.pk})
        return False
    used = {"code_hash": "", "code_expires_at": None, "tries": 0}
    DeliveryLink.objects.filter(pk=link.pk).update(**used, opened_at=link.opened_at or now)
    record(by=BY, now=now, verb="delivery.opened", on=link.delivery, facts={"link": link.pk})
    return True


def _is_right(link: DeliveryLink, code: str, now: datetime) -> bool:
    same = constant_time_compare(_hash_of_code(link, "".join(code.split())), link.code_hash)
    return same and link.code_expires_at is not None and now < link.code_expires_at


def _locked(link: DeliveryLink) -> DeliveryLink:
    """Two tries at one time are two tries."""
    DeliveryLink.objects.select_for_update(no_key=True).only("pk").get(pk=link.pk)
    report = "delivery__document__report__referral__participant"
    return DeliveryLink.objects.select_related("delivery__recipient", report).get(pk=link.pk)


@transaction.atomic
def download(*, link: DeliveryLink, now: datetime) -> bytes:
    """The letter itself, for whoever opened it. A look is an event, written before anything is shown."""
    record(by=BY, now=now, verb="delivery.downloaded", on=link.delivery, facts={"link": link.pk})
    return bytes(link.delivery.document.content)


def may_confirm(link: DeliveryLink) -> bool:
    """Where the court acknowledges by a reply, its clerk or judge may do it here, once all have theirs."""
    report, recipient = link.delivery.document.report, link.delivery.recipient
    court = report.referral.court
    by_reply = court is not None and court.acknowledges == Court.Acknowledges.REPLY
    return by_reply and recipient.role in SPEAKS_FOR_THE_COURT and last_step(report) is Step.DELIVERED


@transaction.atomic
def confirm(*, link: DeliveryLink, now: datetime) -> None:
    """The court says: we have it. Nobody signed in: the step says that a task took it, the event from where.

    Raises NothingToConfirm, StepNotPossible.
    """
    if not may_confirm(link):
        raise NothingToConfirm("There is nothing to confirm here any more.")
    record(by=BY, now=now, verb="delivery.acknowledged", on=link.delivery, facts={"link": link.pk})
    add_step(link.delivery.document.report, Step.ACKNOWLEDGED, note="By the link that it was sent.", by=BY, now=now)
