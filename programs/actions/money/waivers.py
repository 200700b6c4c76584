"""Who can't pay asks; an administrator decides."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from programs.actions.money.lines import dollars_and_cents, enter, held, reason
from programs.actions.money.refusals import AlreadyAsked, AlreadyDecided, MoreThanOwed, NotYoursToDecide
from programs.fees import dollars
from programs.kinds import EntryKind
from programs.models import Enrollment, FeeEntry, WaiverRequest


@transaction.atomic
def ask_to_waive(*, enrollment: Enrollment, amount: Decimal, why: str, by: User, now: datetime) -> WaiverRequest:
    """Raises AlreadyAsked, MoreThanOwed, NotAnAmount, WhyMissing; nothing is written then."""
    amount, ledger = dollars_and_cents(amount), held(enrollment, now)
    if WaiverRequest.objects.open().filter(enrollment=enrollment).exists():
        raise AlreadyAsked("A waiver is asked for already. An administrator decides it first.")
    _not_more_than_owed(amount, ledger.owed)
    request = WaiverRequest.objects.create(
        enrollment=ledger.enrollment, amount=amount, why=reason(why), asked_at=now, asked_by=by
    )
    record(by=by, now=now, verb="waiver.asked", on=request, facts={"enrollment": enrollment.pk, "amount": amount})
    return request


@transaction.atomic
def decide_waiver(*, request: WaiverRequest, granted: bool, by: User, now: datetime) -> FeeEntry | None:
    """The line by which it is waived; None: it is refused. Decided the same way again, nothing more is written.

    Raises NotYoursToDecide, AlreadyDecided, MoreThanOwed; nothing is written then.
    """
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotYoursToDecide("Only an administrator decides about a waiver. Ask one.")
    ledger = held(request.enrollment, now)
    request.refresh_from_db()
    if request.decided_at is not None:
        return _decided(request, granted=granted)
    entry = None
    if granted:
        _not_more_than_owed(request.amount, ledger.owed)
        said: dict[str, Any] = {"approved_by": by, "why": request.why, "on": ledger.today, "key": uuid4()}
        entry = enter(ledger=ledger, kind=EntryKind.WAIVED, amount=request.amount, by=by, now=now, **said)
    request.decided_at, request.decided_by, request.entry = now, by, entry
    request.save(update_fields=["decided_at", "decided_by", "entry"])
    verb = "waiver.granted" if granted else "waiver.refused"
    record(by=by, now=now, verb=verb, on=request, facts={"entry": entry.pk if entry else None})
    return entry


def _decided(request: WaiverRequest, *, granted: bool) -> FeeEntry | None:
    if granted != (request.entry is not None):
        raise AlreadyDecided("Somebody has decided this otherwise. Look at the ledger before you do more.")
    return request.entry


def _not_more_than_owed(amount: Decimal, owed: Decimal) -> None:
    if owed <= 0:
        raise MoreThanOwed("He owes nothing, so there is nothing to waive.")
    if amount > owed:
        raise MoreThanOwed(f"He owes {dollars(owed)}. Waive that much at the most.")
