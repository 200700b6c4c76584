"""The address of a calendar: made, renewed, and what it dies with."""

from datetime import timedelta

import pytest

from accounts.actions import sign_out_everywhere
from accounts.models import RoleGrant, User, hashed
from accounts.roles import Role
from programs.actions.feeds import (
    AHEAD,
    BACK,
    NoFacilitator,
    end_feed,
    end_orphaned,
    evenings_of,
    make_feed,
    reader,
)
from programs.models import CalendarFeed, Cohort, Session, SessionLeader
from programs.tasks import plan
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import SessionFactory, SessionLeaderFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader() -> User:
    return UserFactory.create(roles=[Role.FACILITATOR])


def led(leader: User, **fields: object) -> Session:
    session = SessionFactory.create(**{"starts_at": NOW + timedelta(days=1), **fields})
    SessionLeaderFactory.create(session=session, user=leader)
    return session


class TestTheAddress:
    def test_only_its_hash_is_kept(self, leader: User):
        token = make_feed(by=leader, now=NOW)

        feed = CalendarFeed.objects.get()
        assert (feed.user, feed.token_hash, feed.made_at) == (leader, hashed(token), NOW)
        assert told() == [(f"user:{leader.pk}", "calendar_feed.made", f"programs.CalendarFeed:{feed.pk}")]
        assert reader(token) == leader

    def test_renewed_the_old_one_is_gone(self, leader: User):
        old, new = (make_feed(by=leader, now=NOW) for _ in range(2))

        assert (reader(old), reader(new)) == (None, leader)

    def test_is_for_those_who_lead(self):
        refuses(NoFacilitator, make_feed, by=UserFactory.create(roles=[Role.COORDINATOR]), now=NOW)

    def test_unknown_it_is_nobodys(self, leader: User):
        make_feed(by=leader, now=NOW)

        assert [reader(token) for token in ("", "unknown", CalendarFeed.objects.get().token_hash)] == [None] * 3

    def test_taken_away(self, leader: User):
        token = make_feed(by=leader, now=NOW)
        feed = CalendarFeed.objects.get().pk

        assert [end_feed(user=leader, by=leader, now=NOW) for _ in range(2)] == [True, False]
        assert reader(token) is None
        assert told(after=1) == [(f"user:{leader.pk}", "calendar_feed.ended", f"programs.CalendarFeed:{feed}")]


class TestDeath:
    @pytest.fixture
    def token(self, leader: User) -> str:
        another = UserFactory.create(roles=[Role.FACILITATOR])
        make_feed(by=another, now=NOW)
        return make_feed(by=leader, now=NOW)

    def test_with_signing_out_everywhere(self, leader: User, token: str):
        sign_out_everywhere(user=leader, by=leader, now=NOW)

        assert reader(token) is None
        assert CalendarFeed.objects.filter(user=leader).count() == 0
        assert CalendarFeed.objects.count() == 1

    def test_with_the_account_and_it_does_not_come_back(self, leader: User, token: str):
        User.objects.filter(pk=leader.pk).update(is_active=False)
        assert reader(token) is None
        assert end_orphaned(now=NOW) == 1
        User.objects.filter(pk=leader.pk).update(is_active=True)

        assert reader(token) is None
        assert CalendarFeed.objects.count() == 1

    def test_with_the_role(self, leader: User, token: str):
        RoleGrant.objects.filter(user=leader).update(ended_at=NOW)

        assert reader(token) is None
        assert end_orphaned(now=NOW) == 1

    def test_each_minute(self, leader: User, token: str):
        RoleGrant.objects.filter(user=leader).update(ended_at=NOW)
        plan()

        assert CalendarFeed.objects.filter(user=leader).count() == 0
        assert [(who, what) for who, what, _ in told(after=2)] == [("task:programs.plan", "calendar_feed.ended")]

    def test_nobody_elses(self, token: str):
        assert end_orphaned(now=NOW) == 0


class TestEvenings:
    def starts(self, leader: User) -> list[object]:
        return [evening.starts_at for evening in evenings_of(leader, now=NOW)]

    def test_those_that_one_leads_or_stands_in_for(self, leader: User):
        own = led(leader)
        other = SessionFactory.create(starts_at=NOW + timedelta(days=2))
        SessionLeaderFactory.create(session=other, user=leader, role=SessionLeader.Role.SUBSTITUTE)
        SessionLeaderFactory.create(session__starts_at=NOW + timedelta(days=3))

        assert self.starts(leader) == [own.starts_at, other.starts_at]

    def test_of_the_office_too_only_ones_own(self):
        both = UserFactory.create(roles=[Role.FACILITATOR, Role.COORDINATOR])
        SessionFactory.create(starts_at=NOW + timedelta(days=3))

        assert self.starts(both) == []

    def test_not_the_canceled(self, leader: User):
        led(leader, state="canceled", canceled_why="weather")

        assert self.starts(leader) == []

    def test_not_of_a_cohort_that_is_over(self, leader: User):
        led(leader)
        makeup = led(leader, cohort=None)
        Cohort.objects.update(closed_at=NOW)

        assert self.starts(leader) == [makeup.starts_at]

    def test_a_month_back_and_four_ahead(self, leader: User):
        second = timedelta(seconds=1)
        days = [NOW - BACK - second, NOW - BACK, NOW + AHEAD - second, NOW + AHEAD]
        for day in days:
            led(leader, starts_at=day)

        assert self.starts(leader) == days[1:3]

    def test_each_has_one_name_for_good_that_tells_nothing(self, leader: User):
        session = led(leader)
        first, again = (evenings_of(leader, now=NOW)[0].uid for _ in range(2))
        another = led(leader, starts_at=NOW + timedelta(days=2))

        assert first == again != evenings_of(leader, now=NOW)[1].uid
        assert (len(first), first.endswith("@appointments")) == (32 + len("@appointments"), True)
        assert another.pk != session.pk
