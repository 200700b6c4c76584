"""A man's fee: which step of the scale is his, what he owes, since when, and by whose shares. No Django.

Dollars are Decimal. Lines are those of one ledger, in any order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from programs.kinds import EntryKind, Labeled

NOTHING = Decimal("0.00")
CENT = Decimal("0.01")
# Without a plan.
DUE_AFTER = timedelta(days=30)
# In the order of `Sums`.
SUMMED = (EntryKind.ASSESSED, EntryKind.PAID, EntryKind.WAIVED, EntryKind.REFUNDED)
# What makes him owe more, and what moves money.
ADDS = frozenset({EntryKind.ASSESSED, EntryKind.REFUNDED})
MONEY = frozenset({EntryKind.PAID, EntryKind.REFUNDED})


class Step(NamedTuple):
    """`income_up_to`: dollars a month, itself included. None: the last step, for whoever has more."""

    income_up_to: Decimal | None
    amount: Decimal


class Line(NamedTuple):
    """`reversed_kind`: of a reversal only, the kind of the line that it takes back."""

    kind: EntryKind
    amount: Decimal
    on: date
    reversed_kind: EntryKind | None = None

    @property
    def counts_for(self) -> EntryKind:
        """The kind in whose sum it stands."""
        return self.reversed_kind or self.kind

    @property
    def signed(self) -> Decimal:
        """As it stands in that sum: below nothing where it takes a line back."""
        return -self.amount if self.reversed_kind else self.amount

    @property
    def owes(self) -> Decimal:
        """By how much it makes him owe more."""
        return self.signed if self.counts_for in ADDS else -self.signed

    @property
    def collects(self) -> Decimal:
        """By how much the program has more."""
        return -self.owes if self.counts_for in MONEY else NOTHING


class Due(NamedTuple):
    due_on: date
    amount: Decimal


class Sums(NamedTuple):
    """Each without what was taken back."""

    assessed: Decimal = NOTHING
    paid: Decimal = NOTHING
    waived: Decimal = NOTHING
    refunded: Decimal = NOTHING

    @property
    def collected(self) -> Decimal:
        return self.paid - self.refunded

    @property
    def balance(self) -> Decimal:
        """Above nothing: he owes it; below: the program owes it to him."""
        return self.assessed + self.refunded - self.paid - self.waived


class Aging(NamedTuple):
    """What he owes, by how many days it is late; what is due today isn't."""

    not_due: Decimal = NOTHING
    up_to_30: Decimal = NOTHING
    up_to_60: Decimal = NOTHING
    up_to_90: Decimal = NOTHING
    over_90: Decimal = NOTHING

    @property
    def owed(self) -> Decimal:
        return sum(self, NOTHING)

    @property
    def late(self) -> Decimal:
        return self.owed - self.not_due


class Filled(NamedTuple):
    """An installment, and what of it isn't paid yet."""

    due_on: date
    amount: Decimal
    open: Decimal


class FeeState(Labeled):
    """How a court reads it; the amount is told to nobody."""

    NOT_ASSESSED = "not_assessed", "Not assessed yet"
    PAID = "paid", "Paid in full"
    WAIVED = "waived", "Waived"
    # Paid in part and waived in part; or the scale asked for nothing.
    SETTLED = "settled", "Settled"
    ON_PLAN = "on_plan", "On a payment plan, current"
    BEHIND = "behind", "On a payment plan, behind"
    OPEN = "open", "Not paid yet"


# A plan that fell behind takes nothing back: inability to pay never blocks.
MEETS = frozenset({FeeState.PAID, FeeState.WAIVED, FeeState.SETTLED, FeeState.ON_PLAN, FeeState.BEHIND})


@dataclass(frozen=True, slots=True)
class FeeStanding:
    """`behind`: what of his plan is late."""

    state: FeeState
    owed: Decimal = NOTHING
    behind: Decimal = NOTHING

    @property
    def is_met(self) -> bool:
        """Settled, waived or on a plan."""
        return self.state in MEETS


def fee_by_scale(steps: Iterable[Step], *, income: Decimal | None, dependents: int, less_a_dependent: Decimal) -> Step:
    """The step for a monthly income, less so much for each dependent. None: he didn't tell it, the last step."""
    ordered = sorted(steps, key=lambda step: (step.income_up_to is None, step.income_up_to or NOTHING))
    if income is None:
        return ordered[-1]
    counted = max(income - dependents * less_a_dependent, NOTHING)
    return next(step for step in ordered if step.income_up_to is None or counted <= step.income_up_to)


def dollars(amount: Decimal) -> str:
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def sums(lines: Iterable[Line]) -> Sums:
    found = dict.fromkeys(SUMMED, NOTHING)
    for line in lines:
        found[line.counts_for] += line.signed
    return Sums(*found.values())


def balance(lines: Iterable[Line]) -> Decimal:
    """Above nothing: he owes it; below: the program owes it to him."""
    return sums(lines).balance


def shares(amount: Decimal, parts: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """By fund, to the cent, and adding up: a cent left over goes where most was cut off. Parts make 100."""
    exact = [(fund, abs(amount) * percent / 100) for fund, percent in parts]
    floors = {fund: part.quantize(CENT, ROUND_FLOOR) for fund, part in exact}
    left = int((abs(amount) - sum(floors.values(), NOTHING)) / CENT)
    for fund, _part in sorted(exact, key=lambda one: floors[one[0]] - one[1])[:left]:
        floors[fund] += CENT
    return {fund: part if amount >= 0 else -part for fund, part in floors.items()}


def filled(installments: Iterable[Due], owed: Decimal) -> list[Filled]:
    """Payments fill the oldest first, so that what is owed stands in the newest."""
    found: list[Filled] = []
    for one in sorted(installments, reverse=True):
        part = min(max(owed, NOTHING), one.amount)
        owed -= part
        found.append(Filled(one.due_on, one.amount, part))
    return found[::-1]


def still_open(installments: Sequence[Due], lines: Sequence[Line]) -> list[Due]:
    """What he owes, and since when: by the plan's days; without one, thirty days after it was assessed."""
    owed = balance(lines)
    assessed = [Due(line.on + DUE_AFTER, line.amount) for line in lines if line.kind is EntryKind.ASSESSED]
    parts = [Due(one.due_on, one.open) for one in filled(installments or assessed, owed) if one.open]
    more = max(owed, NOTHING) - sum((part.amount for part in parts), NOTHING)
    if more:
        # A payment that was taken back after the plan was made: it is as old as the fee.
        parts.insert(0, Due(min(line.on for line in lines) + DUE_AFTER, more))
    return sorted(parts)


def aging(installments: Sequence[Due], lines: Sequence[Line], today: date) -> Aging:
    buckets = [NOTHING] * len(Aging._fields)
    for part in still_open(installments, lines):
        buckets[_bucket((today - part.due_on).days)] += part.amount
    return Aging(*buckets)


def _bucket(days_late: int) -> int:
    """Of `Aging`."""
    return 0 if days_late <= 0 else min((days_late + 29) // 30, 4)


def on_plan(installments: Sequence[Due], lines: Sequence[Line], today: date) -> FeeStanding:
    """He owes it, and has a plan."""
    found = aging(installments, lines, today)
    return FeeStanding(FeeState.BEHIND if found.late else FeeState.ON_PLAN, found.owed, found.late)


def fee_standing(installments: Sequence[Due] | None, lines: Sequence[Line], today: date) -> FeeStanding:
    """`installments` None: without a plan."""
    found = sums(lines)
    if found.balance > 0:
        return on_plan(installments, lines, today) if installments else FeeStanding(FeeState.OPEN, found.balance)
    if not is_assessed(lines):
        return FeeStanding(FeeState.NOT_ASSESSED)
    if not found.waived:
        return FeeStanding(FeeState.PAID if found.collected else FeeState.SETTLED)
    return FeeStanding(FeeState.SETTLED if found.collected else FeeState.WAIVED)


def is_assessed(lines: Iterable[Line]) -> bool:
    """Also where the scale asked for nothing; not where it was taken back."""
    kinds = [(line.kind, line.reversed_kind) for line in lines]
    return kinds.count((EntryKind.ASSESSED, None)) > kinds.count((EntryKind.REVERSED, EntryKind.ASSESSED))
