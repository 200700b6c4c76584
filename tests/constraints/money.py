"""programs, the fees: what their tables refuse."""

from datetime import date
from decimal import Decimal

from programs.kinds import EntryKind
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.money import (
    BooksClosingFactory,
    FeeEntryFactory,
    FeeScheduleFactory,
    FeeStepFactory,
    FundShareFactory,
    InstallmentFactory,
    PaymentPlanFactory,
    WaiverRequestFactory,
)

LESS = Decimal("-0.01")


def taken_back(**fields: object) -> object:
    first = FeeEntryFactory()
    whole = {"enrollment": first.enrollment, "schedule": first.schedule, "reverses": first}
    return FeeEntryFactory(**{**whole, "kind": EntryKind.REVERSED, **fields})


def taken_back_twice() -> None:
    first = FeeEntryFactory()
    for _ in range(2):
        FeeEntryFactory(enrollment=first.enrollment, kind=EntryKind.REVERSED, reverses=first)


def one_receipt_for_two() -> None:
    first = FeeEntryFactory(paid=True)
    FeeEntryFactory(paid=True, enrollment=first.enrollment, receipt_number=first.receipt_number)


def one_entry_for_two_waivers() -> None:
    entry = FeeEntryFactory(kind=EntryKind.WAIVED, approved_by=UserFactory())
    for _ in range(2):
        WaiverRequestFactory(entry=entry, decided_at=NOW, decided_by=UserFactory())


REFUSED: Listed = [
    ("programs_feeschedule_version_once", lambda: again(FeeScheduleFactory, "program", "version")),
    ("programs_feeschedule_leaves_out", lambda: FeeScheduleFactory(less_a_dependent=LESS)),
    ("programs_feestep_once", lambda: again(FeeStepFactory, "schedule", "income_up_to")),
    ("programs_feestep_one_last", lambda: again(FeeStepFactory, "schedule", income_up_to=None)),
    ("programs_feestep_not_below_nothing", lambda: FeeStepFactory(amount=LESS)),
    ("programs_fundshare_once", lambda: again(FundShareFactory, "schedule", "fund")),
    ("programs_fundshare_a_part", lambda: FundShareFactory(percent=Decimal("100.01"))),
    ("programs_feeentry_above_nothing", lambda: FeeEntryFactory(paid=True, amount=Decimal(0))),
    ("programs_feeentry_above_nothing", lambda: FeeEntryFactory(amount=LESS)),
    ("programs_feeentry_receipt_once", one_receipt_for_two),
    ("programs_feeentry_receipt_for_money", lambda: FeeEntryFactory(paid=True, receipt_year=None, receipt_number=None)),
    ("programs_feeentry_receipt_for_money", lambda: FeeEntryFactory(receipt_given_at=NOW)),
    ("programs_feeentry_paid_somehow", lambda: FeeEntryFactory(paid=True, paid_by="")),
    ("programs_feeentry_reverses_another", lambda: FeeEntryFactory(kind=EntryKind.REVERSED)),
    ("programs.FeeEntry.reverses", taken_back_twice),
    ("programs_feeentry_waived_with_approval", lambda: FeeEntryFactory(kind=EntryKind.WAIVED)),
    ("programs.FeeEntry.idempotency_key", lambda: again(FeeEntryFactory, "idempotency_key")),
    ("programs_waiverrequest_above_nothing", lambda: WaiverRequestFactory(amount=Decimal(0))),
    ("programs_waiverrequest_one_open", lambda: again(WaiverRequestFactory, "enrollment")),
    ("programs_waiverrequest_decided_at_and_by", lambda: WaiverRequestFactory(decided_at=NOW)),
    ("programs.WaiverRequest.entry", one_entry_for_two_waivers),
    ("programs_paymentplan_one_open", lambda: again(PaymentPlanFactory, "enrollment")),
    ("programs_paymentplan_ended_at_and_by", lambda: PaymentPlanFactory(ended_at=NOW)),
    ("programs_installment_one_a_day", lambda: again(InstallmentFactory, "plan", "due_on")),
    ("programs_installment_above_nothing", lambda: InstallmentFactory(amount=Decimal(0))),
    ("programs_booksclosing_once", lambda: again(BooksClosingFactory, "program", "month")),
    ("programs_booksclosing_of_a_month", lambda: BooksClosingFactory(month=date(2026, 2, 2))),
]

ALLOWED: Listed = [
    ("programs_feestep_one_last", lambda: [FeeStepFactory(income_up_to=None) for _ in range(2)]),
    ("programs_feeentry_above_nothing", lambda: FeeEntryFactory(amount=Decimal(0))),
    ("programs_feeentry_receipt_once", lambda: [FeeEntryFactory() for _ in range(2)]),
    ("programs_feeentry_reverses_another", taken_back),
    (
        "programs_waiverrequest_one_open",
        lambda: again(WaiverRequestFactory, "enrollment", decided_at=NOW, decided_by=UserFactory()),
    ),
    (
        "programs_paymentplan_one_open",
        lambda: again(PaymentPlanFactory, "enrollment", ended_at=NOW, ended_by=UserFactory()),
    ),
]
