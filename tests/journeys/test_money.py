"""A year's money: assessed, paid, waived, refunded, taken back; then its twelve months are closed, and it adds up."""

from calendar import monthrange
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from office.words import money as dollars
from programs import fees
from programs.books import line_of
from programs.models import BooksClosing, Enrollment, FeeEntry
from tests.factories.accounts import UserFactory
from tests.journeys.looking import faults
from tests.journeys.visits import Clock, House, Visitor
from tests.programs.treasury import Treasury

pytestmark = pytest.mark.django_db(transaction=True)


def at(month: int, day: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, 20, tzinfo=UTC)


@pytest.fixture
def treasury(transactional_db: None) -> Treasury:
    return Treasury()


@pytest.fixture
def who(transactional_db: None) -> User:
    made: User = UserFactory.create(name="Dana Kessler", roles=[Role.ADMINISTRATOR])
    return made


@pytest.fixture
def dana(house: House, the_clock: Clock, treasury: Treasury, who: User) -> Visitor:
    the_clock.at = at(1)
    visitor = house.visitor().is_signed_in(who)
    # A year has seventy pages: on a busy machine one of them is slow.
    visitor.page.set_default_timeout(60_000)
    return visitor


def comes_back(dana: Visitor, who: User, the_clock: Clock, on: datetime) -> None:
    """Months later: nobody stays signed in so long."""
    the_clock.at = on
    dana.is_signed_in(who)


def file_of(his: Enrollment) -> str:
    return f"/office/people/{his.participant_id}/?tab=money"


def assesses(dana: Visitor, his: Enrollment, income: str) -> None:
    dana.opens(file_of(his))
    dana.follows("Assess the fee")
    dana.fills("Income a month", income)
    dana.presses("Assess the fee")
    dana.sees("This is what will come of it")
    dana.presses("Assess the fee")
    dana.sees("The income was not kept.")


def pays(dana: Visitor, his: Enrollment, amount: str) -> None:
    dana.opens(file_of(his))
    dana.follows("Enter a payment")
    dana.fills("Amount", amount)
    dana.chooses("Check")
    dana.presses("Enter a payment")
    dana.sees("Paid: ")


def test_a_years_money_closed(dana: Visitor, who: User, treasury: Treasury, the_clock: Clock) -> None:
    # Given two men whose fees are assessed by the scale
    one, other = (treasury.running.waiting() for _ in range(2))
    assesses(dana, one, "5,000")
    assesses(dana, other, "3000")
    # When the year goes on: a plan, payments, a waiver, a line taken back, a refund
    dana.opens(file_of(one))
    dana.follows("Make a plan")
    dana.fills("Each time", "300")
    dana.fills("First on", "2026-02-10")
    dana.presses("Make a plan")
    dana.sees("$300.00 by Tue, Feb 10")
    found = faults(dana.page)
    dana.presses("Make a plan")
    dana.sees("A plan of 3 installments; the last by Fri, Apr 10.")
    comes_back(dana, who, the_clock, at(2))
    pays(dana, one, "300.01")
    pays(dana, other, "450")
    comes_back(dana, who, the_clock, at(3))
    dana.opens(file_of(one))
    dana.follows("Ask to waive")
    dana.fills("Amount", "100")
    dana.fills("Why he can't pay it", "Out of work.")
    dana.presses("Ask to waive")
    dana.follows("Waive it")
    dana.presses("Waive it")
    dana.sees("Waived: $100.00.")
    comes_back(dana, who, the_clock, at(5))
    pays(dana, one, "99.99")
    dana.page.get_by_role("row", name="$99.99").get_by_role("link", name="Take it back").click()
    dana.fills("Why", "The check bounced.")
    dana.presses("Take it back")
    dana.sees("Taken back by a line of its own.")
    comes_back(dana, who, the_clock, at(11))
    dana.opens(file_of(other))
    dana.follows("Enter a refund")
    dana.fills("Amount", "50.50")
    dana.chooses("Check")
    dana.fills("Why", "He moved away.")
    dana.presses("Enter a refund")
    dana.sees("Refunded: $50.50")
    found += faults(dana.page)
    # And in January the twelve months are closed, each after its sums were looked at
    comes_back(dana, who, the_clock, at(1, year=2027))
    for month in range(1, 13):
        dana.opens(f"/office/money/{treasury.program.pk}/2026/{month}/")
        dana.follows("Close this month")
        dana.presses("Close this month")
        dana.sees(f"{date(2026, month, 1):%B %Y} is closed with these sums.")
        dana.presses("Close this month")
        dana.sees(f"{date(2026, month, 1):%B %Y} is closed.")
    # Then the year is closed, and it says what the ledgers say
    dana.sees_heading("Books of 2026")
    dana.sees("The year is closed.")
    found += faults(dana.page)
    stands = fees.sums(line_of(entry) for entry in FeeEntry.objects.select_related("reverses"))
    assert stands == fees.Sums(Decimal(1350), Decimal("750.01"), Decimal(100), Decimal("50.50"))
    cells = dana.page.get_by_role("row", name="The year").get_by_role("cell")
    sums = [dollars(one) for one in (stands.assessed, stands.waived, stands.paid, stands.refunded, stands.collected)]
    expect(cells).to_have_text([*sums, ""])
    kept = [Decimal(one["collected"]) for one in BooksClosing.objects.values_list("totals", flat=True)]
    assert (len(kept), sum(kept)) == (12, stands.collected)
    # And nothing is entered for a day of it any more
    dana.opens(file_of(one))
    dana.follows("Enter a payment")
    dana.fills("On", f"2026-12-{monthrange(2026, 12)[1]}")
    dana.chooses("Check")
    dana.presses("Enter a payment")
    dana.sees("The books are closed through December 31, 2026.")
    assert found == []


@pytest.mark.sqlite_only
def test_moneys_pages_are_seen_well(dana: Visitor, who: User, treasury: Treasury, the_clock: Clock) -> None:
    his = treasury.owing(date(2026, 1, 5))
    treasury.plan(his, date(2026, 1, 5), (date(2026, 2, 5), 300), (date(2026, 6, 5), 600))
    treasury.pay(his, 100, date(2026, 2, 3))
    comes_back(dana, who, the_clock, at(3))
    found = []
    for path in (
        "/office/money/",
        f"/office/money/{treasury.program.pk}/2026/",
        f"/office/money/{treasury.program.pk}/2026/2/",
        file_of(his),
        f"/office/do/program/{treasury.program.pk}/fees/",
        f"/office/do/enrollment/{his.pk}/pay/",
        "/office/",
    ):
        dana.opens(path)
        # Signed out, one would look at the sign-in page seven times.
        assert dana.page.url.endswith(path)
        found += [f"{path} {one}" for one in faults(dana.page)]
    assert found == []


@pytest.mark.sqlite_only
def test_on_paper_no_column_is_cut_off(dana: Visitor, who: User, treasury: Treasury, the_clock: Clock) -> None:
    """US Letter between its margins; whoever scrolls on screen can't on paper."""
    his = treasury.owing(date(2026, 1, 5))
    treasury.pay(his, 100, date(2026, 2, 3))
    comes_back(dana, who, the_clock, at(3))
    dana.page.set_viewport_size({"width": 690, "height": 900})
    dana.page.emulate_media(media="print")
    beyond = []
    for path in ("/office/money/", f"/office/money/{treasury.program.pk}/2026/", BOOKS.format(treasury.program.pk)):
        dana.opens(path)
        assert dana.page.url.endswith(path)
        beyond += [f"{path} {one}" for one in dana.page.evaluate(BEYOND_THE_PAPER)]
    assert beyond == []


BOOKS = "/office/money/{}/2026/2/"
BEYOND_THE_PAPER = """() => [...document.querySelectorAll('table')]
    .map(one => one.getBoundingClientRect().right)
    .filter(right => right > document.documentElement.clientWidth)"""
