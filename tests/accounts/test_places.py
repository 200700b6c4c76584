"""Where one is signed in, and ending it there."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.actions import NotAdministrator, sign_out_colleague
from accounts.models import User
from accounts.places import handle, places_of
from accounts.roles import Role
from audit.models import Event
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/account/places/"


@pytest.fixture
def user(now: datetime) -> User:
    return UserFactory.create(roles=[Role.COORDINATOR])


def of(client: Client) -> str:
    return handle(str(client.session.session_key))


def is_in(client: Client) -> bool:
    return client.get("/account/second-step/").status_code == 200


def test_each_is_shown_and_nobody_else_s(user: User, now: datetime) -> None:
    here, phone = signed_in(user), signed_in(user)
    colleague = signed_in(UserFactory.create(pk=user.pk * 10, roles=[Role.CLERK]))

    assert {place.handle for place in places_of(user, now)} == {of(here), of(phone)}
    page = here.get(PAGE).content.decode()
    assert (of(phone) in page, of(here) in page, of(colleague) in page) == (True, False, False)
    assert page.count("This one") == 1
    assert str(phone.session.session_key) not in page


def test_one_that_was_left_too_long_is_none(user: User, now: datetime) -> None:
    signed_in(user)

    assert places_of(user, now + timedelta(minutes=31)) == []


def test_one_is_ended(user: User) -> None:
    here, phone, tablet = (signed_in(user) for _ in range(3))
    response = here.post(PAGE, {"place": of(phone)})

    assert response["Location"] == PAGE
    assert [is_in(client) for client in (here, phone, tablet)] == [True, False, True]
    assert [(event.verb, event.facts) for event in Event.objects.all()] == [
        ("user.signed_out_elsewhere", {"sessions": 1})
    ]


def test_all_others_are_ended(user: User) -> None:
    here, phone, tablet = (signed_in(user) for _ in range(3))
    here.post(PAGE)

    assert [is_in(client) for client in (here, phone, tablet)] == [True, False, False]


def test_a_colleague_s_is_not_to_be_ended_here(user: User) -> None:
    here, colleague = signed_in(user), signed_in(UserFactory.create(roles=[Role.CLERK]))
    here.post(PAGE, {"place": of(colleague)})

    assert is_in(colleague)
    assert Event.objects.count() == 0


def test_it_says_what_and_from_where(user: User, now: datetime) -> None:
    client = signed_in(user)
    session = client.session
    session["agent"], session["address"] = "Firefox on Windows", "192.0.2.9"
    session.save()
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        is_in(client)

    (place,) = places_of(user, now + timedelta(minutes=5))
    assert place[1:] == ("Firefox on Windows", "192.0.2.9", now, now + timedelta(minutes=5))


def test_an_administrator_signs_a_colleague_out(user: User, now: datetime) -> None:
    phone, boss = signed_in(user), UserFactory.create(roles=[Role.ADMINISTRATOR])

    assert sign_out_colleague(user=user, by=boss, now=now) == 1
    assert not is_in(phone)


def test_a_coordinator_does_not(user: User, now: datetime) -> None:
    phone = signed_in(user)
    with pytest.raises(NotAdministrator):
        sign_out_colleague(user=user, by=UserFactory.create(roles=[Role.COORDINATOR]), now=now)

    assert is_in(phone)
