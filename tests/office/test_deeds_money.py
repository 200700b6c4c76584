"""Buttons about money: each form says what follows, and calls one action."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from accounts.roles import Role
from audit.models import Event
from courts.models import Imposed
from programs.actions import money as actions
from programs.models import BooksClosing, FeeEntry, FeeSchedule, Installment, PaymentPlan, WaiverRequest
from tests.factories.courts import ReferralFactory
from tests.factories.lists import ImposedFactory
from tests.office.desk import Desk, refusals, text
from tests.programs.treasury import Treasury, noon

pytestmark = pytest.mark.django_db
FEBRUARY, TODAY = date(2026, 2, 3), date(2026, 4, 10)
PAYMENT = {"amount": "150", "on": "2026-04-10", "paid_by": "cash"}


@pytest.fixture(autouse=True)
def today() -> Iterable[None]:
    with time_machine.travel(noon(TODAY), tick=False):
        yield


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


@pytest.fixture
def desk(treasury: Treasury) -> Desk:
    return Desk(Role.COORDINATOR)


def test_a_fee_is_assessed_after_its_step_was_looked_at(treasury: Treasury, desk: Desk) -> None:
    his = treasury.running.waiting()
    typed = {"income": "$3,217.46", "dependents": "1"}
    first = desk.press(his, "assess", **typed)

    assert first.context["ahead"] == [
        "The step is up to $4,000.00: $450.00. He owes that from today.",
        "What you typed is not kept.",
    ]
    assert FeeEntry.objects.count() == 0
    second = desk.press(his, "assess", seen=first.context["seen"], **typed)
    assert desk.notice(second) == "Assessed: $450.00. The income was not kept."
    assert [one.facts for one in Event.objects.all() if "3217" in str(one.facts)] == []


def test_a_payment(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    shown = desk.get(desk.button(his, "pay"))

    assert "He owes $900.00, without a plan. A receipt is numbered when it is saved." in text(shown)
    assert desk.notice(desk.press(his, "pay", **PAYMENT)) == (
        "Paid: $150.00, receipt 2026-00001. He owes $750.00, without a plan."
    )


def test_the_same_page_sent_twice_is_one_payment(treasury: Treasury, desk: Desk) -> None:
    his, key = treasury.owing(FEBRUARY), "6a3f9c1e-0d55-4f0c-9d0a-0f6a5f2b7c11"
    for once in (None, "again"):
        desk.press(his, "pay", once=once, key=key, **PAYMENT)

    assert FeeEntry.objects.filter(kind="paid").count() == 1


def test_more_than_he_owes_is_asked_about(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY, income=3000)
    more = PAYMENT | {"amount": "500"}

    assert refusals(desk.press(his, "pay", **more)) == [
        "He owes $450.00, and this is $500.00. Correct it, or say that more is right."
    ]
    assert desk.notice(desk.press(his, "pay", more_is_right="on", **more)).endswith("The program owes him $50.00.")


def test_a_payment_of_tomorrow(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)

    assert "That day is yet to come." in text(desk.press(his, "pay", **PAYMENT | {"on": "2026-04-11"}))


def test_a_refund(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    treasury.pay(his, 200, FEBRUARY)

    assert "He has paid $200.00: no more than that goes back." in text(desk.get(desk.button(his, "refund")))
    said = PAYMENT | {"why": "He moved away."}
    assert desk.notice(desk.press(his, "refund", **said)).startswith("Refunded: $150.00, receipt 2026-00002.")


def test_a_waiver_is_asked_for_and_decided(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    asked = desk.press(his, "waive", amount="400", why="Out of work.")

    assert desk.notice(asked) == "Asked: $400.00. An administrator decides; until then he owes it."
    request = WaiverRequest.objects.get()
    assert desk.get(desk.button(request, "approve")).status_code == 404
    administrator = Desk(Role.ADMINISTRATOR)
    assert "Waive $400.00: Out of work." in text(administrator.get(desk.button(request, "approve")))
    decided = administrator.press(request, "approve")
    assert administrator.notice(decided) == "Waived: $400.00. He owes $500.00, without a plan."


def test_a_waiver_that_is_refused_changes_nothing(treasury: Treasury) -> None:
    his, administrator = treasury.owing(FEBRUARY), Desk(Role.ADMINISTRATOR)
    request = actions.ask_to_waive(
        enrollment=his, amount=Decimal(50), why="Out of work.", by=treasury.by, now=noon(FEBRUARY)
    )

    assert (
        administrator.notice(administrator.press(request, "refuse")) == "Not waived. He owes $900.00, without a plan."
    )


def test_a_line_is_taken_back_by_another(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    paid = treasury.pay(his, 200, FEBRUARY)

    answer = desk.press(paid, "take-back", why="Another man's check.")
    assert desk.notice(answer) == "Taken back by a line of its own. He owes $900.00, without a plan."
    assert desk.press(paid, "take-back", why="Again").status_code == 409


def test_a_plan_is_worked_out_and_may_be_changed(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    typed = {"amount": "400", "first_on": "2026-04-30", "often": "monthly"}
    first = desk.press(his, "plan", **typed)

    parts = "4/30/2026  400.00\n5/30/2026  400.00\n6/30/2026  100.00"
    shown = first.context["form"]
    assert (shown["parts"].value(), shown["amount"].value()) == (parts, "400")
    assert first.context["ahead"] == ["$400.00 by Thu, Apr 30", "$400.00 by Sat, May 30", "$100.00 by Tue, Jun 30"]
    changed = typed | {"parts": "4/30/2026 500\n6/1/2026: $400.00"}
    second = desk.press(his, "plan", seen=first.context["seen"], **changed)
    assert (second.status_code, PaymentPlan.objects.count()) == (200, 0)
    third = desk.press(his, "plan", seen=second.context["seen"], **changed)
    assert desk.notice(third) == "A plan of 2 installments; the last by Mon, Jun 1."
    assert list(Installment.objects.values_list("due_on", "amount")) == [
        (date(2026, 4, 30), Decimal(500)),
        (date(2026, 6, 1), Decimal(400)),
    ]


def test_a_plan_that_does_not_add_up(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    typed = {"amount": "400", "first_on": "2026-04-30", "often": "monthly", "parts": "4/30/2026 500"}

    assert "They are $400.00 short of the $900.00 that he owes." in text(desk.press(his, "plan", **typed))
    assert "“soon” is no installment." in text(desk.press(his, "plan", **typed | {"parts": "soon"}))


def test_a_plan_ends(treasury: Treasury, desk: Desk) -> None:
    plan = treasury.plan(treasury.owing(FEBRUARY), FEBRUARY, (date(2026, 5, 7), 900))

    assert desk.notice(desk.press(plan, "end")) == "The plan has ended. What he owes stays."


def test_a_memo_of_what_a_court_imposed(desk: Desk) -> None:
    referral = ReferralFactory()
    answer = desk.press(referral, "impose", kind="statutory_fee", amount="1,500")

    assert desk.notice(answer) == "Noted beside the case: $1,500.00. It stands in no sum of ours."
    assert Imposed.objects.get().amount == Decimal(1500)


def test_a_memo_is_taken_back(desk: Desk) -> None:
    assert desk.notice(desk.press(ImposedFactory(), "end")) == "Taken back."


# --- The program's


def test_a_month_is_closed_after_its_sums_were_looked_at(treasury: Treasury, desk: Desk) -> None:
    treasury.pay(treasury.owing(FEBRUARY), 100, FEBRUARY)
    first = desk.press(treasury.program, "close-books")

    assert first.context["ahead"] == [
        "February 2026 is closed with these sums.",
        "Assessed $900.00, waived $0.00.",
        "Paid $100.00, refunded $0.00: collected $100.00.",
        "Education: $20.00.",
        "Enforcement: $40.00.",
        "Survivor services: $40.00.",
    ]
    second = desk.press(treasury.program, "close-books", seen=first.context["seen"])
    assert desk.notice(second) == "February 2026 is closed."
    assert BooksClosing.objects.get().month == date(2026, 2, 1)


def test_sums_that_changed_are_shown_again(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    first = desk.press(treasury.program, "close-books")
    treasury.pay(his, 100, FEBRUARY)

    second = desk.press(treasury.program, "close-books", seen=first.context["seen"])
    assert (second.status_code, BooksClosing.objects.count()) == (200, 0)


SCHEDULE = {
    "begins_on": "2026-05-01",
    "steps": "up to 1,500: 300\nabove: 900",
    "less_a_dependent": "500",
    "funds": "Survivor services: 40 %\nEducation: 60 %",
}


def test_a_schedule_is_shown_by_examples_and_written(treasury: Treasury, desk: Desk) -> None:
    first = desk.press(treasury.program, "fees", after=1, **SCHEDULE)

    assert first.context["ahead"] == [
        "From Fri, May 1:",
        "Who has $1,500.00 a month owes $300.00.",
        "Who has $1,501.00 a month and 1 dependent owes $300.00.",
        "Who doesn’t tell his income owes $900.00.",
        "Of $900.00 collected: Survivor services $360.00, Education $540.00.",
    ]
    second = desk.press(treasury.program, "fees", after=1, seen=first.context["seen"], **SCHEDULE)
    assert desk.notice(second) == "Version 2 is written. It holds from Fri, May 1."
    assert FeeSchedule.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("funds", "Education: 60 %", "Together they make 60 %. They must make 100 %."),
        ("steps", "up to 1,500: 300", "Write one last step, for whoever has more"),
        ("steps", "much", "“much” is no step."),
    ],
)
def test_a_schedule_that_is_not_whole(treasury: Treasury, desk: Desk, field: str, typed: str, says: str) -> None:
    assert says in text(desk.press(treasury.program, "fees", after=1, **SCHEDULE | {field: typed}))


def test_it_begins_with_what_the_newest_says(treasury: Treasury, desk: Desk) -> None:
    form = desk.get(desk.button(treasury.schedule, "version")).context["form"]

    assert form["steps"].value() == "up to 2,000.00: 0.00\nup to 4,000.00: 450.00\nabove: 900.00"
    assert form["funds"].value() == "Survivor services: 40 %\nEducation: 20 %\nEnforcement: 40 %"


def test_settings_lead_to_it(treasury: Treasury, desk: Desk) -> None:
    sections = desk.get("/office/settings/").context["sections"]
    found = {entry.name: (entry.url, entry.state) for section in sections for entry in section.entries}

    assert found["Fees"] == (f"/office/programs/feeschedule/{treasury.schedule.pk}/", "version 1, from Thu, Jan 1")
