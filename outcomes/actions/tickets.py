"""A link, a tablet or a sheet of paper in somebody's hand: whoever holds its token may answer, once.

The token is made again from the row and the installation's secret, so that a mail that goes twice says the same; the
row keeps its hash. The code is sealed by the token; the first button takes the ticket, and seals the code again by a
secret that goes to that browser alone. So no GET consumes it, and what reads mail ahead of him takes nothing.
"""

import base64
import hmac
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusal import Refusal
from outcomes.kinds import State, Way
from outcomes.models import Asking, Subject, Ticket
from outcomes.sealing import CannotOpen, opened, seal

# Of base32: what is typed from paper must be short, what is clicked needn't.
LETTERS = {Way.LINK: 32, Way.TABLET: 32, Way.PAPER: 12}
# After each answer; then the tablet shows nothing until it is handed out again.
TABLET_OPEN_FOR = timedelta(minutes=15)


class UnknownTicket(Refusal):
    pass


class TicketOver(Refusal):
    """Known, and of no use any more."""


class TakenElsewhere(TicketOver):
    """Another browser began."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody at the questions. `hidden`: the places that he answered before he came back; he isn't shown them."""

    ticket: Ticket
    subject: Subject
    hidden: frozenset[int]


def token_of(ticket: Ticket) -> str:
    """Worked out anew for each reminder and each print, for months; so by the key that is never turned."""
    made = hmac.digest(settings.FINGERPRINT_KEY.encode(), f"questions {ticket.pk}".encode(), "sha256")
    return base64.b32encode(made).decode().lower()[: LETTERS[Way(ticket.way)]]


def make(asking: Asking, way: Way, code: uuid.UUID, *, expires_at: datetime, by: User | None) -> Ticket:
    """In place of the one that was out: that one opens nothing any more, what was answered by it stays."""
    Ticket.objects.filter(asking=asking).delete()
    ticket = Ticket(asking=asking, way=way, made_by=by, expires_at=expires_at)
    token = token_of(ticket)
    ticket.token_hash, ticket.sealed = _hash(token), seal({"code": str(code), "hidden": []}, by=token)
    ticket.save(force_insert=True)
    return ticket


def find(*, token: str, now: datetime) -> Ticket:
    """Raises UnknownTicket, TicketOver."""
    related = Ticket.objects.select_related("asking__enrollment__program", "asking__enrollment__participant__key")
    ticket = related.filter(token_hash=_hash(token)).first()
    if ticket is None:
        raise UnknownTicket(unknown())
    _check(ticket, now)
    return ticket


def _check(ticket: Ticket, now: datetime) -> None:
    state = ticket.asking.state
    if state == State.DONE:
        raise TicketOver(_("Thank you. This has been answered already."))
    if not ticket.sealed and state == State.DECLINED:
        # Whoever else has the address isn't told that he said no.
        raise UnknownTicket(unknown())
    if not ticket.sealed or ticket.expires_at <= now:
        raise TicketOver(_over(ticket))


def ended(*, token: str) -> tuple[Way, State] | None:
    """Which way it was, and what became of it in his hand: done, or declined. None: neither, or not there any more."""
    used = Ticket.objects.filter(token_hash=_hash(token), sealed=b"", asking__state__in=(State.DONE, State.DECLINED))
    found = used.values_list("way", "asking__state").first()
    return (Way(found[0]), State(found[1])) if found else None


def unknown() -> str:
    return _("This page isn't open any more. Call the number in your message and ask for a new link.")


def _over(ticket: Ticket) -> str:
    if ticket.way == Way.TABLET:
        return _("This tablet has locked itself. Please hand it back: what you answered is kept.")
    number = ticket.asking.enrollment.program.callback_number
    return _("Its time is over. Call %(number)s if you still want to answer.") % {"number": number}


def language_of(*, token: str) -> str | None:
    """His, whatever became of the ticket; None: unknown."""
    his = "asking__enrollment__participant__language"
    found: str | None = Ticket.objects.filter(token_hash=_hash(token)).values_list(his, flat=True).first()
    return found


def way_of(*, token: str) -> str | None:
    found: str | None = Ticket.objects.filter(token_hash=_hash(token)).values_list("way", flat=True).first()
    return found


@transaction.atomic
def take(*, token: str, now: datetime, secret: str = "") -> str:
    """The secret by which this browser goes on; from now on the token opens nothing.

    `secret`: the one that its page had along (`new_secret`), so that a button pressed twice takes it once.
    Raises UnknownTicket, TicketOver, TakenElsewhere.
    """
    ticket = _locked(find(token=token, now=now), now)
    if ticket.is_taken:
        if secret and _opens(ticket, secret):
            return secret
        raise TakenElsewhere(elsewhere(ticket))
    secret = secret or new_secret()
    _seal_again(ticket, secret, opened(bytes(ticket.sealed), by=token))
    return secret


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def elsewhere(ticket: Ticket) -> str:
    """What somebody reads who opens it where it wasn't begun."""
    if ticket.way == Way.TABLET:
        return _over(ticket)
    number = ticket.asking.enrollment.program.callback_number
    said = _("This has been begun in another browser. Go on there, or call %(number)s for a new link.")
    return said % {"number": number}


def _opens(ticket: Ticket, secret: str) -> bool:
    try:
        opened(bytes(ticket.sealed), by=secret)
    except CannotOpen:
        return False
    return True


@transaction.atomic
def go_on(*, token: str, secret: str, hidden: Collection[int], now: datetime) -> None:
    """He comes back to it: what he answered before stays hidden. Raises as `sitting` does."""
    now_open = sitting(token=token, secret=secret, now=now)
    _seal_again(now_open.ticket, secret, {"code": str(now_open.subject.pk), "hidden": sorted(hidden)})


def sitting(*, token: str, secret: str, now: datetime) -> Sitting:
    """Locks the ticket: two taps at one time are two. Raises UnknownTicket, TicketOver, TakenElsewhere."""
    ticket = _locked(find(token=token, now=now), now)
    try:
        said = opened(bytes(ticket.sealed), by=secret)
    except CannotOpen:
        raise TakenElsewhere(_("Please begin with the first page.")) from None
    subject = Subject.objects.select_related("key", "program").get(pk=said["code"])
    return Sitting(ticket, subject, frozenset(said["hidden"]))


def stay_open(ticket: Ticket, *, now: datetime) -> None:
    """A tablet stays open while somebody answers."""
    if ticket.way == Way.TABLET:
        Ticket.objects.filter(pk=ticket.pk).update(expires_at=now + TABLET_OPEN_FOR)


def use_up(ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(sealed=b"")


def _seal_again(ticket: Ticket, secret: str, said: dict[str, object]) -> None:
    ticket.sealed, ticket.is_taken = seal(said, by=secret), True
    ticket.save(update_fields=["sealed", "is_taken"])


def _locked(ticket: Ticket, now: datetime) -> Ticket:
    """As it and its asking stand now: another browser may have taken it, or handed it in, meanwhile."""
    standing = Ticket.objects.select_for_update().filter(pk=ticket.pk).first()
    if standing is None:
        raise UnknownTicket(unknown())
    asking = Asking.objects.select_for_update(no_key=True).get(pk=standing.asking_id)
    ticket.sealed, ticket.is_taken, ticket.expires_at = standing.sealed, standing.is_taken, standing.expires_at
    ticket.asking.state = asking.state
    _check(ticket, now)
    return ticket


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
