"""Money: this month at a glance, who owes since when, what is to be decided, and the months."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from office import months, words
from office.restrictions import visible
from office.site import office
from office.subjects import rows
from programs.books import Books, Owing, aging_rows, next_to_close, totals
from programs.fees import NOTHING, Aging, Sums
from programs.models import BooksClosing, FeeEntry, Program, WaiverRequest

A_PAGE = 50
BUCKETS = ("Not due", "1 to 30 days", "31 to 60", "61 to 90", "Over 90 days")


EMPTY_BOOKS = Books(Sums(), {})


class State(StrEnum):
    """Of a month. `OVER`: it can be closed, once those before it are."""

    CLOSED = "closed"
    OVER = "over"
    OPEN = "open"
    AHEAD = "ahead"
    # Before the first line: there is nothing to close, and nothing can be entered.
    EMPTY = "empty"


WORDS = {
    State.CLOSED: ("Closed", "good"),
    State.OVER: ("Over, not closed", "attention"),
    State.OPEN: ("Open", "quiet"),
    State.AHEAD: ("To come", "quiet"),
    State.EMPTY: ("Before the first line", "quiet"),
}


# At a glance: those that one can do something with.
SHOWN = (State.CLOSED, State.OVER, State.OPEN)


@dataclass(frozen=True, slots=True)
class Month:
    month: date
    state: State
    url: str

    @property
    def name(self) -> str:
        return f"{self.month:%B}"

    @property
    def word(self) -> str:
        return WORDS[self.state][0]

    @property
    def tone(self) -> str:
        return WORDS[self.state][1]

    @property
    def is_done(self) -> bool:
        return self.state in (State.CLOSED, State.EMPTY)


def overview(request: HttpRequest) -> HttpResponse:
    programs = list(rows(Program).order_by("id"))
    asked = request.GET.get("program", "")
    program = next((one for one in programs if str(one.pk) == asked), programs[0] if programs else None)
    said: dict[str, Any] = {"programs": programs, "program": program, "buckets": BUCKETS}
    if program is not None:
        said |= _of(program, request.GET.get("page"))
    return render(request, "office/money.html", office.each_context(request) | said)


def _of(program: Program, page: str | None) -> dict[str, Any]:
    today = words.today()
    month = months.month_of(today)
    # Also those whose files are shut to whoever looks: a sum names nobody.
    everybody = aging_rows(program, today)
    listed = sorted(visible(everybody, lambda one: one.enrollment.participant_id), key=_oldest_first)
    return {
        "month": month,
        "books": totals(program, month, months.last_day(month)),
        "sums": summed(everybody),
        "owing": len(everybody),
        "page": Paginator(listed, A_PAGE).get_page(page),
        "query": f"program={program.pk}&",
        "waivers": list(rows(WaiverRequest).filter(decided_at=None, enrollment__program=program).order_by("asked_at")),
        "months": [one for one in months_of_year(program, today.year, today) if one.state in SHOWN],
        "years": years(program, today),
    }


def _oldest_first(one: Owing) -> tuple[date, int]:
    return one.oldest_due_on, one.enrollment.pk


def summed(owing: list[Owing]) -> Aging:
    return Aging(*(sum((one.aging[place] for one in owing), NOTHING) for place in range(len(BUCKETS))))


def months_of_year(program: Program, year: int, today: date) -> list[Month]:
    """Its twelve months, as they stand."""
    closed, begun = closed_in(program, year), _begun(program)
    found = []
    for month in months.of_year(year):
        url = reverse("office:books_month", args=[program.pk, month.year, month.month])
        found.append(Month(month, _state(month, month in closed, begun, today), url))
    return found


def _state(month: date, is_closed: bool, begun: date | None, today: date) -> State:
    if is_closed:
        return State.CLOSED
    if month > today:
        return State.AHEAD
    if begun is not None and month < begun:
        return State.EMPTY
    return State.OVER if months.is_over(month, today) else State.OPEN


def _begun(program: Program) -> date | None:
    """The first month of its books. None: they haven't begun."""
    line = FeeEntry.objects.filter(program=program).aggregate(first=Min("on"))["first"]
    closing = BooksClosing.objects.filter(program=program).aggregate(first=Min("month"))["first"]
    return min((months.month_of(one) for one in (line, closing) if one), default=None)


def closed_in(program: Program, year: int) -> dict[date, BooksClosing]:
    found = BooksClosing.objects.filter(program=program, month__year=year).select_related("by")
    return {one.month: one for one in found}


def years(program: Program, today: date) -> list[int]:
    """From the one of its first line on, the newest first."""
    begun = _begun(program) or today
    return list(range(today.year, begun.year - 1, -1))


def program_of(pk: int) -> Program:
    found: Program = get_object_or_404(rows(Program), pk=pk)
    return found


def can_close(program: Program, month: date, today: date) -> bool:
    """It is over, and the next in order."""
    if not months.is_over(month, today) or BooksClosing.objects.filter(program=program, month=month).exists():
        return False
    return next_to_close(program) in (month, None)
