"""A month's books are closed: what stands in them stays, and nothing is added."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from programs.actions.money.lines import hold_program
from programs.actions.money.refusals import NotInOrder, NotYetOver
from programs.books import last_of_month, next_to_close, totals
from programs.models import BooksClosing, Program


@transaction.atomic
def close_books(*, program: Program, month: date, by: User, now: datetime) -> BooksClosing:
    """`month`: any day of it. One that is closed stays as it was. Raises NotYetOver, NotInOrder."""
    hold_program(program)
    begins, ends = month.replace(day=1), last_of_month(month)
    if closed := BooksClosing.objects.filter(program=program, month=begins).first():
        return closed
    if ends >= now.astimezone(program.zone).date():
        raise NotYetOver(f"{begins:%B %Y} isn't over yet. Close it once it is.")
    _in_order(program, begins)
    told = totals(program, begins, ends).as_texts
    closing = BooksClosing.objects.create(program=program, month=begins, totals=told, at=now, by=by)
    record(by=by, now=now, verb="books.closed", on=closing, facts={"program": program.pk, "month": begins})
    return closing


def _in_order(program: Program, month: date) -> None:
    """The first may lie before anything was entered; from then on each follows the one before."""
    following = next_to_close(program)
    if following is None or month == following:
        return
    if month > following:
        raise NotInOrder(f"Close {following:%B %Y} first: months are closed in their order.")
    if BooksClosing.objects.filter(program=program).exists():
        raise NotInOrder(f"Months before {following:%B %Y} can't be closed any more.")
