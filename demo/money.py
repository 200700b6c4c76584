"""What the program charges, and what became of it: all men alike in turn, so that each page has something to show."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db.models import QuerySet

from demo.stage import Stage
from programs import books
from programs.actions import money
from programs.fees import balance
from programs.kinds import EntryKind, PaidBy
from programs.models import BooksClosing, Enrollment, FeeEntry, Program

STEPS: tuple[tuple[Decimal | None, Decimal], ...] = (
    (Decimal(1500), Decimal(150)),
    (Decimal(3000), Decimal(450)),
    (None, Decimal(900)),
)
SHARES = (("Survivor services", Decimal(40)), ("Education", Decimal(20)), ("Enforcement", Decimal(40)))
# A month; the last one doesn't tell it.
INCOMES = (Decimal(1200), Decimal(2400), Decimal(3600), None)
WAYS = (PaidBy.CASH, PaidBy.MONEY_ORDER, PaidBy.CHECK, PaidBy.TRANSFER)
# Wednesdays, counted from the first Monday.
PAYDAYS = (16, 44, 65)
PLAN_DAY, MISTAKE_DAY = 21, 45
# Of each eight men in turn: one has a plan, by which the first of them pays nothing; one asks for a waiver; one hasn't
# paid yet.
ON_PLAN, ASKS, PAYS_NOTHING = 3, 5, 7
LEAST = Decimal(50)


def set_fees(stage: Stage) -> None:
    money.new_schedule(
        program=stage.program,
        begins_on=stage.dates.begins,
        steps=STEPS,
        shares=SHARES,
        less_a_dependent=Decimal(250),
        by=stage.administrator,
        now=stage.now,
    )


def assess(stage: Stage, enrollment: Enrollment) -> None:
    """At his intake."""
    money.assess(
        enrollment=enrollment,
        income=INCOMES[enrollment.pk % len(INCOMES)],
        dependents=enrollment.pk % 3,
        key=uuid4(),
        by=stage.coordinator,
        now=stage.now,
    )


def morning(stage: Stage) -> None:
    day = (stage.today - stage.dates.begins).days
    if day in PAYDAYS:
        take_payments(stage)
    if day == PLAN_DAY:
        plan_and_waive(stage)
    if day == MISTAKE_DAY:
        take_one_back(stage)
    close_the_first_month(stage)


def take_payments(stage: Stage) -> None:
    """A third of his fee each time; the first payment has its receipt."""
    for his in _assessed().exclude(pk__in=[*_those(PAYS_NOTHING), *_those(ON_PLAN)[:1]]):
        entries = FeeEntry.objects.of(his)
        owed = balance(entries.lines())
        amount = min(max(entries.get(kind=EntryKind.ASSESSED).amount / 3, LEAST), owed)
        if amount > 0:
            paid = _pay(stage, his, amount)
            if paid.receipt_number == 1:
                money.give_receipt(entry=paid, by=stage.coordinator, now=stage.now)
    stage.say(f"Payments taken; {_collected(stage)} collected so far.")


def plan_and_waive(stage: Stage) -> None:
    """The first of those who ask waits for his answer; an administrator grants the others theirs."""
    for his in _assessed().filter(pk__in=_those(ON_PLAN)):
        owed = _owed(his)
        if owed > 0:
            third = (owed / 3).quantize(Decimal("0.01"))
            days = [stage.today + timedelta(days=30 * n) for n in (1, 2, 3)]
            parts = (third, third, owed - 2 * third)
            money.plan_payments(
                enrollment=his, installments=list(zip(days, parts, strict=True)), by=stage.coordinator, now=stage.now
            )
    for number, his in enumerate(_assessed().filter(pk__in=_those(ASKS))):
        asked = money.ask_to_waive(
            enrollment=his,
            amount=_owed(his) / 2,
            why="Out of work since the winter.",
            by=stage.coordinator,
            now=stage.now,
        )
        if number:
            money.decide_waiver(request=asked, granted=True, by=stage.administrator, now=stage.now)


def take_one_back(stage: Stage) -> None:
    entry = FeeEntry.objects.filter(kind=EntryKind.PAID, paid_by=PaidBy.CHECK).order_by("-id").first()
    if entry is not None:
        money.reverse(
            entry=entry, why="The bank sent the check back.", key=uuid4(), by=stage.coordinator, now=stage.now
        )


def close_the_first_month(stage: Stage) -> None:
    """From the fifth of the next one on."""
    month = books.next_to_close(stage.program)
    ready = month is not None and stage.today >= books.last_of_month(month) + timedelta(days=5)
    if month is not None and ready and not BooksClosing.objects.exists():
        money.close_books(program=stage.program, month=month, by=stage.coordinator, now=stage.now)
        stage.say(f"The books of {month:%B} are closed.")


def off_by(program: Program) -> Decimal:
    """How far all ledgers together are from what the books say: nothing."""
    ledgers = sum((balance(FeeEntry.objects.of(his).lines()) for his in program.enrollments.all()), Decimal(0))
    found = books.totals(program, date.min, date.max)
    return abs(ledgers - found.balance) + abs(sum(found.by_fund.values()) - found.collected)


def _assessed() -> QuerySet[Enrollment]:
    return Enrollment.objects.open().filter(fee_entries__kind=EntryKind.ASSESSED).order_by("pk")


def _those(turn: int) -> list[int]:
    return [pk for pk in _assessed().values_list("pk", flat=True) if pk % 8 == turn]


def _owed(his: Enrollment) -> Decimal:
    return balance(FeeEntry.objects.of(his).lines())


def _pay(stage: Stage, his: Enrollment, amount: Decimal) -> FeeEntry:
    return money.pay(
        enrollment=his,
        amount=amount,
        on=stage.today,
        paid_by=WAYS[his.pk % len(WAYS)],
        key=uuid4(),
        by=stage.coordinator,
        now=stage.now,
    )


def _collected(stage: Stage) -> Decimal:
    return books.totals(stage.program, stage.dates.begins, stage.today).collected
