"""A court closed on a day more, or on a day less: what is counted in its business days falls on another day."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from audit.models import Event
from courts.actions import courts as actions
from courts.actions import seating, states
from courts.actions.proposals import follow
from courts.models import Closure, Court, Deadline
from messaging.models import Message
from participants.kinds import AppointmentKind
from tests.courts.cases import AFTER, Case, accepted
from tests.courts.each_kind import absent_twice
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, DeadlineFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import AppointmentFactory

pytestmark = pytest.mark.django_db

# A Friday at noon in Seattle; the next business day is Monday.
FRIDAY = NOW.replace(day=6, hour=20)
MONDAY = date(2026, 3, 9)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


def missed(at: datetime = FRIDAY) -> Case:
    case = accepted(court__state="WA")
    planned = AppointmentFactory(participant=case.referral.participant, kind=AppointmentKind.INTAKE, starts_at=at)
    seating.settle_appointment(
        appointment=planned, enrollment=case.enrollment, kept=False, by=case.by, now=at + timedelta(hours=1)
    )
    return case


def close(court: Court | None, on: date, by: User, state: str = "WA") -> Closure:
    return actions.close_on(court=court, state=state, on=on, name="Snow", by=by, now=FRIDAY)


def no_show(case: Case) -> Deadline:
    return case.referral.deadlines.get(kind="no_show_report")


@pytest.mark.parametrize("everywhere", [False, True], ids=["that court", "its state"])
def test_it_moves_with_the_day_and_comes_back(by: User, everywhere: bool) -> None:
    case = missed()
    closure = close(None if everywhere else case.referral.court, MONDAY, by)
    assert (no_show(case).due_on, no_show(case).next_alert_on) == (TUESDAY, FRIDAY.date())
    facts = Event.objects.get(verb="deadline.moved").facts
    assert facts == {
        "kind": "no_show_report", "referral": case.referral.pk, "from": "2026-03-09", "to": "2026-03-10"
    }  # fmt: skip

    actions.open_after_all(closure=closure, by=by, now=FRIDAY)
    assert no_show(case).due_on == MONDAY


def test_another_court_and_another_state_are_left_alone(by: User) -> None:
    case = missed()
    close(CourtFactory(state="WA"), MONDAY, by)
    close(None, MONDAY, by, state="OR")
    assert no_show(case).due_on == MONDAY


def test_an_alert_that_waits_speaks_of_the_old_day_and_goes_to_nobody(by: User) -> None:
    case = missed()
    waiting: Message = MessageFactory.create(kind="deadline_alert", about=f"courts.Deadline:{no_show(case).pk}")
    close(case.referral.court, MONDAY, by)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("skipped", "deadline moved")


def test_the_courts_own_dates_stay_and_a_settled_one_too(by: User) -> None:
    case = accepted(court__state="WA")
    DeadlineFactory(referral=case.referral, kind="complete_by", due_on=MONDAY)
    close(case.referral.court, MONDAY, by)
    assert case.referral.deadlines.get(kind="complete_by").due_on == MONDAY
    settled = missed()
    settled.referral.deadlines.update(state="met", settled_at=FRIDAY, next_alert_on=None)
    close(settled.referral.court, MONDAY, by)
    assert no_show(settled).due_on == MONDAY


def test_on_hold_it_moves_and_stays_silent(by: User) -> None:
    case = missed()
    states.hold(
        referral=case.referral, reason="", review_on=date(2026, 4, 3), keeps_seat=True, by=case.by, now=FRIDAY
    )  # fmt: skip
    close(case.referral.court, MONDAY, by)
    assert (no_show(case).due_on, no_show(case).next_alert_on) == (TUESDAY, None)


def test_a_notice_is_counted_by_the_day_on_which_it_was_found(by: User) -> None:
    case = absent_twice(court__state="WA")
    follow(case.enrollment, by=case.by, now=AFTER)
    deadline = case.referral.deadlines.get(kind="noncompliance_report")
    found = AFTER.astimezone(case.referral.zone).date()
    assert deadline.due_on == found + timedelta(days=7)
    # At the latest 7 calendar days after: the business day before it is the last that is left.
    close(case.referral.court, deadline.due_on, by)
    deadline.refresh_from_db()
    assert deadline.due_on == found + timedelta(days=6)
