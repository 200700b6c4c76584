"""How a line gets into a ledger: under which locks, for which day, and once."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max

from accounts.models import User
from audit.actions import record
from programs.actions.money.refusals import (
    BooksClosed,
    FileForgotten,
    KeyUsed,
    NoFees,
    NotAnAmount,
    NotThatDay,
    WhyMissing,
)
from programs.actions.money.settling import settle
from programs.books import closed_through
from programs.fees import CENT, Line, balance
from programs.kinds import EntryKind
from programs.models import Enrollment, FeeEntry, FeeSchedule, Program
from programs.models.money import WITH_RECEIPT

# What the column holds.
MOST = Decimal("9999999.99")


@dataclass(frozen=True, slots=True)
class Ledger:
    """One man's, and nobody else writes a line of his program meanwhile."""

    enrollment: Enrollment
    lines: list[Line]
    today: date

    @property
    def owed(self) -> Decimal:
        """Below nothing: the program owes it to him."""
        return balance(self.lines)


def held(enrollment: Enrollment, now: datetime) -> Ledger:
    """His row is locked first, then his program's, under which receipts are numbered and books are closed.

    Raises FileForgotten: why a line is there is written under his key.
    """
    locked = Enrollment.objects.select_for_update(of=("self",)).select_related("participant__key", "program")
    his = locked.get(pk=enrollment.pk)
    if his.participant.key.destroyed_at is not None:
        raise FileForgotten("He was forgotten. His ledger stays as it is, and nothing is entered in it any more.")
    hold_program(his.program)
    return Ledger(his, FeeEntry.objects.of(his).lines(), now.astimezone(his.program.zone).date())


def hold_program(program: Program) -> None:
    # No key: whoever only points at the program, as a mark or a seat does, doesn't wait.
    Program.objects.select_for_update(no_key=True).only("pk").get(pk=program.pk)


def entered(*, key: UUID, enrollment: Enrollment, kind: EntryKind, **same: Any) -> FeeEntry | None:
    """The line that this key made already. Raises KeyUsed where that is another one."""
    made = FeeEntry.objects.filter(idempotency_key=key).first()
    if made is None:
        return None
    said = {"enrollment_id": enrollment.pk, "kind": kind, **same}
    if any(getattr(made, name) != value for name, value in said.items()):
        raise KeyUsed("This page has been used already, for another line. Open it again, then enter this one.")
    return made


def enter(
    *,
    ledger: Ledger,
    kind: EntryKind,
    amount: Decimal,
    on: date,
    key: UUID,
    by: User,
    now: datetime,
    schedule: FeeSchedule | None = None,
    **more: Any,
) -> FeeEntry:
    """`schedule` None: the one in force on that day. Raises NotThatDay, BooksClosed, NoFees."""
    his = ledger.enrollment
    must_be_open(his.program, on, today=ledger.today)
    if kind in WITH_RECEIPT:
        more |= {"receipt_year": on.year, "receipt_number": _next_receipt(his.program, on.year)}
    entry = FeeEntry.objects.create(
        enrollment=his,
        program=his.program,
        kind=kind,
        amount=amount,
        on=on,
        schedule=schedule or in_force(his.program, on),
        idempotency_key=key,
        at=now,
        by=by,
        **more,
    )
    facts = {"enrollment": his.pk, "amount": amount, "on": on}
    record(by=by, now=now, verb=f"fee.{kind}", on=entry, facts=facts)
    settle(enrollment=his, by=by, now=now)
    return entry


def in_force(program: Program, day: date) -> FeeSchedule:
    found = FeeSchedule.objects.on(program, day)
    if found is None:
        raise NoFees("No fees are set for that day. Set a schedule that begins on it or before, then come back.")
    return found


def must_be_open(program: Program, day: date, *, today: date) -> None:
    if day > today:
        raise NotThatDay("This day hasn't come yet. Enter it on the day, or correct the date.")
    through = closed_through(program)
    if through is not None and day <= through:
        raise BooksClosed(
            f"The books are closed through {said(through)}. Enter it for a day after that, and say there when it was."
        )


def dollars_and_cents(amount: Decimal) -> Decimal:
    """Raises NotAnAmount."""
    if not CENT <= amount <= MOST or amount != amount.quantize(CENT):
        raise NotAnAmount("Enter an amount in dollars and cents, above nothing, such as 150.00.")
    return amount.quantize(CENT)


def reason(text: str) -> str:
    """Raises WhyMissing."""
    if not text.strip():
        raise WhyMissing("Say why in a few words: whoever reads the ledger later will ask.")
    return text.strip()


def said(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _next_receipt(program: Program, year: int) -> int:
    """Gapless, for the program's row is held until the line that has it is there."""
    used = FeeEntry.objects.filter(program=program, receipt_year=year).aggregate(last=Max("receipt_number"))["last"]
    return (used or 0) + 1
