"""How long one stays signed in: as long as one works, a day at most, and through an evening."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.roles import Role
from accounts.staying import BEGAN, SEEN, STAYS
from programs.views.staying import AFTER, BEFORE
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import SessionFactory, SessionLeaderFactory
from tests.programs.evening import clock_at

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
IDLE = 30 * MINUTE
# A page of everybody's own, and the way in.
PAGE, DOOR = "/account/second-step/", "/account/sign-in/"


def at(client: Client, when: datetime, path: str = PAGE) -> str:
    """Where one lands: the page, or the door."""
    with clock_at(when):
        response = client.get(path)
    return response.headers.get("Location", path).partition("?")[0]


def kept(client: Client, when: datetime, what: str) -> float | None:
    """In the session, as it is read then."""
    with clock_at(when):
        found: float | None = client.session.get(what)
    return found


def coordinator() -> Client:
    with clock_at(NOW):
        return signed_in(UserFactory.create(roles=[Role.COORDINATOR]))


class TestIdle:
    def test_for_half_an_hour_nothing_happens(self):
        assert at(coordinator(), NOW + IDLE) == PAGE

    def test_then_one_is_asked_to_sign_in(self):
        client = coordinator()

        assert at(client, NOW + IDLE + MINUTE) == DOOR
        assert at(client, NOW) == DOOR, "also when the clock is turned back"

    def test_each_page_begins_it_anew(self):
        client = coordinator()

        assert [at(client, NOW + times * 25 * MINUTE) for times in range(1, 5)] == [PAGE] * 4

    def test_but_not_beyond_a_working_day(self, settings: Settings):
        client, day = coordinator(), timedelta(seconds=settings.SESSION_COOKIE_AGE)
        for minutes in range(25, 720, 25):
            assert at(client, NOW + minutes * MINUTE) == PAGE

        assert [at(client, NOW + day), at(client, NOW + day + MINUTE)] == [PAGE, DOOR]

    def test_the_office_may_say_otherwise(self, settings: Settings):
        settings.IDLE_MINUTES = 15

        assert at(coordinator(), NOW + 16 * MINUTE) == DOOR

    def test_where_one_wanted_to_go_is_kept(self):
        with clock_at(NOW + 2 * HOUR):
            client = coordinator()
        with clock_at(NOW + 4 * HOUR):
            client.get(PAGE)
        with clock_at(NOW + 6 * HOUR):
            assert client.get("/office/")["Location"] == f"{DOOR}?next=/office/"

    def test_whoever_was_signed_in_before_this_was_counted_stays(self):
        client, later = coordinator(), NOW + 3 * HOUR
        with clock_at(NOW):
            session = client.session
            del session[BEGAN], session[SEEN]
            session.save()

        assert at(client, later) == PAGE
        assert [kept(client, later, what) for what in (BEGAN, SEEN)] == [later.timestamp()] * 2

    @pytest.mark.parametrize(("seconds", "writes"), [(59, 0), (60, 1)])
    def test_it_is_written_down_once_a_minute(self, seconds: int, writes: int):
        client = coordinator()
        with CaptureQueriesContext(connection) as queries:
            at(client, NOW + timedelta(seconds=seconds))

        assert sum(query["sql"].startswith('UPDATE "django_session"') for query in queries) == writes

    def test_the_cookie_still_ends_with_the_browser(self):
        client = coordinator()
        at(client, NOW + 2 * MINUTE)

        assert {cookie["max-age"] for cookie in client.cookies.values()} == {""}

    def test_a_page_that_is_open_to_everybody_neither_ends_nor_prolongs_it(self):
        client = coordinator()
        at(client, NOW + 25 * MINUTE, "/account/inactive/")
        assert kept(client, NOW + 25 * MINUTE, SEEN) == NOW.timestamp()
        at(client, NOW + 2 * HOUR, "/account/inactive/")

        assert kept(client, NOW + 2 * HOUR, SEEN) == NOW.timestamp()


class TestAnEveningsRoster:
    """From six to eight; the leader signs in as it begins."""

    BEGINS = NOW + timedelta(days=7)
    ENDS = BEGINS + 2 * HOUR

    def door(self, *, opened: datetime, began: datetime | None = None) -> Client:
        """Whose roster was opened then."""
        self.session = SessionFactory.create(starts_at=began or self.BEGINS, minutes=120)
        user = UserFactory.create(roles=[Role.FACILITATOR])
        SessionLeaderFactory.create(session=self.session, user=user)
        with clock_at(opened):
            client = signed_in(user)
            assert client.get(f"/sessions/{self.session.pk}/").status_code == 200
        return client

    def test_stays_until_an_hour_after_the_end(self):
        client = self.door(opened=self.BEGINS)

        assert at(client, self.ENDS + AFTER) == PAGE

    def test_not_longer(self):
        assert at(self.door(opened=self.BEGINS), self.ENDS + AFTER + MINUTE) == DOOR

    def test_also_past_a_working_day(self, settings: Settings):
        client = self.door(opened=self.BEGINS)
        with clock_at(self.BEGINS):
            session = client.session
            session[BEGAN] = session[BEGAN] - settings.SESSION_COOKIE_AGE + 60
            session.save()

        assert at(client, self.BEGINS + HOUR) == PAGE
        assert at(client, self.ENDS + AFTER + MINUTE) == DOOR

    @pytest.mark.parametrize("opened", [BEGINS - BEFORE - MINUTE, ENDS + AFTER])
    def test_opened_on_another_day_it_keeps_nobody(self, opened: datetime):
        client = self.door(opened=opened)

        assert kept(client, opened, STAYS) is None
        assert at(client, opened + IDLE + MINUTE) == DOOR

    def test_an_earlier_one_shortens_nothing(self):
        client, until = self.door(opened=self.BEGINS), (self.ENDS + AFTER).timestamp()
        assert kept(client, self.BEGINS, STAYS) == until
        earlier = SessionFactory.create(starts_at=self.BEGINS - HOUR, minutes=60)
        SessionLeaderFactory.create(session=earlier, user=self.session.leaders.get())

        assert at(client, self.BEGINS, f"/sessions/{earlier.pk}/") == f"/sessions/{earlier.pk}/"
        assert kept(client, self.BEGINS, STAYS) == until
