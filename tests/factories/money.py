import uuid
from datetime import date, timedelta
from decimal import Decimal

import factory
from factory import SubFactory

from programs.kinds import EntryKind, PaidBy
from programs.models import (
    BooksClosing,
    FeeEntry,
    FeeSchedule,
    FeeStep,
    FundShare,
    Installment,
    PaymentPlan,
    WaiverRequest,
)
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import EnrollmentFactory, ProgramFactory


class FeeScheduleFactory(factory.django.DjangoModelFactory[FeeSchedule]):
    class Meta:
        model = FeeSchedule

    program = SubFactory(ProgramFactory)
    version = factory.Sequence(lambda n: n + 1)
    begins_on = date(2026, 1, 1)
    made_at = NOW
    made_by = SubFactory(UserFactory)


class FeeStepFactory(factory.django.DjangoModelFactory[FeeStep]):
    class Meta:
        model = FeeStep

    schedule = SubFactory(FeeScheduleFactory)
    income_up_to = factory.Sequence(lambda n: Decimal(1000 + n))
    amount = Decimal("900.00")


class FundShareFactory(factory.django.DjangoModelFactory[FundShare]):
    class Meta:
        model = FundShare

    schedule = SubFactory(FeeScheduleFactory)
    fund = factory.Sequence(lambda n: f"Survivor services {n}")
    percent = Decimal("40.00")


class FeeEntryFactory(factory.django.DjangoModelFactory[FeeEntry]):
    """`FeeEntryFactory(paid=True)` is a payment with its receipt."""

    class Meta:
        model = FeeEntry

    class Params:
        paid = factory.Trait(
            kind=EntryKind.PAID,
            paid_by=PaidBy.CASH,
            receipt_year=2026,
            receipt_number=factory.Sequence(lambda n: n + 1),
        )

    enrollment = SubFactory(EnrollmentFactory)
    program = factory.SelfAttribute("enrollment.program")
    kind = EntryKind.ASSESSED
    amount = Decimal("900.00")
    on = NOW.date()
    schedule = SubFactory(FeeScheduleFactory, program=factory.SelfAttribute("..program"))
    idempotency_key = factory.Sequence(lambda n: uuid.UUID(int=n))
    at = NOW
    by = SubFactory(UserFactory)


class WaiverRequestFactory(factory.django.DjangoModelFactory[WaiverRequest]):
    class Meta:
        model = WaiverRequest

    enrollment = SubFactory(EnrollmentFactory)
    amount = Decimal("100.00")
    why = "Out of work since January."
    asked_at = NOW
    asked_by = SubFactory(UserFactory)


class PaymentPlanFactory(factory.django.DjangoModelFactory[PaymentPlan]):
    class Meta:
        model = PaymentPlan

    enrollment = SubFactory(EnrollmentFactory)
    made_at = NOW
    made_by = SubFactory(UserFactory)


class InstallmentFactory(factory.django.DjangoModelFactory[Installment]):
    class Meta:
        model = Installment

    plan = SubFactory(PaymentPlanFactory)
    due_on = factory.Sequence(lambda n: date(2026, 4, 1) + timedelta(days=n))
    amount = Decimal("90.00")


class BooksClosingFactory(factory.django.DjangoModelFactory[BooksClosing]):
    class Meta:
        model = BooksClosing

    program = SubFactory(ProgramFactory)
    month = date(2026, 2, 1)
    totals = factory.LazyFunction(dict)
    at = NOW
    by = SubFactory(UserFactory)
