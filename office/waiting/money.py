"""Fees: waivers to decide, plans that fell behind, books that can be closed."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.roles import Role
from office import months, words
from office.doing import find
from office.subjects import rows
from office.waiting.found import Found
from programs.fees import ADDS
from programs.kinds import EntryKind
from programs.models import BooksClosing, Enrollment, FeeEntry, Installment, PaymentPlan, Program, WaiverRequest

# An installment may be so late before somebody calls.
LATE = timedelta(days=7)
DOLLARS: Any = DecimalField(max_digits=12, decimal_places=2)


def _his(found: Found) -> str:
    return reverse("office:person", args=[found.man]) + "?tab=money#more"


# --- Waivers


def waivers(now: datetime, today: date) -> QuerySet[Any]:
    return rows(WaiverRequest).filter(decided_at=None).order_by("asked_at")


def waiver(found: Found) -> dict[str, Any]:
    why = f"{words.money(Decimal(found.one))} is asked for. Nothing changes until it is decided."
    said = {"what": "Fee waiver to decide", "why": why, "button": "Look", "url": _his(found)}
    return said | {"only": Role.ADMINISTRATOR}


# --- Plans


def plans(now: datetime, today: date) -> QuerySet[Any]:
    """Those of which something has been due for a week: what he owes is more than what is due after that."""
    late = Installment.objects.filter(plan=OuterRef("pk"), due_on__lte=today - LATE)
    open_ones = rows(PaymentPlan).filter(Exists(late), ended_at=None)
    behind = open_ones.annotate(owed=_owed(), later=_planned(due_on__gt=today - LATE)).filter(owed__gt=F("later"))
    ordered: QuerySet[Any] = behind.order_by("made_at")
    return ordered


def _owed() -> Coalesce:
    """As `programs.fees.balance` counts it."""
    adds = Q(kind__in=ADDS) | Q(kind=EntryKind.REVERSED) & ~Q(reverses__kind__in=ADDS)
    effect = Case(When(adds, F("amount")), default=-F("amount"), output_field=DOLLARS)
    lines = FeeEntry.objects.filter(enrollment=OuterRef("enrollment")).order_by().values("enrollment")
    return _or_nothing(lines.annotate(the_sum=Sum(effect)))


def _planned(**which: Any) -> Coalesce:
    found = Installment.objects.filter(plan=OuterRef("pk"), **which).order_by().values("plan")
    return _or_nothing(found.annotate(the_sum=Sum("amount")))


def _or_nothing(sums: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(sums.values("the_sum")), Value(Decimal(0)), output_field=DOLLARS)


def first_due() -> Subquery:
    """The day of his first installment."""
    found = Installment.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    return Subquery(found.annotate(the_day=Min("due_on")).values("the_day"))


def plan(found: Found) -> dict[str, Any]:
    deed = find(str(Enrollment._meta.model_name), "plan")
    assert deed is not None, "a plan is made by its button"
    why = "An installment has been due for a week or more. Call him; if it is too much, make another plan."
    url = reverse("office:do", args=[Enrollment._meta.model_name, found.two, deed.name])
    since = date.fromisoformat(found.one[:10])
    return {"what": "Payment plan behind", "why": why, "button": deed.label, "url": url, "since": since}


# --- Books


def books(now: datetime, today: date) -> QuerySet[Any]:
    """Programs with lines in months that should be closed by now. They are closed in order: the last one tells."""
    month = months.due_to_close(today)
    lines = FeeEntry.objects.filter(program=OuterRef("pk"), on__lte=months.last_day(month))
    closed = BooksClosing.objects.filter(program=OuterRef("pk"), month=month)
    return rows(Program).filter(Exists(lines), ~Exists(closed)).order_by("id")


def first_line() -> Subquery:
    found = FeeEntry.objects.filter(program=OuterRef("pk")).order_by("on").values("on")[:1]
    return Subquery(found)


def last_closed() -> Subquery:
    found = BooksClosing.objects.filter(program=OuterRef("pk")).order_by("-month").values("month")[:1]
    return Subquery(found)


def book(found: Found) -> dict[str, Any]:
    closed, begun = (date.fromisoformat(one[:10]) if one else None for one in (found.one, found.two))
    month = months.to_close(begun, closed)
    assert month is not None, "it has a line, or a month was closed"
    url = reverse("office:books_month", args=[found.pk, month.year, month.month])
    since = months.after(month).replace(day=months.CLOSED_FROM)
    named = months.named(month)
    return {
        "what": "Books to close",
        "whom": found.three,
        "whom_url": reverse("office:money"),
        "why": f"{named} is over. Look at its sums, then close it.",
        "since": since,
        "button": f"Look at {named}",
        "url": url,
    }
