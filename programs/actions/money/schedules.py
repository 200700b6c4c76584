"""What the program charges and how it is shared, a version at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audit.actions import record
from programs.actions.money.lines import MOST, hold_program, said
from programs.actions.money.refusals import (
    BooksClosed,
    LaterOneStands,
    NotAnAmount,
    SharesDoNotAddUp,
    StepsIncomplete,
)
from programs.books import closed_through
from programs.fees import CENT, NOTHING
from programs.models import FeeSchedule, FeeStep, FundShare, Program


@transaction.atomic
def new_schedule(
    *,
    program: Program,
    begins_on: date,
    steps: Sequence[tuple[Decimal | None, Decimal]],
    shares: Sequence[tuple[str, Decimal]],
    less_a_dependent: Decimal = NOTHING,
    by: User,
    now: datetime,
) -> FeeSchedule:
    """The next version. `steps`: monthly income up to, None for the last one, and the fee. `shares`: fund and percent.

    Raises StepsIncomplete, SharesDoNotAddUp, NotAnAmount, BooksClosed, LaterOneStands; nothing is written then.
    """
    hold_program(program)
    funds = [(fund.strip(), percent) for fund, percent in shares]
    _steps_are_whole(steps)
    _shares_are_whole(funds)
    for amount in (less_a_dependent, *(one for step in steps for one in step if one is not None)):
        _is_an_amount(amount)
    through = closed_through(program)
    if through is not None and begins_on <= through:
        raise BooksClosed(f"The books are closed through {said(through)}. Let it begin after that.")
    _holds_on(program, begins_on)
    newest = FeeSchedule.objects.filter(program=program).aggregate(last=Max("version"))["last"] or 0
    schedule = FeeSchedule.objects.create(
        program=program,
        version=newest + 1,
        begins_on=begins_on,
        less_a_dependent=less_a_dependent,
        made_at=now,
        made_by=by,
    )
    FeeStep.objects.bulk_create(FeeStep(schedule=schedule, income_up_to=upto, amount=fee) for upto, fee in steps)
    FundShare.objects.bulk_create(FundShare(schedule=schedule, fund=fund, percent=part) for fund, part in funds)
    facts = {"program": program.pk, "version": schedule.version, "begins_on": begins_on}
    record(by=by, now=now, verb="fees.set", on=schedule, facts=facts)
    return schedule


def _holds_on(program: Program, begins_on: date) -> None:
    """Until another one is written: before one that stands it would give way to that one without a word."""
    later = FeeSchedule.objects.filter(program=program, begins_on__gt=begins_on).order_by("-begins_on").first()
    if later is not None:
        raise LaterOneStands(
            f"Version {later.version} begins on {said(later.begins_on)} and would rule from then on. "
            "Let this one begin on that day or later."
        )


def _steps_are_whole(steps: Sequence[tuple[Decimal | None, Decimal]]) -> None:
    upto = [income for income, _ in steps]
    if upto.count(None) != 1:
        raise StepsIncomplete(
            "One step, and only one, is for whoever has more than all others. Leave its income empty."
        )
    if len(set(upto)) < len(upto):
        raise StepsIncomplete("Two steps end at the same income. Give each its own.")


def _shares_are_whole(shares: Sequence[tuple[str, Decimal]]) -> None:
    names = [fund.casefold() for fund, _ in shares]
    if not all(names) or len(set(names)) < len(names):
        raise SharesDoNotAddUp("Give each fund a name of its own.")
    percents = [percent for _, percent in shares]
    if any(one <= 0 or one != one.quantize(CENT) for one in percents) or sum(percents) != 100:
        raise SharesDoNotAddUp(
            f"The shares come to {sum(percents)} percent. They make 100, each above nothing, with two decimals at most."
        )


def _is_an_amount(amount: Decimal) -> None:
    if not 0 <= amount <= MOST or amount != amount.quantize(CENT):
        raise NotAnAmount("Enter each amount in dollars and cents, not below nothing.")
