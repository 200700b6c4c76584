"""On which days a court is closed."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from courts.actions.alerts import plan_alerts
from courts.actions.calendars import closures_at_hand, holidays_of
from courts.models import Court, Deadline, Referral
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ClosureFactory, CourtFactory, DeadlineFactory, ReferralFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 13)
TODAY = date(2026, 3, 3)


@pytest.fixture
def referral() -> Referral:
    made: Referral = ReferralFactory.create()
    return made


def is_closed(referral: Referral) -> bool:
    """The same, whether it is asked alone or with all."""
    alone = DAY in holidays_of(referral, DAY)
    with closures_at_hand():
        assert (DAY in holidays_of(referral, DAY)) is alone
    return alone


def test_of_its_own(referral: Referral):
    assert not is_closed(referral)
    ClosureFactory.create(court=referral.court)
    assert is_closed(referral)


def test_of_its_state(referral: Referral):
    ClosureFactory.create(court=None, state="OR")
    assert not is_closed(referral)
    ClosureFactory.create(court=None, state="WA")
    assert is_closed(referral)


def test_not_of_another_court_nor_one_that_was_taken_back(referral: Referral):
    ClosureFactory.create(court=CourtFactory.create(state="WA"), state="WA")
    ClosureFactory.create(court=referral.court, ended_at=NOW)
    assert not is_closed(referral)


def test_where_no_court_has_it_the_states_alone():
    referral = ReferralFactory.create(court=None, case_number="", kind="self", referrer="self")
    ClosureFactory.create()
    assert not is_closed(referral)
    ClosureFactory.create(court=None, state=referral.program.state)
    assert is_closed(referral)


def test_an_alert_skips_it():
    UserFactory.create(roles=[Role.COORDINATOR])
    deadline = DeadlineFactory.create(due_on=TODAY, next_alert_on=TODAY)
    ClosureFactory.create(court=deadline.referral.court, on=date(2026, 3, 4))

    plan_alerts(now=NOW)

    deadline.refresh_from_db()
    assert deadline.next_alert_on == date(2026, 3, 6)


@pytest.mark.parametrize("courts", [1, 3])
def test_the_planner_asks_for_them_once(courts: int, django_assert_num_queries: DjangoAssertNumQueries):
    UserFactory.create(roles=[Role.COORDINATOR])
    for _ in range(courts):
        court: Court = CourtFactory.create()
        ClosureFactory.create(court=court)
        DeadlineFactory.create(due_on=TODAY, next_alert_on=TODAY, referral=ReferralFactory.create(court=court))

    with django_assert_num_queries(14):
        plan_alerts(now=NOW)
    assert set(Deadline.objects.values_list("last_alert_on", flat=True)) == {TODAY}
