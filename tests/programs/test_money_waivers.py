"""Who can't pay asks, and an administrator decides: once, and never about more than is owed."""

from datetime import date
from decimal import Decimal

import pytest

from programs.actions import money
from programs.actions.money import AlreadyAsked, AlreadyDecided, MoreThanOwed, NotYoursToDecide, WhyMissing
from programs.kinds import EntryKind
from programs.models import Enrollment, WaiverRequest
from tests.programs.treasury import Treasury, noon
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
NOW = noon(DAY)


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


@pytest.fixture
def his(treasury: Treasury) -> Enrollment:
    return treasury.owing(DAY)


def ask(treasury: Treasury, his: Enrollment, amount: str = "400", why: str = "Out of work.") -> WaiverRequest:
    return money.ask_to_waive(enrollment=his, amount=Decimal(amount), why=why, by=treasury.by, now=NOW)


def test_a_request_waives_nothing(treasury: Treasury, his: Enrollment) -> None:
    before = len(told())

    request = ask(treasury, his)

    request.refresh_from_db()
    assert (request.amount, request.why, request.asked_by, request.decided_at) == (
        Decimal(400),
        "Out of work.",
        treasury.by,
        None,
    )
    assert told(after=before) == [(f"user:{treasury.by.pk}", "waiver.asked", f"programs.WaiverRequest:{request.pk}")]
    assert money.standing_of(his, today=DAY).owed == 900


def test_granted_it_is_a_line_with_who_approved_it(treasury: Treasury, his: Enrollment) -> None:
    request, boss = ask(treasury, his), treasury.administrator
    before = len(told())

    entry = money.decide_waiver(request=request, granted=True, by=boss, now=NOW)

    request.refresh_from_db()
    assert entry is not None
    entry.refresh_from_db()
    assert (entry.kind, entry.amount, entry.on, entry.approved_by) == (EntryKind.WAIVED, Decimal(400), DAY, boss)
    assert (entry.why, entry.receipt_number) == ("Out of work.", None)
    assert (request.decided_at, request.decided_by, request.entry) == (NOW, boss, entry)
    assert [verb for _, verb, _ in told(after=before)] == ["fee.waived", "waiver.granted"]
    assert money.standing_of(his, today=DAY).owed == 500


def test_refused_it_leaves_the_ledger_as_it_was(treasury: Treasury, his: Enrollment) -> None:
    request = ask(treasury, his)

    assert money.decide_waiver(request=request, granted=False, by=treasury.administrator, now=NOW) is None

    request.refresh_from_db()
    assert (request.decided_by, request.entry) == (treasury.administrator, None)
    assert his.fee_entries.count() == 1
    assert ask(treasury, his).decided_at is None, "he may ask again"


def test_only_an_administrator_decides(treasury: Treasury, his: Enrollment) -> None:
    request = ask(treasury, his)

    for who in (treasury.by, treasury.running.leader):
        refuses(NotYoursToDecide, money.decide_waiver, request=request, granted=True, by=who, now=NOW)


@pytest.mark.parametrize("granted", [True, False])
def test_decided_the_same_way_again_nothing_more_is_written(treasury: Treasury, his: Enrollment, granted: bool) -> None:
    request = ask(treasury, his)
    first = money.decide_waiver(request=request, granted=granted, by=treasury.administrator, now=NOW)

    with nothing_written():
        again = money.decide_waiver(request=request, granted=granted, by=treasury.administrator, now=NOW)

    assert again == first
    refuses(
        AlreadyDecided,
        money.decide_waiver,
        request=request,
        granted=not granted,
        by=treasury.administrator,
        now=NOW,
    )


def test_one_is_asked_for_at_a_time_and_says_why(treasury: Treasury, his: Enrollment) -> None:
    refuses(WhyMissing, ask, treasury=treasury, his=his, why=" ")
    ask(treasury, his)

    refuses(AlreadyAsked, ask, treasury=treasury, his=his)


def test_no_more_is_waived_than_is_owed(treasury: Treasury, his: Enrollment) -> None:
    refuses(MoreThanOwed, ask, treasury=treasury, his=his, amount="900.01")
    request = ask(treasury, his, "900")
    treasury.pay(his, 100, DAY)

    said = {"request": request, "granted": True, "by": treasury.administrator, "now": NOW}
    assert str(refuses(MoreThanOwed, money.decide_waiver, **said)) == "He owes $800.00. Waive that much at the most."
    treasury.pay(his, 800, DAY)
    assert str(refuses(MoreThanOwed, money.decide_waiver, **said)) == "He owes nothing, so there is nothing to waive."
