import pytest
from django.test import Client
from pytest_django import Settings

from audit.models import Event
from audit.origin import origin
from tests.factories.accounts import InvitationFactory

pytestmark = pytest.mark.django_db

ACCEPTED = {"name": "Dana", "password1": "four quiet words walking", "password2": "four quiet words walking"}


def origins_after(client: Client, **headers: str) -> set[str]:
    InvitationFactory(token="t")
    client.post("/account/invitation/t/", ACCEPTED, headers=headers)
    return set(Event.objects.values_list("origin", flat=True))


def test_an_event_says_from_where_it_was_asked(now: object, client: Client) -> None:
    assert origins_after(client) == {"127.0.0.1"}
    assert origin.get() == ""


def test_nobody_makes_up_an_address(now: object, client: Client) -> None:
    assert origins_after(client, **{"x-forwarded-for": "198.51.100.7"}) == {"127.0.0.1"}


def test_behind_a_proxy_it_is_the_one_before(now: object, client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert origins_after(client, **{"x-forwarded-for": "203.0.113.9, 198.51.100.7"}) == {"198.51.100.7"}
