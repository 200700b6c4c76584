"""Numbers of cases that had to be forgotten: they stay out, whoever brings them, but for another man who is let in."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from courts.models import Court, DisposedNumber, Referral
from courts.numbers import normalized_number
from participants.names import folded, pieces

STAYS_OUT = "This number can't be taken in. Ask the program's administrator about it before you try again."


class StaysOut(Refusal):
    """A court had the case under this number vacated, sealed or expunged."""

    def __init__(self) -> None:
        super().__init__(STAYS_OUT)


class NotYours(Refusal):
    """Only an administrator lets a number in."""


class NotNamed(Refusal):
    pass


class WhyIn(StrEnum):
    """Why somebody comes in under a number that may have to stay out. A choice: words could say whose it was."""

    SAME_CASE = "same_case"
    USED_AGAIN = "used_again"


WHY_IN_LABELS = {
    WhyIn.SAME_CASE: "The court has several men under one number",
    WhyIn.USED_AGAIN: "The court has given the number again, to another case",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is to come in, and by which numbers, as they are written."""

    court: int | None
    numbers: tuple[str, ...]
    first_name: str
    last_name: str

    @property
    def prints(self) -> dict[str, str]:
        """By the print of each number the one by which this man was let in under it."""
        return {
            mac(self.court, number): mac_of_let_in(self.court, number, self.first_name, self.last_name)
            for number in self.numbers
            if normalized_number(number)
        }


def mac(court_id: int | None, number: str) -> str:
    """`number` as it is written: case and dashes don't matter."""
    return _keyed("disposed", f"{court_id or ''}", normalized_number(number))


def mac_of_let_in(court_id: int | None, number: str, first_name: str, last_name: str) -> str:
    """Of a number with a name, by his first first name: nobody reads either back."""
    first = next(iter(pieces(first_name)), "")
    return _keyed("let in", f"{court_id or ''}", normalized_number(number), first, folded(last_name))


def _keyed(*said: str) -> str:
    return hmac.digest(settings.FINGERPRINT_KEY.encode(), "\x1f".join(said).encode(), "sha256").hex()


def macs(court_id: int | None, *numbers: str) -> set[str]:
    return {mac(court_id, number) for number in numbers if normalized_number(number)}


def staying_out(asked: Sequence[Asked]) -> list[bool]:
    """Of each whether he stays out. In one question."""
    prints = [one.prints for one in asked]
    wanted = {name for one in prints for pair in one.items() for name in pair}
    found = dict(DisposedNumber.objects.filter(mac__in=wanted).values_list("mac", "at")) if wanted else {}
    return [any(_is_out(number, let_in, found) for number, let_in in one.items()) for one in prints]


def _is_out(number: str, let_in: str, found: dict[str, datetime]) -> bool:
    """Whoever was let in before a later order about the same number isn't any more: it may have been about him."""
    return number in found and not (let_in in found and found[let_in] > found[number])


def refuse(asked: Asked) -> None:
    """Raises StaysOut."""
    if any(staying_out([asked])):
        raise StaysOut


def refuse_of(referral: Referral, case_number: str) -> None:
    """Raises StaysOut."""
    man = referral.participant
    refuse(Asked(referral.court_id, (case_number,), man.first_name, man.last_name))


def keep_out(referral: Referral, *, now: datetime) -> None:
    """Before its numbers are blanked."""
    for one in sorted(macs(referral.court_id, referral.case_number, referral.incident_number)):
        DisposedNumber.objects.update_or_create(mac=one, defaults={"at": now})


@transaction.atomic
def let_in(*, court: Court, number: str, first_name: str, last_name: str, why: WhyIn, by: User, now: datetime) -> None:
    """Whoever bears this name may come in under this number. It does the same, and says the same, of any number:
    that a case had to be forgotten isn't told by it.

    Raises NotYours, NotNamed.
    """
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotYours("Only an administrator decides about this. Ask one.")
    if not (normalized_number(number) and pieces(first_name) and folded(last_name)):
        raise NotNamed("Write the number, the first name and the last name as they stand on the referral.")
    made = mac_of_let_in(court.pk, number, first_name, last_name)
    DisposedNumber.objects.update_or_create(mac=made, defaults={"at": now})
    record(by=by, now=now, verb="number.let_in", on=court, facts={"why": why, "print": made})
