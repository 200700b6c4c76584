"""What Today says of money: waivers to decide, plans behind, books to close."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.roles import Role
from office.today import Line
from office.waiting import lines
from programs.actions import money as actions
from tests.office.desk import Desk, text
from tests.programs.treasury import Treasury, noon

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 3), date(2026, 3, 3)
OURS = ("waiver:", "behind:", "books:")


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


def found(today: date, kind: str) -> list[Line]:
    return [line for line in lines(now=noon(today), today=today) if line.key.startswith(kind)]


def test_a_waiver_to_decide(treasury: Treasury) -> None:
    his = treasury.owing(MARCH)
    request = actions.ask_to_waive(
        enrollment=his, amount=Decimal("400.50"), why="Out of work.", by=treasury.by, now=noon(MARCH)
    )
    (line,) = found(MARCH, "waiver:")

    assert (line.what, line.whom, line.only) == (
        "Fee waiver to decide",
        his.participant.legal_name,
        Role.ADMINISTRATOR,
    )
    assert line.why == "$400.50 is asked for. Nothing changes until it is decided."
    assert line.url == f"/office/people/{his.participant_id}/?tab=money#more"
    actions.decide_waiver(request=request, granted=True, by=treasury.administrator, now=noon(MARCH))
    assert found(MARCH, "waiver:") == []


@pytest.mark.parametrize(("role", "sees"), [(Role.ADMINISTRATOR, True), (Role.COORDINATOR, False)])
def test_only_who_can_decide_sees_it(treasury: Treasury, now: object, role: Role, *, sees: bool) -> None:
    actions.ask_to_waive(
        enrollment=treasury.owing(FEBRUARY), amount=Decimal(50), why="Ill.", by=treasury.by, now=noon(FEBRUARY)
    )

    assert ("Fee waiver to decide" in text(Desk(role).get("/office/"))) is sees


@pytest.mark.parametrize(
    ("today", "paid", "behind"),
    [
        (date(2026, 4, 13), 0, False),
        (date(2026, 4, 14), 0, True),
        (date(2026, 4, 14), 149, True),
        (date(2026, 4, 14), 150, False),
    ],
    ids=["six days late", "a week late", "not whole", "paid"],
)
def test_a_plan_behind(treasury: Treasury, today: date, paid: int, *, behind: bool) -> None:
    his = treasury.owing(MARCH)
    treasury.plan(his, MARCH, (date(2026, 4, 7), 150), (date(2026, 5, 7), 750))
    if paid:
        treasury.pay(his, paid, MARCH)

    assert bool(found(today, "behind:")) is behind


def test_it_stands_once_and_leads_to_another_plan(treasury: Treasury) -> None:
    his = treasury.owing(MARCH)
    plan = treasury.plan(his, MARCH, (date(2026, 4, 7), 150), (date(2026, 5, 7), 750))
    treasury.reverse(treasury.pay(his, 900, MARCH), MARCH)
    (line,) = found(date(2026, 6, 1), "behind:")

    assert (line.what, line.since, line.button) == ("Payment plan behind", date(2026, 4, 7), "Make a plan")
    assert line.url == f"/office/do/enrollment/{his.pk}/plan/"
    actions.end_plan(plan=plan, by=treasury.by, now=noon(date(2026, 6, 1)))
    assert found(date(2026, 6, 1), "behind:") == []


def test_what_was_refunded_is_owed_again(treasury: Treasury) -> None:
    his = treasury.owing(MARCH)
    treasury.plan(his, MARCH, (date(2026, 4, 7), 900))
    treasury.pay(his, 900, MARCH)
    treasury.refund(his, 1, MARCH)

    assert len(found(date(2026, 4, 14), "behind:")) == 1


@pytest.mark.parametrize(
    ("today", "named"),
    [(date(2026, 3, 4), []), (date(2026, 3, 5), ["Look at February 2026"])],
    ids=["the fourth", "the fifth"],
)
def test_books_to_close(treasury: Treasury, today: date, named: list[str]) -> None:
    treasury.owing(FEBRUARY)

    assert [line.button for line in found(today, "books:")] == named


def test_the_oldest_open_month_comes_first_and_goes_once_it_is_closed(treasury: Treasury) -> None:
    treasury.owing(FEBRUARY)
    today = date(2026, 4, 5)
    (line,) = found(today, "books:")

    assert (line.whom, line.url) == (treasury.program.name, f"/office/money/{treasury.program.pk}/2026/2/")
    assert line.since == date(2026, 3, 5)
    buttons = []
    for month in (FEBRUARY, MARCH):
        actions.close_books(program=treasury.program, month=month, by=treasury.by, now=noon(today))
        buttons += [line.button for line in found(today, "books:")]
    assert buttons == ["Look at March 2026"]


def test_nothing_waits_where_nothing_is_owed(treasury: Treasury) -> None:
    treasury.owing(MARCH, income=100)

    assert [line for kind in OURS for line in found(MARCH, kind)] == []
