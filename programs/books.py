"""What all ledgers of a program come to: by kind, by fund, by age. Never what a court itself imposes.

What a month collected is shared among the funds by the shares of each line's own schedule, as one sum a schedule, so
that months add up to the year and schedules to the month, to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, F, Max, Min, Prefetch, Q, QuerySet, Sum, When
from django.db.models.functions import TruncMonth

from programs.fees import (
    ADDS,
    CENT,
    NOTHING,
    Aging,
    Due,
    FeeStanding,
    Line,
    Sums,
    aging,
    fee_standing,
    shares,
    still_open,
    sums,
)
from programs.kinds import EntryKind
from programs.models import BooksClosing, Enrollment, FeeEntry, FundShare, PaymentPlan, Program

# Where a schedule names no fund.
NO_FUND = "No fund named"


@dataclass(frozen=True, slots=True)
class Books:
    """Of a span of days, each kind without what was taken back in it. `by_fund`: of what was collected."""

    sums: Sums
    by_fund: Mapping[str, Decimal]

    @property
    def assessed(self) -> Decimal:
        return self.sums.assessed

    @property
    def paid(self) -> Decimal:
        return self.sums.paid

    @property
    def waived(self) -> Decimal:
        return self.sums.waived

    @property
    def refunded(self) -> Decimal:
        return self.sums.refunded

    @property
    def collected(self) -> Decimal:
        return self.sums.collected

    @property
    def balance(self) -> Decimal:
        """By how much what is owed grew."""
        return self.sums.balance

    @property
    def as_texts(self) -> dict[str, object]:
        """As a closing keeps it."""
        kinds = {name: str(amount) for name, amount in self.sums._asdict().items()}
        return {**kinds, "collected": str(self.collected), "by_fund": {k: str(v) for k, v in self.by_fund.items()}}


class Entered(NamedTuple):
    """A line and what he owed once it was there."""

    entry: FeeEntry
    balance: Decimal


class Shared(NamedTuple):
    """A line and, where it moved money, its part for each fund, by what the month had collected so far."""

    entry: FeeEntry
    amount: Decimal
    by_fund: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who owes. `next_due`: the first day on which something comes due. None: all of it is late."""

    enrollment: Enrollment
    standing: FeeStanding
    aging: Aging
    oldest_due_on: date
    next_due: Due | None


def _amounts(*kinds: EntryKind) -> Q:
    """Lines of these kinds."""
    return Q(fee_entries__kind__in=kinds)


def _taken_back(*kinds: EntryKind) -> Q:
    return Q(fee_entries__kind=EntryKind.REVERSED, fee_entries__reverses__kind__in=kinds)


LESS = (EntryKind.PAID, EntryKind.WAIVED)
# As `Line.owes`, asked of the database of an enrollment's lines.
OWES = Case(
    When(_amounts(*ADDS) | _taken_back(*LESS), then=F("fee_entries__amount")),
    default=-F("fee_entries__amount"),
)


# --- One ledger


def ledger(enrollment: Enrollment) -> list[Entered]:
    """In the order in which it was entered."""
    told = FeeEntry.objects.of(enrollment).select_related("reverses", "reversed_by", "by", "approved_by")
    owed, found = NOTHING, []
    for entry in told.select_related("enrollment__participant__key", "schedule"):
        owed += line_of(entry).owes
        found.append(Entered(entry, owed))
    return found


def line_of(entry: FeeEntry) -> Line:
    """With what it takes back at hand."""
    taken_back = EntryKind(entry.reverses.kind) if entry.reverses else None
    return Line(EntryKind(entry.kind), entry.amount, entry.on, taken_back)


def collected_by_schedule(enrollment: Enrollment) -> dict[int, Decimal]:
    """What was paid and not given back, by the schedule by whose shares it was reported; the newest payment first."""
    found: dict[int, Decimal] = {}
    for entry in FeeEntry.objects.of(enrollment).select_related("reverses"):
        stood = found.get(entry.schedule_id, NOTHING)
        if entry.kind == EntryKind.PAID:
            found.pop(entry.schedule_id, None)
        found[entry.schedule_id] = stood + line_of(entry).collects
    return dict(reversed(found.items()))


# --- All of them, over days


def totals(program: Program, begins: date, ends: date) -> Books:
    """Both days count."""
    return together(by_month(program, begins, ends).values())


def together(several: Iterable[Books]) -> Books:
    kinds = [NOTHING] * len(Sums._fields)
    by_fund: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for books in several:
        kinds = [one + more for one, more in zip(kinds, books.sums, strict=True)]
        for fund, amount in books.by_fund.items():
            by_fund[fund] += amount
    return Books(Sums(*kinds), dict(sorted(by_fund.items())))


def by_month(program: Program, begins: date, ends: date) -> dict[date, Books]:
    """By the first day of each month in which there is a line; of its days only those of the span."""
    grouped = (
        FeeEntry.objects.filter(program=program)
        .between(begins, ends)
        .annotate(month=TruncMonth("on"))
        .values_list("month", "schedule", "kind", "reverses__kind")
        .annotate(amount=Sum("amount"))
        .order_by("month", "schedule", "kind", "reverses__kind")
    )
    lines: dict[date, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for month, schedule, kind, taken_back, amount in grouped:
        # SQLite adds fractions; what they make of cents is rounded back to them.
        line = Line(EntryKind(kind), amount.quantize(CENT), month, EntryKind(taken_back) if taken_back else None)
        lines[month][schedule].append(line)
    parts = _parts(program)
    return {month: together(_books(some, parts[pk]) for pk, some in of.items()) for month, of in lines.items()}


def _books(some: list[Line], parts: list[tuple[str, Decimal]]) -> Books:
    found = sums(some)
    return Books(found, _shared(found.collected, parts))


def _shared(collected: Decimal, parts: list[tuple[str, Decimal]]) -> dict[str, Decimal]:
    return shares(collected, parts or [(NO_FUND, Decimal(100))])


def _parts(program: Program) -> dict[int, list[tuple[str, Decimal]]]:
    """By schedule."""
    found: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    told = FundShare.objects.filter(schedule__program=program).order_by("id")
    for schedule, fund, percent in told.values_list("schedule", "fund", "percent"):
        found[schedule].append((fund, percent))
    return found


def lines(program: Program, begins: date, ends: date) -> Iterator[Shared]:
    """By day; read as they are asked for, for there may be many. What they come to is what `totals` says."""
    told = FeeEntry.objects.filter(program=program).between(begins, ends).select_related("reverses").defer("why")
    parts = _parts(program)
    so_far: dict[tuple[date, int], Decimal] = defaultdict(lambda: NOTHING)
    for entry in told.order_by("on", "id").iterator(chunk_size=500):
        collected, group = line_of(entry).collects, (entry.on.replace(day=1), entry.schedule_id)
        before = _shared(so_far[group], parts[entry.schedule_id])
        so_far[group] += collected
        after = _shared(so_far[group], parts[entry.schedule_id])
        by_fund = {fund: after[fund] - before[fund] for fund in after} if collected else {}
        yield Shared(entry, collected, by_fund)


# --- Who owes


def aging_rows(program: Program, today: date, *, among: QuerySet[Enrollment] | None = None) -> list[Owing]:
    """Whoever is owed for longest first. `among`: only these, such as those whose files one may open."""
    every = Enrollment.objects.all() if among is None else among
    owing = every.filter(program=program).annotate(owed=Sum(OWES)).filter(owed__gte=CENT / 2)
    entries = FeeEntry.objects.select_related("reverses").defer("why").order_by("id")
    plans = PaymentPlan.objects.filter(ended_at=None).prefetch_related("installments")
    told = owing.select_related("participant__key", "program").prefetch_related(
        Prefetch("fee_entries", entries), Prefetch("payment_plans", plans)
    )
    return sorted((_owing(one, today) for one in told), key=lambda one: (one.oldest_due_on, one.enrollment.pk))


def _owing(enrollment: Enrollment, today: date) -> Owing:
    told = [line_of(entry) for entry in enrollment.fee_entries.all()]
    plans = [one for plan in enrollment.payment_plans.all() for one in plan.installments.all()]
    due = [Due(one.due_on, one.amount) for one in plans]
    parts = still_open(due, told)
    return Owing(
        enrollment=enrollment,
        standing=fee_standing(due or None, told, today),
        aging=aging(due, told, today),
        oldest_due_on=parts[0].due_on,
        next_due=next((part for part in parts if part.due_on >= today), None),
    )


# --- What is closed


def closed_through(program: Program) -> date | None:
    """The last day whose books are closed. None: no month is closed yet."""
    last = BooksClosing.objects.filter(program=program).aggregate(last=Max("month"))["last"]
    return last_of_month(last) if last else None


def next_to_close(program: Program) -> date | None:
    """The first day of the month. None: nothing was entered or closed yet, so it may be any."""
    through = closed_through(program)
    if through is not None:
        return through + timedelta(days=1)
    first = FeeEntry.objects.filter(program=program).aggregate(first=Min("on"))["first"]
    return first.replace(day=1) if first else None


def last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
