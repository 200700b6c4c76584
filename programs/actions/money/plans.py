"""By which days he pays what he owes."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from audit.actions import record
from programs.actions.money.lines import Ledger, dollars_and_cents, held
from programs.actions.money.refusals import NothingOwed, NotThatDay, PlanDoesNotAddUp
from programs.actions.money.settling import settle
from programs.fees import NOTHING, dollars
from programs.models import Enrollment, Installment, PaymentPlan


@transaction.atomic
def plan_payments(
    *, enrollment: Enrollment, installments: Sequence[tuple[date, Decimal]], by: User, now: datetime
) -> PaymentPlan:
    """A plan for all that he owes; the one that he had ends.

    Raises NothingOwed, PlanDoesNotAddUp, NotThatDay, NotAnAmount; nothing is written then.
    """
    ledger = held(enrollment, now)
    planned = sorted((day, dollars_and_cents(amount)) for day, amount in installments)
    _add_up(planned, ledger)
    for old in PaymentPlan.objects.filter(enrollment=enrollment, ended_at=None):
        _end(old, by, now)
    plan = PaymentPlan.objects.create(enrollment=ledger.enrollment, made_at=now, made_by=by)
    Installment.objects.bulk_create(Installment(plan=plan, due_on=day, amount=amount) for day, amount in planned)
    facts = {"enrollment": enrollment.pk, "installments": len(planned), "last": planned[-1][0]}
    record(by=by, now=now, verb="plan.made", on=plan, facts=facts)
    settle(enrollment=ledger.enrollment, by=by, now=now)
    return plan


@transaction.atomic
def end_plan(*, plan: PaymentPlan, by: User, now: datetime) -> None:
    """He owes what he owes, without it. One that ended already stays as it was."""
    ledger = held(plan.enrollment, now)
    plan.refresh_from_db()
    if plan.ended_at is None:
        _end(plan, by, now)
        settle(enrollment=ledger.enrollment, by=by, now=now)


def _end(plan: PaymentPlan, by: User, now: datetime) -> None:
    plan.ended_at, plan.ended_by = now, by
    plan.save(update_fields=["ended_at", "ended_by"])
    record(by=by, now=now, verb="plan.ended", on=plan, facts={"enrollment": plan.enrollment_id})


def _add_up(planned: Sequence[tuple[date, Decimal]], ledger: Ledger) -> None:
    if ledger.owed <= 0:
        raise NothingOwed("He owes nothing, so there is nothing to plan.")
    total = sum((amount for _, amount in planned), NOTHING)
    if total != ledger.owed:
        raise PlanDoesNotAddUp(
            f"He owes {dollars(ledger.owed)}, and the plan comes to {dollars(total)}. Make them the same."
        )
    days = [day for day, _ in planned]
    if len(set(days)) < len(days):
        raise NotThatDay("Two installments are due on one day. Put them together, or choose another day.")
    if days[0] < ledger.today:
        raise NotThatDay("The first installment is due on a day that has passed. Choose today, or a later day.")
