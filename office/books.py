"""The books: a month with its sums, its funds and its lines; its lines as CSV; a year of twelve months."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from core import clock
from office import months, words
from office.alerting import note_export
from office.exporting import BOM, Echo, harmless, written
from office.ledger import number_of, what_of
from office.money import EMPTY_BOOKS, can_close, closed_in, months_of_year, program_of, years
from office.restrictions import shut
from office.site import office
from programs.books import Books, Shared, by_month, line_of, lines, together, totals
from programs.fees import NOTHING
from programs.models import BooksClosing, Enrollment, FeeEntry, Program

# On a page; the CSV has all.
MOST_LINES = 500
HEADS = ("Day", "Receipt", "What", "How", "Amount", "Collected")
# In place of the enrollment of a man whose file is shut to whoever looks.
NOT_SHOWN = "not shown"
FIRST_YEAR, LAST_YEAR = 1990, 2100


def year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    program, today = program_of(pk), words.today()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    books, closed = by_month(program, *months.span_of_year(year)), closed_in(program, year)
    found = months_of_year(program, year, today)
    whole = together(books.values())
    rows = [(one, books.get(one.month, EMPTY_BOOKS), closed.get(one.month)) for one in found]
    told = {
        "program": program,
        "year": year,
        "years": years(program, today),
        "rows": [(one, sums, closing, differs(closing, sums)) for one, sums, closing in rows],
        "whole": whole,
        "is_closed": all(one.is_done for one in found),
        "left": sum(not one.is_done for one in found),
    }
    return render(request, "office/books_year.html", office.each_context(request) | told)


def month(request: HttpRequest, pk: int, year: int, month: int) -> HttpResponse:
    program, first = program_of(pk), _first(year, month)
    books = totals(program, first, months.last_day(first))
    closing = closed_in(program, year).get(first)
    hidden = _hidden()
    shown = list(islice(lines(program, first, months.last_day(first)), MOST_LINES + 1))
    told = {
        "program": program,
        "month": first,
        "name": months.named(first),
        "books": books,
        "closing": closing,
        "differs": differs(closing, books),
        "is_over": months.is_over(first, words.today()),
        "can_close": can_close(program, first, words.today()),
        "before": months.before(first),
        "after": months.after(first),
        "rows": [row_of(one, hidden) for one in shown[:MOST_LINES]],
        "more": len(shown) > MOST_LINES,
        "most": MOST_LINES,
    }
    return render(request, "office/books_month.html", office.each_context(request) | told)


def differs(closing: BooksClosing | None, books: Books) -> bool:
    """Whether a closed month says something else than when it was closed: it never may."""
    return closing is not None and closing.totals != books.as_texts


def _first(year: int, month: int) -> date:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Http404
    return date(year, month, 1)


def _hidden() -> frozenset[int]:
    """Enrollments of men whose files are shut to whoever looks."""
    men = shut()
    if men is None:
        return frozenset()
    return frozenset(Enrollment.objects.filter(participant__in=men).values_list("pk", flat=True))


def row_of(one: Shared, hidden: frozenset[int]) -> dict[str, Any]:
    """A line of the month's table. `url` empty: the file is not this person's to open."""
    entry = one.entry
    there = reverse("office:programs_enrollment_change", args=[entry.enrollment_id])
    return {
        "entry": entry,
        "what": what_of(entry),
        "receipt": number_of(entry),
        "effect": line_of(entry).owes,
        "collected": one.amount,
        "funds": one.by_fund.items(),
        "url": "" if entry.enrollment_id in hidden else there,
    }


# --- As a table for the bookkeeper


class LeaveForm(forms.Form):
    why = forms.CharField(
        label="What is it for?", min_length=5, max_length=200,
        help_text="This is kept in the audit trail: name nobody.",
    )  # fmt: skip


@reauthentication_required
def export(request: HttpRequest, pk: int, year: int, month: int) -> HttpResponseBase:
    """No names: a day, a receipt, what it was, how much, for which funds, and the enrollment's number."""
    program, first = program_of(pk), _first(year, month)
    form = LeaveForm(request.POST or None)
    count = FeeEntry.objects.filter(program=program).between(first, months.last_day(first)).count()
    if not form.is_valid():
        said = {"form": form, "program": program, "month": first, "name": months.named(first), "count": count}
        return render(request, "office/books_export.html", office.each_context(request) | said)
    assert isinstance(request.user, User), "the office lets nobody else in"
    funds = _funds(program, first)
    told = {"kind": "csv", "why": form.cleaned_data["why"], "query": f"month={first:%Y-%m}", "columns": _heads(funds)}
    note_export(noun="programs.feeentry", rows=count, said=told, by=request.user, now=clock.now())
    response = StreamingHttpResponse(_csv(program, first, funds, _hidden()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="books-{first:%Y-%m}.csv"'
    return response


def _funds(program: Program, first: date) -> list[str]:
    return list(totals(program, first, months.last_day(first)).by_fund)


def _heads(funds: Sequence[str]) -> list[str]:
    return [*HEADS, *funds, "Enrollment"]


def _csv(program: Program, first: date, funds: Sequence[str], hidden: frozenset[int]) -> Iterator[str]:
    """Row by row; what it reads is read as it goes."""
    writer = csv.writer(Echo())
    yield BOM + writer.writerow([harmless(head) for head in _heads(funds)])
    for one in lines(program, first, months.last_day(first)):
        yield writer.writerow(_cells(one, funds, hidden))


def _cells(one: Shared, funds: Sequence[str], hidden: frozenset[int]) -> list[str]:
    """Amounts are numbers that we wrote ourselves: a sign before one is no formula."""
    entry = one.entry
    parts: list[Decimal] = [one.by_fund.get(fund, NOTHING) for fund in funds]
    return [
        written(entry.on),
        number_of(entry),
        what_of(entry),
        entry.get_paid_by_display() if entry.paid_by else "",
        f"{line_of(entry).owes:.2f}",
        f"{one.amount:.2f}",
        *(f"{part:.2f}" for part in parts),
        NOT_SHOWN if entry.enrollment_id in hidden else str(entry.enrollment_id),
    ]
