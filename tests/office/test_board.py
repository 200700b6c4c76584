"""The board above the list of cohorts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from office.board import board
from programs.kinds import MarkKind, RequirementKind
from programs.models import Session
from tests.courts.cases import AFTER, FIRST, Case, accepted, cohort, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import EnrollmentFactory, SeatFactory, SessionLeaderFactory
from tests.office.desk import Desk, text

URL = "/office/programs/cohort/"
TODAY = NOW.date()


def waits(**said: Any) -> Case:
    case = accepted(**said)
    case.meet(RequirementKind.INTAKE, NOW.date())
    return case


def now_on_the_board(now: Any = NOW) -> Any:
    return board(now=now, today=now.date())


def test_a_cohort_with_its_seats_weeks_and_what_is_next(desk: Desk) -> None:
    case = seated()
    first = case.cohort.sessions.earliest("starts_at")
    SessionLeaderFactory(session=first, user=UserFactory(name="Marcus Bell", roles=[Role.FACILITATOR]))
    (row,) = now_on_the_board().rows

    assert (row.cohort.taken, row.free, row.dots) == (1, 11, [True] + 11 * [False])
    assert [square.shape for square in row.squares] == ["hollow", "hollow", "hollow"]
    assert (row.next, row.leaders, row.held, row.attendance) == (first, ["Marcus Bell"], 0, None)


def test_weeks_held_canceled_and_not_logged(desk: Desk) -> None:
    case = seated().attend(1)
    case.cohort.sessions.filter(module__week=2).update(state=Session.State.CANCELED, canceled_why="weather")
    (row,) = now_on_the_board(AFTER).rows

    assert [(square.week, square.word) for square in row.squares] == [
        (1, "held"),
        (2, "canceled"),
        (3, "not logged yet"),
    ]


@pytest.mark.parametrize(
    ("logged", "said"),
    [(2, "An evening is not logged yet; after it nothing is planned."), (3, "Nothing is planned any more.")],
    ids=["one is open", "all are logged"],
)
def test_what_is_said_of_a_cohort_with_nothing_ahead(logged: int, said: str, desk: Desk) -> None:
    case = seated().attend(*range(1, logged + 1))
    case.cohort.sessions.filter(module__week__gt=logged).update(starts_at=NOW - timedelta(days=1))
    case.cohort.sessions.update(starts_at=NOW - timedelta(days=1))
    page = text(desk.get(URL))

    sentences = ["An evening is not logged yet; after it nothing is planned.", "Nothing is planned any more."]
    assert [one for one in sentences if one in page] == [said]


def test_attendance_leaves_out_what_was_our_fault(desk: Desk) -> None:
    case = seated().attend(1)
    case.attend(2, kind=MarkKind.ABSENT)
    case.attend(3, kind=MarkKind.NOT_PROVIDED)
    (row,) = now_on_the_board(AFTER).rows

    assert row.attendance == 50


def test_the_next_to_meet_comes_first_and_what_is_over_is_left_out(desk: Desk) -> None:
    case = accepted()
    later = cohort(case.referral.program, name="Later", first=FIRST + timedelta(days=1))
    sooner = cohort(case.referral.program, name="Sooner")
    cohort(case.referral.program, name="Over", closed_at=NOW)

    assert [row.cohort for row in now_on_the_board().rows] == [sooner, later]


def test_who_waits_how_long_and_by_when(desk: Desk) -> None:
    case = waits(enroll_by=date(2026, 3, 20), complete_by=date(2026, 6, 1))
    (one,) = now_on_the_board(NOW + timedelta(days=4)).waits

    assert (one.enrollment, one.since, one.days, one.seat_by) == (case.enrollment, TODAY, 4, date(2026, 3, 20))


def test_who_must_be_seated_soonest_comes_first(desk: Desk) -> None:
    """The court's own day to enroll or start, or its last day less the three weeks that it takes."""
    nothing, late = waits(), waits(complete_by=date(2026, 9, 1))
    by_the_weeks = waits(complete_by=date(2026, 4, 8))  # three weeks before: March 18
    start, enroll = waits(start_by=date(2026, 3, 19)), waits(enroll_by=date(2026, 3, 17), complete_by=date(2027, 1, 1))
    found = [one.enrollment for one in now_on_the_board().waits]

    assert found == [one.enrollment for one in (enroll, by_the_weeks, start, late, nothing)]


def test_who_is_not_shown_presses_less(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.board.WAITING_SHOWN", 1)
    waits(complete_by=date(2026, 9, 1))
    pressing = waits(enroll_by=date(2026, 3, 9))
    found = now_on_the_board()

    assert ([one.enrollment for one in found.waits], found.more_waiting) == ([pressing.enrollment], 1)


def test_the_page_leads_to_all_of_it(desk: Desk) -> None:
    case = waits(participant__first_name="Marek", participant__last_name="Brzezik", enroll_by=date(2026, 3, 20))
    there = cohort(case.referral.program, name="Cohort 14", capacity=2)
    SeatFactory.create_batch(2, cohort=there)
    session = there.sessions.earliest("starts_at")
    shown = desk.get(URL)

    assert "Cohort 14 Tuesdays at 6:00 pm, 12 Pier Street, second floor · English 2 of 2 seats · full" in text(shown)
    assert "Marek Brzezik English since today a seat by Fri, Mar 20, in 17 days" in text(shown)
    page = shown.content.decode()
    for link in (
        f"/sessions/{session.pk}/sheet/",
        f"/office/do/session/{session.pk}/substitute/?back={URL}",
        f"/office/do/session/{session.pk}/cancel/?back={URL}",
        f"/office/enrollments/{case.enrollment.pk}/place/",
    ):
        assert f'href="{link}"' in page


def test_nobody_waits_and_nothing_runs(desk: Desk) -> None:
    assert "Nobody waits. Men stand here once their intake is done." in text(desk.get(URL))


def test_a_search_shows_the_list_alone(desk: Desk) -> None:
    assert "board" not in (desk.get(f"{URL}?q=14").context or {})


def queries() -> int:
    with CaptureQueriesContext(connection) as asked:
        now_on_the_board()
    return len(asked)


@pytest.mark.django_db
def test_as_many_queries_for_four_as_for_one(now: Any) -> None:
    def one_more() -> None:
        case = seated()
        SessionLeaderFactory(session=case.cohort.sessions.earliest("starts_at"))
        waits()

    one_more()
    one = queries()
    for _ in range(3):
        one_more()

    assert queries() == one
    assert one <= 15


def test_more_than_fit_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.board.SHOWN", 1)
    monkeypatch.setattr("office.board.WAITING_SHOWN", 1)
    case = accepted()
    cohort(case.referral.program, name="One")
    cohort(case.referral.program, name="Two")
    EnrollmentFactory.create_batch(3, state="waiting")
    found = now_on_the_board()

    assert (len(found.rows), found.more, len(found.waits), found.more_waiting) == (1, 1, 1, 2)
