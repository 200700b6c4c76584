"""A facilitator's evenings in a phone's calendar: the page that makes the address, and what is read by it."""

import logging
import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from programs.actions.feeds import make_feed
from programs.models import CalendarFeed
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import SessionFactory, SessionLeaderFactory
from tests.programs.evening import asked, clock_at, text_of

pytestmark = pytest.mark.django_db
PAGE = "/sessions/calendar/"


@pytest.fixture
def leader() -> User:
    return UserFactory.create(roles=[Role.FACILITATOR])


def evening_of(leader: User, **fields: object) -> None:
    session = SessionFactory.create(
        starts_at=NOW + timedelta(days=1), place="Room 2, 516 Court Street", cohort__name="Tuesday Buyers", **fields
    )
    SessionLeaderFactory.create(session=session, user=leader)


# --- what is read


def test_it_says_when_and_nothing_else(client: Client, leader: User) -> None:
    evening_of(leader, module__theme="Masculinity")
    token = make_feed(by=leader, now=NOW)
    with clock_at(NOW):
        response = client.get(f"{PAGE}{token}.ics")

    said = response.content.decode()
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert sorted({line.partition(":")[0] for line in said.splitlines()}) == [
        "BEGIN", "CLASS", "DTEND", "DTSTAMP", "DTSTART", "END", "METHOD", "PRODID", "SUMMARY", "UID", "VERSION",
    ]  # fmt: skip
    assert "SUMMARY:Appointment\r\n" in said
    assert [word for word in ("Tuesday", "Court", "Masculinity", "Week", leader.name) if word in said] == []


def test_it_touches_no_session_and_sets_no_cookie(client: Client, leader: User) -> None:
    evening_of(leader)
    token = make_feed(by=leader, now=NOW)
    with clock_at(NOW), asked() as queries:
        response = client.get(f"{PAGE}{token}.ics")

    assert [query for query in queries if "django_session" in query] == []
    assert len(queries) == 3
    assert (dict(response.cookies), response["Cache-Control"]) == ({}, "no-store")


def test_who_may_not_read_it_any_more_gets_what_a_stranger_gets(client: Client, leader: User) -> None:
    token = make_feed(by=leader, now=NOW)
    User.objects.update(is_active=False)
    gone, unknown = (client.get(f"{PAGE}{each}.ics") for each in (token, "unknown"))

    assert (gone.status_code, gone.content, dict(gone.headers)) == (404, unknown.content, dict(unknown.headers))


def test_no_log_shows_an_address_that_may_be_used(
    client: Client, leader: User, caplog: pytest.LogCaptureFixture
) -> None:
    """Django logs the path of what isn't found; the handler of the house leaves the key out before it is written."""
    token = make_feed(by=leader, now=NOW)
    User.objects.update(is_active=False)
    with caplog.at_level(logging.DEBUG):
        client.get(f"{PAGE}{token}.ics")

    assert [record.getMessage() for record in caplog.records if record.name == "django.request"] == [
        "404 GET /sessions/calendar/….ics"
    ]
    assert token not in caplog.text


# --- the page


def address_on(response: object) -> str:
    (found,) = re.findall(r'value="(http[^"]+)"', response.content.decode())  # type: ignore[attr-defined]
    return str(found)


def test_an_address_is_shown_once(leader: User) -> None:
    client = signed_in(leader)
    made = client.post(PAGE)
    address = address_on(made)

    assert address.startswith("http://localhost:8000/sessions/calendar/")
    assert Client().get(address.removeprefix("http://localhost:8000")).status_code == 200
    again = client.get(PAGE)
    assert 'value="http' not in again.content.decode()
    assert "It can't be shown again; a new one ends the old one." in text_of(again)


def test_a_new_one_ends_the_old_one(leader: User) -> None:
    client = signed_in(leader)
    old, new = (address_on(client.post(PAGE)).removeprefix("http://localhost:8000") for _ in range(2))

    assert [Client().get(each).status_code for each in (old, new)] == [404, 200]


def test_removed(leader: User) -> None:
    client = signed_in(leader)
    address = address_on(client.post(PAGE)).removeprefix("http://localhost:8000")
    response = client.post(PAGE, {"remove": "1"})

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert (CalendarFeed.objects.count(), Client().get(address).status_code) == (0, 404)
    assert "Make an address" in text_of(client.get(PAGE))


def test_the_list_leads_there_whoever_leads(leader: User) -> None:
    coordinator = UserFactory.create(roles=[Role.COORDINATOR])

    assert [PAGE in signed_in(user).get("/sessions/").content.decode() for user in (leader, coordinator)] == [
        True,
        False,
    ]
