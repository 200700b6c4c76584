"""Numbers of cases that had to be forgotten: they stay out, whoever brings them."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from core.refusal import Refusal
from courts.models import DisposedNumber, Referral
from courts.numbers import normalized_number

STAYS_OUT = "This number can't be taken in. Ask the program's administrator about it before you try again."


class StaysOut(Refusal):
    """A court had the case under this number vacated, sealed or expunged."""

    def __init__(self) -> None:
        super().__init__(STAYS_OUT)


def mac(court_id: int | None, number: str) -> str:
    """`number` as it is written: case and dashes don't matter."""
    said = f"disposed\x1f{court_id or ''}\x1f{normalized_number(number)}"
    return hmac.digest(settings.FINGERPRINT_KEY.encode(), said.encode(), "sha256").hex()


def macs(court_id: int | None, *numbers: str) -> set[str]:
    return {mac(court_id, number) for number in numbers if normalized_number(number)}


def among(wanted: Sequence[set[str]]) -> set[str]:
    """Those of the MACs that stay out."""
    asked = set().union(*wanted)
    return set(DisposedNumber.objects.filter(mac__in=asked).values_list("mac", flat=True)) if asked else set()


def refuse(court_id: int | None, *numbers: str) -> None:
    """Raises StaysOut."""
    if among([macs(court_id, *numbers)]):
        raise StaysOut


def keep_out(referral: Referral, *, now: datetime) -> None:
    """Before its numbers are blanked. What is kept out already stays so."""
    for one in sorted(macs(referral.court_id, referral.case_number, referral.incident_number)):
        DisposedNumber.objects.get_or_create(mac=one, defaults={"at": now})
