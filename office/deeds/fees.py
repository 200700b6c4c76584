"""What can be done about a program's fees: write the next version of them, and close a month of its books."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.models import User
from core.refusal import Refusal
from office import months
from office.doing import Deed, Done, declare
from office.forms import fees as forms
from office.subjects import page
from office.words import day
from programs.actions import money as actions
from programs.models import FeeSchedule, Program

WARNING = "What was assessed stays as it is. The version in force on a day rules that day."
CLOSED = "After this nothing is entered for a day in that month any more. A line of a later day corrects it."


class WrittenMeanwhile(Refusal):
    pass


def _write(
    record: FeeSchedule | Program,
    *,
    begins_on: date,
    steps: Sequence[tuple[Decimal | None, Decimal]],
    shares: Sequence[tuple[str, Decimal]],
    after: int,
    by: User,
    now: datetime,
    **said: Any,
) -> Done:
    program = record.program if isinstance(record, FeeSchedule) else record
    newest = forms.newest_of(program)
    if (newest.version if newest else 0) != after:
        raise WrittenMeanwhile("Somebody has written another version meanwhile. Look at it, then write yours.")
    made = actions.new_schedule(
        program=program, begins_on=begins_on, steps=steps, shares=shares, by=by, now=now, **said
    )  # fmt: skip
    return Done(f"Version {made.version} is written. It holds from {day(begins_on)}.", then=page(made))


def _close(program: Program, *, month: date, by: User, now: datetime) -> Done:
    closed = actions.close_books(program=program, month=month, by=by, now=now)
    there = reverse("office:books_year", args=[program.pk, closed.month.year])
    return Done(f"{months.named(closed.month)} is closed.", then=there)


declare(
    Deed(
        noun=Program,
        name="fees",
        label="New fee schedule",
        form=forms.NewSchedule,
        do=_write,
        warning=WARNING,
        aside=True,
    ),
    Deed(noun=FeeSchedule, name="version", label="New version", form=forms.NewSchedule, do=_write, warning=WARNING),
    Deed(
        noun=Program,
        name="close-books",
        label="Close this month",
        form=forms.CloseBooks,
        do=_close,
        warning=CLOSED,
        within=True,
    ),
)
