"""Whoever lost a phone ends all sessions at once."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import endings
from accounts.actions import sign_out_everywhere
from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/account/sign-out/everywhere/"


@pytest.fixture
def user(now: datetime) -> User:
    return UserFactory.create(roles=[Role.COORDINATOR])


def is_in(client: Client) -> bool:
    return client.get("/account/second-step/").status_code == 200


def test_every_session_ends_here_too(user: User) -> None:
    here, phone, colleague = signed_in(user), signed_in(user), signed_in(UserFactory.create(roles=[Role.CLERK]))
    assert "Sign out everywhere" in here.get(PAGE).content.decode()

    response = here.post(PAGE)

    assert (response.status_code, response["Location"]) == (302, "/account/sign-in/")
    assert [is_in(client) for client in (here, phone, colleague)] == [False, False, True]


def test_looking_at_the_page_ends_nothing(user: User) -> None:
    client = signed_in(user)
    client.get(PAGE)

    assert is_in(client)


def test_it_is_told_with_how_many(user: User, now: datetime) -> None:
    for _ in range(2):
        signed_in(user)
    Session.objects.create(session_key="gone", session_data="what nobody can read", expire_date=now)

    assert sign_out_everywhere(user=user, by=user, now=now) == 2

    (event,) = Event.objects.all()
    assert (event.verb, event.actor, event.record) == (
        "user.signed_out_everywhere",
        f"user:{user.pk}",
        f"accounts.User:{user.pk}",
    )
    assert event.facts == {"sessions": 2}


def test_a_session_of_somebody_whose_number_begins_alike_stays(user: User, now: datetime) -> None:
    another = UserFactory.create(pk=user.pk * 10, roles=[Role.CLERK])
    client = signed_in(another)
    sign_out_everywhere(user=user, by=user, now=now)

    assert is_in(client)


def test_whatever_dies_with_the_sessions_is_told(user: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[User, Actor, datetime]] = []

    def ending(*, user: User, by: Actor, now: datetime) -> None:
        heard.append((user, by, now))

    monkeypatch.setattr(endings, "_endings", [])
    for _ in range(2):
        endings.dies_with_the_sessions(ending)
    sign_out_everywhere(user=user, by=user, now=now)

    assert heard == [(user, user, now)]


def test_what_fails_ends_nothing(user: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError

    client = signed_in(user)
    monkeypatch.setattr(endings, "_endings", [fails])
    with pytest.raises(RuntimeError):
        sign_out_everywhere(user=user, by=user, now=now)

    assert (is_in(client), Event.objects.count()) == (True, 0)


def test_the_menu_leads_there(user: User) -> None:
    assert f'href="{PAGE}"' in signed_in(user).get("/account/second-step/").content.decode()


def test_an_expired_session_is_not_read(user: User, now: datetime) -> None:
    signed_in(user)

    assert sign_out_everywhere(user=user, by=user, now=now + timedelta(hours=13)) == 0
