"""Assessed, paid, refunded, taken back: each line once, under its rules, and none is ever changed."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from audit.models import Event
from programs import books
from programs.actions import money
from programs.actions.money import (
    AlreadyAssessed,
    AlreadyTakenBack,
    BooksClosed,
    FileForgotten,
    KeyUsed,
    MoreThanOwed,
    MoreThanPaid,
    NoFees,
    NotAnAmount,
    NotTakenBack,
    NotThatDay,
    WhyMissing,
)
from programs.fees import balance
from programs.kinds import EntryKind, PaidBy
from programs.models import FeeEntry
from tests.at_once import at_once
from tests.programs.treasury import Treasury, noon
from tests.refusals import nothing_written, refuses, told
from vault.models import Key

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


def owed(enrollment: object) -> Decimal:
    return money.standing_of(enrollment, today=DAY).owed  # type: ignore[arg-type]


# --- assess


@pytest.mark.parametrize(
    ("income", "fee"), [(None, 900), (4001, 900), (4000, 450), (0, 0)], ids=["not told", "much", "some", "none"]
)
def test_the_fee_is_read_from_the_scale_of_the_day(treasury: Treasury, income: int | None, fee: int) -> None:
    his = treasury.running.waiting()

    entry = treasury.assess(his, DAY, income)

    entry.refresh_from_db()
    assert (entry.kind, entry.amount, entry.on) == (EntryKind.ASSESSED, Decimal(fee), DAY)
    assert (entry.schedule, entry.program, entry.by) == (treasury.schedule, treasury.program, treasury.by)
    assert (entry.receipt_year, entry.receipt_number, entry.why) == (None, None, "")


def test_a_later_scale_rules_from_its_own_day(treasury: Treasury) -> None:
    later = treasury.set_fees(NEXT, steps=[(None, Decimal(500))])

    before, after = treasury.owing(DAY), treasury.owing(NEXT)

    entries = [one.fee_entries.get() for one in (before, after)]
    assert [(one.schedule, one.amount) for one in entries] == [(treasury.schedule, Decimal(900)), (later, Decimal(500))]


def test_his_income_is_kept_nowhere(treasury: Treasury) -> None:
    treasury.assess(treasury.running.waiting(), DAY, 3217)

    kept = [str(list(model.objects.values_list())) for model in (FeeEntry, Event)]
    assert [one for one in kept if "3217" in one] == []


def test_a_dependent_leaves_out_what_the_schedule_says(treasury: Treasury) -> None:
    treasury.set_fees(DAY, less_a_dependent=Decimal(300))
    his = treasury.running.waiting()
    said = {"income": Decimal(4300), "dependents": 1, "key": treasury.key(), "by": treasury.by, "now": noon(DAY)}

    assert money.assess(enrollment=his, **said).amount == 450  # type: ignore[arg-type]


def test_it_is_assessed_once_unless_taken_back(treasury: Treasury) -> None:
    his = treasury.owing(DAY)

    refuses(AlreadyAssessed, treasury.assess, his=his, day=DAY)

    treasury.reverse(his.fee_entries.get(), DAY)
    assert treasury.assess(his, DAY, 3000).amount == 450
    assert owed(his) == 450


def test_where_nothing_is_charged_nothing_is_assessed(treasury: Treasury) -> None:
    early = treasury.schedule.begins_on - timedelta(days=1)

    refuses(NoFees, treasury.assess, his=treasury.running.waiting(), day=early)


@pytest.mark.parametrize(("income", "dependents"), [(Decimal(-1), 0), (Decimal(1), -1)], ids=["income", "dependents"])
def test_nobody_has_less_than_nothing(treasury: Treasury, income: Decimal, dependents: int) -> None:
    said = {"enrollment": treasury.running.waiting(), "key": treasury.key(), "by": treasury.by, "now": noon(DAY)}

    refuses(NotAnAmount, money.assess, income=income, dependents=dependents, **said)


# --- pay


def test_a_payment_has_the_next_receipt_of_its_year(treasury: Treasury) -> None:
    his, other = treasury.owing(DAY), treasury.owing(DAY)

    entries = [treasury.pay(his, 100, DAY), treasury.pay(other, 100, DAY), treasury.pay(his, "50.25", NEXT)]
    in_2027 = treasury.pay(his, 1, date(2027, 1, 2))

    receipts = [(one.receipt_year, one.receipt_number) for one in [*entries, in_2027]]
    assert receipts == [(2026, 1), (2026, 2), (2026, 3), (2027, 1)]
    assert owed(his) == Decimal("748.75")


def test_receipts_of_another_program_are_counted_apart(treasury: Treasury) -> None:
    other = Treasury()

    mine, theirs = treasury.pay(treasury.owing(DAY), 1, DAY), other.pay(other.owing(DAY), 1, DAY)

    assert (mine.receipt_number, theirs.receipt_number) == (1, 1)


def test_it_says_who_did_what_without_a_name(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    before = len(told())

    entry = treasury.pay(his, 100, DAY, why="His brother brought it.")

    assert told(after=before) == [(f"user:{treasury.by.pk}", "fee.paid", f"programs.FeeEntry:{entry.pk}")]
    event = Event.objects.get(verb="fee.paid")
    assert event.facts == {"enrollment": his.pk, "amount": "100.00", "on": "2026-03-03"}
    entry.refresh_from_db()
    assert entry.why == "His brother brought it."


def test_more_than_he_owes_is_asked_about(treasury: Treasury) -> None:
    his = treasury.owing(DAY)

    refusal = refuses(MoreThanOwed, treasury.pay, his=his, amount=901, day=DAY)

    assert str(refusal) == "He owes $900.00, and this is $901.00. Correct it, or say that more is right."
    treasury.pay(his, 901, DAY, more_is_right=True)
    assert str(refuses(MoreThanOwed, treasury.pay, his=his, amount=1, day=DAY)).startswith("He owes nothing, and ")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1.005", "10000000"])
def test_an_amount_is_dollars_and_cents_above_nothing(treasury: Treasury, amount: str) -> None:
    his = treasury.owing(DAY)

    refuses(NotAnAmount, treasury.pay, his=his, amount=amount, day=DAY, more_is_right=True)


def test_a_day_to_come_is_refused_and_one_before_is_taken(treasury: Treasury) -> None:
    his = treasury.owing(DAY)

    refuses(NotThatDay, treasury.pay, his=his, amount=1, day=DAY, on=NEXT)

    assert treasury.pay(his, 1, DAY, on=date(2026, 2, 2)).on == date(2026, 2, 2)


def test_the_day_is_the_programs_own(treasury: Treasury) -> None:
    """At two in the morning in Greenwich it is still the day before in Seattle."""
    his = treasury.owing(DAY)
    night = noon(DAY) + timedelta(hours=6)
    assert night.astimezone(timezone.get_fixed_timezone(0)).date() == NEXT

    refuses(NotThatDay, treasury.pay, his=his, amount=1, day=NEXT, now=night)


def test_no_line_is_entered_for_a_day_whose_books_are_closed(treasury: Treasury) -> None:
    his = treasury.owing(date(2026, 2, 27))
    money.close_books(program=treasury.program, month=date(2026, 2, 1), by=treasury.by, now=noon(DAY))

    refusal = refuses(BooksClosed, treasury.pay, his=his, amount=1, day=DAY, on=date(2026, 2, 28))

    assert str(refusal).startswith("The books are closed through February 28, 2026. ")
    # Also of a month before the first that was closed.
    refuses(BooksClosed, treasury.pay, his=his, amount=1, day=DAY, on=date(2026, 1, 5))
    assert treasury.pay(his, 1, DAY, on=date(2026, 3, 1)).on == date(2026, 3, 1)


def test_the_same_key_again_gives_back_the_line_it_made(treasury: Treasury) -> None:
    his, key = treasury.owing(DAY), uuid.UUID(int=99)
    first = treasury.pay(his, 900, DAY, key=key)

    with nothing_written():
        again = treasury.pay(his, 900, DAY, key=key)

    assert again == first


@pytest.mark.parametrize("what", ["amount", "day", "man", "kind"])
def test_one_key_makes_no_other_line(treasury: Treasury, what: str) -> None:
    his, key = treasury.owing(DAY), uuid.UUID(int=99)
    treasury.pay(his, 100, DAY, key=key)
    say = partial(refuses, KeyUsed)

    if what == "amount":
        say(treasury.pay, his=his, amount=200, day=DAY, key=key)
    elif what == "day":
        say(treasury.pay, his=his, amount=100, day=DAY, on=DAY - timedelta(days=1), key=key)
    elif what == "man":
        say(treasury.pay, his=treasury.owing(DAY), amount=100, day=DAY, key=key)
    else:
        say(treasury.refund, his=his, amount=100, day=DAY, key=key)


# --- refund


def test_he_gets_back_what_he_paid_and_no_more(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    treasury.pay(his, 300, DAY)

    back = treasury.refund(his, 100, DAY)

    assert (back.paid_by, back.why, back.receipt_number) == (PaidBy.CHECK, "He moved away.", 2)
    assert owed(his) == 700
    refusal = refuses(MoreThanPaid, treasury.refund, his=his, amount=201, day=DAY)
    assert str(refusal) == "He has paid $200.00 that wasn't given back yet. Refund that much at the most."


def test_a_refund_says_why(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    treasury.pay(his, 300, DAY)

    refuses(WhyMissing, treasury.refund, his=his, amount=1, day=DAY, why="  ")


# --- reverse


@pytest.mark.parametrize("kind", [EntryKind.ASSESSED, EntryKind.PAID, EntryKind.WAIVED, EntryKind.REFUNDED])
def test_a_line_is_taken_back_by_one_of_its_own(treasury: Treasury, kind: EntryKind) -> None:
    his = treasury.owing(DAY)
    treasury.pay(his, 100, DAY)
    made = {
        EntryKind.ASSESSED: his.fee_entries.get(kind=EntryKind.ASSESSED),
        EntryKind.PAID: treasury.pay(his, 300, DAY),
        EntryKind.WAIVED: treasury.waive(his, 100, DAY),
        EntryKind.REFUNDED: treasury.refund(his, 50, DAY),
    }
    before = FeeEntry.objects.filter(pk=made[kind].pk).values().get()
    if kind is EntryKind.ASSESSED:
        treasury.reverse(made[EntryKind.WAIVED], DAY)
    owed_before = owed(his)

    back = treasury.reverse(made[kind], NEXT)

    back.refresh_from_db()
    assert (back.kind, back.reverses, back.amount, back.on) == (EntryKind.REVERSED, made[kind], made[kind].amount, NEXT)
    assert back.why == "A wrong man."
    assert FeeEntry.objects.filter(pk=made[kind].pk).values().get() == before
    less = kind in (EntryKind.ASSESSED, EntryKind.REFUNDED)
    entered = FeeEntry.objects.of(his).lines()
    assert balance(entered) == owed_before + (-back.amount if less else back.amount)


def test_it_is_reported_by_the_shares_of_the_line_itself(treasury: Treasury) -> None:
    entry = treasury.pay(treasury.owing(DAY), 300, DAY)
    treasury.set_fees(NEXT)

    assert treasury.reverse(entry, NEXT).schedule == treasury.schedule


def test_a_line_is_taken_back_once_and_a_taking_back_never(treasury: Treasury) -> None:
    entry = treasury.pay(treasury.owing(DAY), 300, DAY)
    key = treasury.key()
    back = treasury.reverse(entry, DAY, key=key)

    refuses(AlreadyTakenBack, treasury.reverse, entry=entry, day=DAY)
    refuses(NotTakenBack, treasury.reverse, entry=back, day=DAY)
    with nothing_written():
        assert treasury.reverse(entry, DAY, key=key) == back


def test_a_payment_that_was_refunded_stays(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    entry = treasury.pay(his, 300, DAY)
    back = treasury.refund(his, 100, DAY)

    refuses(NotTakenBack, treasury.reverse, entry=entry, day=DAY)

    treasury.reverse(back, DAY)
    treasury.reverse(entry, DAY)
    assert owed(his) == 900


def test_a_fee_that_was_waived_stays_so_that_nobody_is_owed_what_he_never_paid(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    fee = his.fee_entries.get()
    waived = treasury.waive(his, 100, DAY)

    refusal = refuses(NotTakenBack, treasury.reverse, entry=fee, day=DAY)

    assert str(refusal) == "Some of this fee was waived. Take the waiver back first, then the fee."
    treasury.reverse(waived, DAY)
    treasury.reverse(fee, DAY)
    assert balance(FeeEntry.objects.of(his).lines()) == 0


def test_a_line_of_a_closed_month_is_taken_back_in_this_one(treasury: Treasury) -> None:
    entry = treasury.pay(treasury.owing(date(2026, 2, 27)), 300, date(2026, 2, 27))
    money.close_books(program=treasury.program, month=date(2026, 2, 1), by=treasury.by, now=noon(DAY))

    assert treasury.reverse(entry, DAY).on == DAY


# --- at once


@pytest.mark.django_db(transaction=True)
def test_receipts_of_many_at_once_have_no_gap(treasury: Treasury) -> None:
    several = [treasury.owing(DAY) for _ in range(4)]

    answers = at_once([partial(treasury.pay, his, 10, DAY) for his in several for _ in range(2)])

    assert sorted(type(one).__name__ for one in answers) == ["FeeEntry"] * 8
    numbered = FeeEntry.objects.exclude(receipt_number=None).order_by("receipt_number")
    assert list(numbered.values_list("receipt_number", flat=True)) == [*range(1, 9)]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_pay_all_that_one_man_owes_one_does(treasury: Treasury) -> None:
    his = treasury.owing(DAY)

    answers = at_once([partial(treasury.pay, his, 900, DAY) for _ in range(8)])

    assert sorted(type(one).__name__ for one in answers) == ["FeeEntry"] + ["MoreThanOwed"] * 7
    assert owed(his) == 0


@pytest.mark.django_db(transaction=True)
def test_one_payment_sent_many_times_at_once_is_one(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    key = treasury.key()

    answers = at_once([partial(treasury.pay, his, 900, DAY, key=key)] * 8)

    assert answers == [FeeEntry.objects.get(kind=EntryKind.PAID)] * 8


@pytest.mark.django_db(transaction=True)
def test_a_month_is_closed_before_a_line_or_after_it(treasury: Treasury) -> None:
    february = date(2026, 2, 27)
    several = [treasury.owing(february) for _ in range(4)]
    close = partial(money.close_books, program=treasury.program, month=february, by=treasury.by, now=noon(DAY))

    answers = at_once([close, *(partial(treasury.pay, his, 10, DAY, on=february) for his in several)])

    [closing] = [one for one in answers if type(one).__name__ == "BooksClosing"]
    paid = [one for one in answers if isinstance(one, FeeEntry)]
    assert {type(one).__name__ for one in answers} <= {"BooksClosing", "FeeEntry", "BooksClosed"}
    assert Decimal(closing.totals["paid"]) == 10 * len(paid)  # type: ignore[attr-defined]


# --- by whose shares money goes back

OTHERS = [("Education", Decimal(100))]


def test_a_refund_goes_back_by_the_shares_of_its_payment(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    paid = treasury.pay(his, 100, DAY)
    treasury.set_fees(NEXT, shares=OTHERS)
    given = treasury.refund(his, 100, NEXT)
    assert given.schedule == paid.schedule == treasury.schedule
    assert set(books.totals(treasury.program, DAY, NEXT).by_fund.values()) == {Decimal(0)}


def test_of_payments_under_two_schedules_the_newest_that_covers_it(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    treasury.pay(his, 300, DAY)
    newer = treasury.set_fees(NEXT, shares=OTHERS)
    treasury.pay(his, 100, NEXT)
    assert treasury.refund(his, 60, NEXT).schedule == newer
    assert treasury.refund(his, 60, NEXT).schedule == treasury.schedule
    refused = refuses(MoreThanPaid, treasury.refund, his=his, amount=260, day=NEXT)
    assert str(refused) == "He paid under several schedules. Refund $240.00 at the most in one line, then the rest."


def test_a_payment_is_not_taken_back_that_was_given_back_under_its_own_shares(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    first = treasury.pay(his, 100, DAY)
    treasury.refund(his, 50, DAY)
    treasury.set_fees(NEXT, shares=OTHERS)
    treasury.pay(his, 100, NEXT)
    refuses(NotTakenBack, treasury.reverse, entry=first, day=NEXT)


# --- forgotten


def test_the_ledger_of_a_forgotten_man_opens_and_takes_no_line(treasury: Treasury) -> None:
    his = treasury.owing(DAY)
    paid = treasury.pay(his, 300, DAY)
    treasury.refund(his, 100, DAY)
    Key.objects.filter(pk=his.participant.key_id).destroy(now=noon(DAY))

    lines = books.ledger(his)
    assert [one.balance for one in lines] == [Decimal(900), Decimal(600), Decimal(700)]
    assert lines[-1].entry.why == "forgotten"
    for enter in (treasury.pay, treasury.refund):
        refuses(FileForgotten, enter, his=his, amount=10, day=NEXT)
    refuses(FileForgotten, treasury.reverse, entry=paid, day=NEXT)
