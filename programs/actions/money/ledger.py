"""A man's ledger: assessed, paid, refunded, taken back. No line is ever changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from programs.actions.money.lines import Ledger, dollars_and_cents, enter, entered, held, in_force, reason
from programs.actions.money.refusals import (
    AlreadyAssessed,
    AlreadyTakenBack,
    MoreThanOwed,
    MoreThanPaid,
    NotAnAmount,
    NotTakenBack,
)
from programs.books import collected_by_schedule
from programs.fees import NOTHING, Step, dollars, fee_by_scale, is_assessed, sums
from programs.kinds import EntryKind, PaidBy
from programs.models import Enrollment, FeeEntry, FeeSchedule


def steps_of(schedule: FeeSchedule) -> list[Step]:
    return [Step(*one) for one in schedule.steps.values_list("income_up_to", "amount")]


@transaction.atomic
def assess(
    *, enrollment: Enrollment, income: Decimal | None, dependents: int, key: UUID, by: User, now: datetime
) -> FeeEntry:
    """His fee by today's scale. `income`: dollars a month, None: he didn't tell it. It isn't kept.

    Raises AlreadyAssessed, NoFees, NotAnAmount; nothing is written then.
    """
    ledger = held(enrollment, now)
    if made := entered(key=key, enrollment=enrollment, kind=EntryKind.ASSESSED):
        return made
    if is_assessed(ledger.lines):
        raise AlreadyAssessed("His fee is assessed already. Take that line back first, then assess it again.")
    if dependents < 0 or (income is not None and income < 0):
        raise NotAnAmount("Enter an income and a number of dependents that aren't below nothing.")
    schedule = in_force(ledger.enrollment.program, ledger.today)
    less = schedule.less_a_dependent
    step = fee_by_scale(steps_of(schedule), income=income, dependents=dependents, less_a_dependent=less)
    return enter(ledger=ledger, kind=EntryKind.ASSESSED, amount=step.amount, on=ledger.today, key=key, by=by, now=now)


@transaction.atomic
def pay(
    *,
    enrollment: Enrollment,
    amount: Decimal,
    on: date,
    paid_by: PaidBy,
    why: str = "",
    more_is_right: bool = False,
    key: UUID,
    by: User,
    now: datetime,
) -> FeeEntry:
    """A payment, with the next receipt of its year. `more_is_right`: he pays more than he owes, on purpose.

    Raises MoreThanOwed, NotAnAmount, NotThatDay, BooksClosed, NoFees, KeyUsed; nothing is written then.
    """
    amount, ledger = dollars_and_cents(amount), held(enrollment, now)
    if made := entered(key=key, enrollment=enrollment, kind=EntryKind.PAID, amount=amount, on=on):
        return made
    if amount > ledger.owed and not more_is_right:
        owed = f"He owes {dollars(ledger.owed)}" if ledger.owed > 0 else "He owes nothing"
        raise MoreThanOwed(f"{owed}, and this is {dollars(amount)}. Correct it, or say that more is right.")
    said: dict[str, Any] = {"paid_by": paid_by, "why": why.strip()}
    return enter(ledger=ledger, kind=EntryKind.PAID, amount=amount, on=on, key=key, by=by, now=now, **said)


@transaction.atomic
def refund(
    *,
    enrollment: Enrollment,
    amount: Decimal,
    on: date,
    paid_by: PaidBy,
    why: str,
    key: UUID,
    by: User,
    now: datetime,
) -> FeeEntry:
    """What he gets back, from the funds into which it was paid: by the shares under which it came in.

    Raises MoreThanPaid, WhyMissing and what `pay` raises; nothing is written then.
    """
    amount, ledger = dollars_and_cents(amount), held(enrollment, now)
    if made := entered(key=key, enrollment=enrollment, kind=EntryKind.REFUNDED, amount=amount, on=on):
        return made
    said: dict[str, Any] = {"paid_by": paid_by, "why": reason(why), "schedule": _paid_under(ledger, amount)}
    return enter(ledger=ledger, kind=EntryKind.REFUNDED, amount=amount, on=on, key=key, by=by, now=now, **said)


def _paid_under(ledger: Ledger, amount: Decimal) -> FeeSchedule:
    """Of the newest payments that it can be taken from, the schedule. Raises MoreThanPaid."""
    collected = sums(ledger.lines).collected
    if amount > collected:
        raise MoreThanPaid(
            f"He has paid {dollars(collected)} that wasn't given back yet. Refund that much at the most."
        )
    there = collected_by_schedule(ledger.enrollment)
    covering = next((pk for pk, has in there.items() if has >= amount), None)
    if covering is None:
        most = dollars(max(there.values()))
        raise MoreThanPaid(f"He paid under several schedules. Refund {most} at the most in one line, then the rest.")
    return FeeSchedule.objects.get(pk=covering)


@transaction.atomic
def reverse(*, entry: FeeEntry, why: str, key: UUID, by: User, now: datetime) -> FeeEntry:
    """Take a line back, as of today: it was a mistake, or a check bounced. It is reported by the line's own shares.

    Raises AlreadyTakenBack, NotTakenBack, WhyMissing, KeyUsed; nothing is written then.
    """
    ledger = held(entry.enrollment, now)
    if made := entered(key=key, enrollment=entry.enrollment, kind=EntryKind.REVERSED, reverses_id=entry.pk):
        return made
    if entry.kind == EntryKind.REVERSED:
        raise NotTakenBack("This line takes another one back, and stays. Enter that one again instead.")
    if FeeEntry.objects.filter(reverses=entry).exists():
        raise AlreadyTakenBack("This line is taken back already.")
    _leaves_nothing_alone(entry, ledger)
    return enter(
        ledger=ledger,
        kind=EntryKind.REVERSED,
        amount=entry.amount,
        on=ledger.today,
        key=key,
        by=by,
        now=now,
        schedule=entry.schedule,
        reverses=entry,
        why=reason(why),
    )


def _leaves_nothing_alone(entry: FeeEntry, ledger: Ledger) -> None:
    """What was refunded must have been paid, and what was waived assessed: else we seem to owe what he never paid."""
    stands = sums(ledger.lines)
    there = collected_by_schedule(ledger.enrollment) if entry.kind == EntryKind.PAID else {}
    if entry.kind == EntryKind.PAID and entry.amount > there.get(entry.schedule_id, NOTHING):
        raise NotTakenBack("Some of this payment was refunded. Take the refund back first, then the payment.")
    if entry.kind == EntryKind.ASSESSED and stands.waived > stands.assessed - entry.amount:
        raise NotTakenBack("Some of this fee was waived. Take the waiver back first, then the fee.")
