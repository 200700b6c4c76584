"""A program that charges fees: a scale, three funds, somebody who owes."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.roles import Role
from programs.actions import money
from programs.kinds import PaidBy
from programs.models import Enrollment, FeeEntry, FeeSchedule, PaymentPlan, Program
from tests.factories.accounts import UserFactory
from tests.programs.scene import Scene, scene

SCALE: Sequence[tuple[Decimal | None, Decimal]] = [
    (Decimal(2000), Decimal(0)),
    (Decimal(4000), Decimal(450)),
    (None, Decimal(900)),
]
FUNDS = [("Survivor services", Decimal(40)), ("Education", Decimal(20)), ("Enforcement", Decimal(40))]


def noon(day: date) -> datetime:
    """In Seattle, by the hour at least."""
    return datetime.combine(day, time(20), UTC)


class Treasury:
    """Each line by a key of its own, at noon of its day."""

    def __init__(self, running: Scene | None = None, *, begins_on: date = date(2026, 1, 1)) -> None:
        self.running = running or scene()
        self.by: User = self.running.coordinator
        self.administrator: User = UserFactory(roles=[Role.ADMINISTRATOR])
        self.schedule = self.set_fees(begins_on)

    @property
    def program(self) -> Program:
        return self.running.program

    def key(self) -> uuid.UUID:
        return uuid.uuid4()

    def set_fees(self, begins_on: date, **more: Any) -> FeeSchedule:
        said: dict[str, Any] = {"steps": SCALE, "shares": FUNDS, "by": self.by, "now": noon(begins_on), **more}
        return money.new_schedule(program=self.program, begins_on=begins_on, **said)

    def owing(self, day: date, income: int | None = None) -> Enrollment:
        """Somebody new, assessed on that day; without an income 900 dollars."""
        his = self.running.waiting()
        self.assess(his, day, income)
        return his

    def assess(self, his: Enrollment, day: date, income: int | None = None) -> FeeEntry:
        told = Decimal(income) if income is not None else None
        return money.assess(enrollment=his, income=told, dependents=0, key=self.key(), by=self.by, now=noon(day))

    def pay(self, his: Enrollment, amount: int | str, day: date, **more: Any) -> FeeEntry:
        said: dict[str, Any] = {"paid_by": PaidBy.CASH, "key": self.key(), "by": self.by, "now": noon(day), **more}
        return money.pay(enrollment=his, amount=Decimal(amount), on=said.pop("on", day), **said)

    def refund(self, his: Enrollment, amount: int | str, day: date, **more: Any) -> FeeEntry:
        said: dict[str, Any] = {"paid_by": PaidBy.CHECK, "why": "He moved away.", "key": self.key(), **more}
        return money.refund(enrollment=his, amount=Decimal(amount), on=day, by=self.by, now=noon(day), **said)

    def waive(self, his: Enrollment, amount: int | str, day: date) -> FeeEntry:
        asked = money.ask_to_waive(
            enrollment=his, amount=Decimal(amount), why="Out of work.", by=self.by, now=noon(day)
        )
        waived = money.decide_waiver(request=asked, granted=True, by=self.administrator, now=noon(day))
        assert waived is not None
        return waived

    def reverse(self, entry: FeeEntry, day: date, **more: Any) -> FeeEntry:
        said: dict[str, Any] = {"why": "A wrong man.", "key": self.key(), **more}
        return money.reverse(entry=entry, by=self.by, now=noon(day), **said)

    def plan(self, his: Enrollment, day: date, *installments: tuple[date, int]) -> PaymentPlan:
        planned = [(due_on, Decimal(amount)) for due_on, amount in installments]
        return money.plan_payments(enrollment=his, installments=planned, by=self.by, now=noon(day))
