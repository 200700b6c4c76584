"""Which deadlines are alerted, to whom, and when again."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from accounts.roles import Role
from courts.actions import alerts
from courts.actions.alerts import plan_alerts
from courts.actions.notices import DEADLINE_ALERT
from courts.models import Deadline
from messaging.models import Channel, Message
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, DeadlineFactory, ReferralFactory
from tests.factories.programs import DayOffFactory

pytestmark = pytest.mark.django_db
# The calendar in Seattle shows it too.
TODAY = date(2026, 3, 3)


@pytest.fixture
def coordinator() -> User:
    return UserFactory.create(roles=[Role.COORDINATOR])


@pytest.fixture
def administrator() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def due_in(days: int, **more: object) -> Deadline:
    return DeadlineFactory.create(**({"due_on": TODAY + timedelta(days), "next_alert_on": TODAY} | more))


def told() -> list[User | None]:
    return [message.user for message in Message.objects.order_by("pk").select_related("user")]


def alerts_on(deadline: Deadline) -> tuple[date | None, date | None]:
    deadline.refresh_from_db()
    return deadline.last_alert_on, deadline.next_alert_on


class TestWhoIsTold:
    def test_the_coordinators(self, coordinator: User, administrator: User):
        deadline = due_in(0)
        UserFactory.create(roles=[Role.FACILITATOR])

        assert plan_alerts(now=NOW) == 1

        message = Message.objects.get()
        assert (message.kind, message.channel, message.user) == (DEADLINE_ALERT, Channel.EMAIL, coordinator)
        assert (message.about, message.due_at) == (f"courts.Deadline:{deadline.pk}", NOW)
        assert message.expires_at is None

    def test_the_administrators_too_once_it_is_overdue(self, coordinator: User, administrator: User):
        due_in(-1)

        plan_alerts(now=NOW)

        assert told() == [coordinator, administrator]

    def test_one_who_is_both_once(self):
        both = UserFactory.create(roles=[Role.COORDINATOR, Role.ADMINISTRATOR])
        due_in(-1)

        plan_alerts(now=NOW)

        assert told() == [both]

    def test_the_administrators_where_nobody_coordinates(self, administrator: User):
        due_in(0)

        plan_alerts(now=NOW)

        assert told() == [administrator]

    def test_nobody_who_may_not_sign_in(self, coordinator: User):
        UserFactory.create(roles=[Role.COORDINATOR], is_active=False)
        due_in(0)

        plan_alerts(now=NOW)

        assert told() == [coordinator]

    def test_is_not_lost_while_there_is_nobody(self):
        deadline = due_in(0)

        assert plan_alerts(now=NOW) == 0
        assert alerts_on(deadline) == (None, TODAY)

        late = UserFactory.create(roles=[Role.COORDINATOR])
        assert plan_alerts(now=NOW) == 1
        assert told() == [late]


class TestWhen:
    @pytest.mark.parametrize(
        ("days", "next_one"),
        [
            (14, TODAY + timedelta(7)),
            (10, TODAY + timedelta(3)),
            (7, TODAY + timedelta(4)),
            (1, TODAY + timedelta(1)),
            (0, date(2026, 3, 5)),
            (-40, date(2026, 3, 5)),
        ],
    )
    def test_the_next_is_the_next_rung(self, coordinator: User, days: int, next_one: date):
        deadline = due_in(days)

        assert plan_alerts(now=NOW) == (days <= 0)
        assert alerts_on(deadline) == (TODAY, next_one)

    def test_once_a_day(self, coordinator: User):
        due_in(0)

        assert [plan_alerts(now=NOW + timedelta(hours=h)) for h in (0, 1, 12)] == [1, 0, 0]

    def test_not_before_its_day(self, coordinator: User):
        due_in(8, next_alert_on=TODAY + timedelta(1))

        assert plan_alerts(now=NOW) == 0

    def test_after_an_outage_one_for_all_the_rungs_that_were_missed(self, coordinator: User):
        deadline = due_in(-2, next_alert_on=TODAY - timedelta(16))

        assert plan_alerts(now=NOW) == 1
        assert alerts_on(deadline) == (TODAY, TODAY + timedelta(2))

    def test_the_courts_own_day_counts(self, coordinator: User):
        east = CourtFactory.create(time_zone="America/New_York", state="NY")
        DeadlineFactory.create(due_on=TODAY, next_alert_on=TODAY, referral=ReferralFactory.create(court=east))
        west = due_in(0)

        # Midnight has passed in New York, not in Seattle.
        assert plan_alerts(now=datetime.fromisoformat("2026-03-03T05:30Z")) == 1
        assert alerts_on(west) == (None, TODAY)

    def test_in_the_courts_evening_its_today_is_told(self, coordinator: User):
        deadline = due_in(7)

        # Half past nine on March 3 in Seattle; by UTC it is the 4th.
        plan_alerts(now=datetime.fromisoformat("2026-03-04T05:30Z"))

        assert alerts_on(deadline) == (TODAY, TODAY + timedelta(4))

    def test_holidays_of_its_state_are_skipped(self, coordinator: User):
        friday = date(2026, 11, 25)
        deadline = DeadlineFactory.create(due_on=friday, next_alert_on=friday)

        plan_alerts(now=datetime.fromisoformat("2026-11-25T20:00Z"))

        # Thanksgiving and, in Washington, the day after it.
        assert alerts_on(deadline)[1] == date(2026, 12, 1)

    def test_without_a_court_the_programs_calendar_counts(self, coordinator: User):
        referral = ReferralFactory.create(court=None, case_number="", kind="self", referrer="self")
        deadline = due_in(0, referral=referral)

        assert plan_alerts(now=NOW) == 1
        assert alerts_on(deadline)[0] == TODAY

    @pytest.mark.parametrize("silent", [{}, {"settled": True}])
    def test_never_what_is_silent(self, coordinator: User, silent: dict[str, object]):
        due_in(7, next_alert_on=None, **silent)

        assert plan_alerts(now=NOW) == 0


class TestWhatCanWait:
    """It stands in the digest, and its ladder goes on."""

    def test_but_for_what_was_laid_after_the_digest_and_falls_due_before_the_next(self, coordinator: User):
        due_in(1), due_in(2)

        # Nine in the morning in Seattle.
        assert plan_alerts(now=datetime.fromisoformat("2026-03-03T17:00Z")) == 1

    def test_but_for_what_falls_due_after_a_day_on_which_only_the_office_is_closed(self, coordinator: User):
        deadline = due_in(1)
        DayOffFactory.create(program=deadline.referral.program, on=TODAY)

        assert plan_alerts(now=NOW) == 1

    @pytest.mark.parametrize("days", [14, 7, 3, 1])
    def test_is_no_mail_of_its_own(self, coordinator: User, days: int):
        deadline = due_in(days)

        assert plan_alerts(now=NOW) == 0
        assert (alerts_on(deadline)[0], Message.objects.count()) == (TODAY, 0)

    def test_but_for_what_falls_due_before_anybody_works(self, coordinator: User):
        saturday = date(2026, 3, 7)
        due_in(6, next_alert_on=saturday)  # on Monday
        due_in(7, next_alert_on=saturday)

        assert plan_alerts(now=datetime.fromisoformat("2026-03-07T20:00Z")) == 1


def test_goes_through_more_than_one_batch(coordinator: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alerts, "AT_ONCE", 2)
    for _ in range(5):
        due_in(0)

    assert plan_alerts(now=NOW) == 5


def test_messages_and_next_day_stand_or_fall_together(coordinator: User, monkeypatch: pytest.MonkeyPatch):
    deadline = due_in(0)

    def fail(*_: object, **__: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(alerts, "plan", fail)
    with pytest.raises(OSError, match="disk full"):
        plan_alerts(now=NOW)

    assert alerts_on(deadline) == (None, TODAY)
