"""What a man owes the program, line by line, and by when; courts' own amounts are no part of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.db.models import Prefetch, prefetch_related_objects

from office import words
from office.words import day, money
from programs import receipts
from programs.books import line_of
from programs.fees import NOTHING, Due, Line, Sums, balance, filled, sums
from programs.kinds import EntryKind
from programs.models import Enrollment, FeeEntry, FeeSchedule, PaymentPlan, WaiverRequest

UNTOLD = "Nothing is assessed yet."


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ledger. `effect`: what it adds to what he owes; `owes`: what he owed after it."""

    entry: FeeEntry
    effect: Decimal
    owes: Decimal

    @property
    def what(self) -> str:
        return what_of(self.entry)

    @property
    def is_taken_back(self) -> bool:
        return hasattr(self.entry, "reversed_by")

    @property
    def receipt(self) -> str:
        """Its number; empty: nothing went from hand to hand."""
        return number_of(self.entry)


def what_of(entry: FeeEntry) -> str:
    taken_back = entry.reverses
    return f"{taken_back.get_kind_display()}, taken back" if taken_back else entry.get_kind_display()


def number_of(entry: FeeEntry) -> str:
    year, number = entry.receipt_year, entry.receipt_number
    return receipts.number_of(year, number) if year and number else ""


@dataclass(frozen=True, slots=True)
class Part:
    """An installment, and what of it isn't paid by now."""

    on: date
    amount: Decimal
    open: Decimal

    @property
    def late(self) -> bool:
        return bool(self.open) and self.on < words.today()

    @property
    def word(self) -> str:
        if not self.open:
            return "Filled"
        said = "Open" if self.open == self.amount else f"{money(self.open)} of it open"
        return f"{said}, {words.span(self.on)}" if self.late else said

    @property
    def tone(self) -> str:
        return "late" if self.late else "muted" if self.open else "good"


@dataclass(slots=True)
class Account:
    """An enrollment's money. `schedule`: the scale in force today; None: the program charges nothing."""

    enrollment: Enrollment
    entries: Sequence[FeeEntry]
    plan: PaymentPlan | None
    waiver: WaiverRequest | None
    schedule: FeeSchedule | None

    @property
    def lines(self) -> list[Line]:
        return [line_of(one) for one in self.entries]

    @property
    def owes(self) -> Decimal:
        """Below nothing: the program owes him."""
        return balance(self.lines)

    @property
    def sums(self) -> Sums:
        return sums(self.lines)

    @property
    def rows(self) -> list[Row]:
        """The newest first, as one looks for it."""
        effects = [balance([one]) for one in self.lines]
        stood = zip(self.entries, effects, accumulate(effects), strict=True)
        return [Row(*one) for one in stood][::-1]

    @property
    def parts(self) -> list[Part]:
        """Of the plan; what isn't owed any more fills the oldest first."""
        planned = self.plan.installments.all() if self.plan else ()
        return [Part(*one) for one in filled([Due(one.due_on, one.amount) for one in planned], self.owes)]

    @property
    def next_due(self) -> Part | None:
        """The first that isn't filled, however late it is."""
        return next((one for one in self.parts if one.open), None)

    @property
    def behind(self) -> Decimal:
        return sum((one.open for one in self.parts if one.late), NOTHING)

    @property
    def sentence(self) -> str:
        if not self.entries:
            return UNTOLD
        if self.owes < 0:
            return f"The program owes him {money(-self.owes)}."
        return self._owing() if self.owes else self._settled()

    def _owing(self) -> str:
        said, due = f"He owes {money(self.owes)}", self.next_due
        if due is None:
            return f"{said}, without a plan."
        if self.behind:
            return f"{said}, on a plan, and is behind by {money(self.behind)} since {day(due.on)}."
        return f"{said}, on a plan; next {money(due.open)} by {day(due.on)}."

    def _settled(self) -> str:
        stands = self.sums
        if not stands.assessed:
            return "He owes nothing."
        became = {"paid": stands.collected, "waived": stands.waived}
        told = [f"{money(amount)} {how}" for how, amount in became.items() if amount]
        return f"He owes nothing: {' and '.join(told)}."

    @property
    def is_assessed(self) -> bool:
        """By a line that still stands."""
        return any(one.kind == EntryKind.ASSESSED and not hasattr(one, "reversed_by") for one in self.entries)

    @property
    def deeds(self) -> list[str]:
        """Names of what can be done now, what most often comes next first."""
        stands = self.sums
        may = {
            "pay": self.owes > 0,
            "assess": self.schedule is not None and not self.is_assessed,
            "plan": self.owes > 0,
            "waive": self.owes > 0 and self.waiver is None,
            "refund": stands.collected > 0,
        }
        return [name for name, offered in may.items() if offered]


def accounts(enrollments: Sequence[Enrollment]) -> list[Account]:
    """In as many questions for one as for several."""
    entries = FeeEntry.objects.select_related("by", "approved_by", "reverses", "reversed_by").order_by("id")
    plans = PaymentPlan.objects.filter(ended_at=None).prefetch_related("installments")
    asked = WaiverRequest.objects.open().select_related("asked_by")
    prefetch_related_objects(
        list(enrollments),
        Prefetch("fee_entries", entries, to_attr="money_entries"),
        Prefetch("payment_plans", plans, to_attr="money_plans"),
        Prefetch("waiver_requests", asked, to_attr="money_asked"),
    )
    schedules = _in_force({one.program_id for one in enrollments})
    return [_account(one, schedules.get(one.program_id)) for one in enrollments]


def account(enrollment: Enrollment) -> Account:
    return accounts([enrollment])[0]


def _account(one: Enrollment, schedule: FeeSchedule | None) -> Account:
    read: dict[str, list[object]] = {name: getattr(one, f"money_{name}") for name in ("entries", "plans", "asked")}
    plan, asked = next(iter(read["plans"]), None), next(iter(read["asked"]), None)
    return Account(one, read["entries"], plan, asked, schedule)  # type: ignore[arg-type]  # as they were prefetched


def _in_force(programs: set[int]) -> dict[int, FeeSchedule]:
    """By program, the scale of today."""
    begun = FeeSchedule.objects.filter(program__in=programs, begins_on__lte=words.today())
    return {one.program_id: one for one in begun.order_by("begins_on", "version")}
