"""A guesser is stopped, and nobody is locked out by one: docs/adr/0019-lockout.md."""

from datetime import datetime

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import Device, User
from tests.accounts.test_sign_in import SIGN_IN, person, sign_in
from tests.factories.accounts import DeviceFactory

pytestmark = pytest.mark.django_db
HERS, OFFICE, EVIL = "her own browser's cookie", "198.51.100.7", "203.0.113.9"


def at(address: str, *, token: str = "") -> Client:
    client = Client(REMOTE_ADDR=address)
    if token:
        client.cookies[settings.DEVICE_COOKIE_NAME] = token
    return client


def comes_in(client: Client, user: User) -> bool:
    return sign_in(client, user.email) == "/"


def guess(user: User, address: str, times: int = 5, *, token: str = "") -> None:
    for _ in range(times):
        assert sign_in(at(address, token=token), user.email, "wrong") == ""


@pytest.fixture
def her(now: datetime) -> User:
    user = person(email="robin@onus.example")
    DeviceFactory.create(user=user, token=HERS, address=OFFICE)
    return user


def everybody_else_guesses(user: User) -> None:
    """Until no stranger may try any more."""
    for one in range(6):
        guess(user, f"203.0.113.{one}")
    assert not comes_in(at("203.0.113.200"), user)


def test_who_guesses_from_one_address_is_stopped(her: User) -> None:
    guess(her, EVIL)

    assert not comes_in(at(EVIL), her)
    assert comes_in(at("192.0.2.1"), her)


def test_who_guesses_from_many_is_stopped(her: User) -> None:
    everybody_else_guesses(her)


def test_she_comes_in_from_her_browser_wherever_it_is(her: User) -> None:
    everybody_else_guesses(her)

    assert comes_in(at("192.0.2.1", token=HERS), her)


def test_she_comes_in_from_her_usual_address_with_another_browser(her: User) -> None:
    everybody_else_guesses(her)

    assert comes_in(at(OFFICE), her)


def test_she_comes_in_from_her_browser_where_somebody_guesses_beside_her(her: User) -> None:
    guess(her, OFFICE)

    assert not comes_in(at(OFFICE), her)
    assert comes_in(at(OFFICE, token=HERS), her)


def test_her_browser_in_other_hands_is_stopped_too(her: User) -> None:
    guess(her, EVIL, 10, token=HERS)

    assert not comes_in(at(EVIL, token=HERS), her)


def test_another_s_browser_is_none_of_hers(her: User) -> None:
    DeviceFactory.create(user=person(email="another@onus.example"), token="another's")
    guess(her, EVIL, token="another's")

    assert not comes_in(at(EVIL, token="another's"), her)


def test_one_not_used_for_a_year_is_a_stranger_s(her: User, now: datetime) -> None:
    Device.objects.update(first_at=now.replace(year=2024), last_at=now.replace(year=2024))
    everybody_else_guesses(her)

    assert not comes_in(at(OFFICE, token=HERS), her)


def test_who_guesses_at_many_people_is_stopped(now: datetime) -> None:
    for one in range(20):
        sign_in(at(EVIL), f"nobody{one}@onus.example", "wrong")

    assert not comes_in(at(EVIL), person())


def test_a_new_password_by_mail_lets_her_in_at_a_new_desk(her: User) -> None:
    everybody_else_guesses(her)
    client = at("192.0.2.1")
    client.post("/account/password/reset/", {"email": her.email})
    link = next(line for line in str(mail.outbox[-1].body).splitlines() if line.startswith("http"))
    new = "five other words entirely here"
    client.post(client.get(link)["Location"], {"password1": new, "password2": new})

    assert sign_in(client, her.email, new) == "/"


def test_a_try_too_many_stands_in_the_log(her: User, caplog: pytest.LogCaptureFixture) -> None:
    guess(her, EVIL, 6)

    said = [record.getMessage() for record in caplog.records if record.name.startswith("accounts")]
    assert said == ["a password was not looked at: too many tries"]


@pytest.mark.parametrize("login", ["robin@onus.example", "nobody@onus.example"])
def test_the_limit_tells_nothing_of_who_signs_in_here(her: User, login: str) -> None:
    client = at(EVIL)
    said = [
        client.post(SIGN_IN, {"login": login, "password": "wrong"}).context["form"].non_field_errors() for _ in range(6)
    ]

    assert said[-1] == ["Too many tries. Wait five minutes, then try again."]
    assert len({str(one) for one in said[:-1]}) == 1


class TestBehindProxies:
    @pytest.fixture(autouse=True)
    def _two(self, settings: Settings) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    def test_counted_is_who_asked_the_first_of_ours(self, her: User) -> None:
        for one in range(5):
            forged = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{one}, {EVIL}, 10.0.0.2")
            assert sign_in(forged, her.email, "wrong") == ""

        evil = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.99, {EVIL}, 10.0.0.2")
        other = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.5, 10.0.0.2")
        assert not comes_in(evil, her)
        assert comes_in(other, her)
