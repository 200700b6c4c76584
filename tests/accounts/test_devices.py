"""A browser that is new is told of by mail; one that isn't, not."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.agents import in_words
from accounts.models import Device, User, hashed
from audit.models import Event
from tests.accounts.test_sign_in import person, sign_in
from tests.factories.accounts import DeviceFactory

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"
COOKIE = settings.DEVICE_COOKIE_NAME


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (EDGE, "Edge on Windows"),
        (CHROME, "Chrome on an Android device"),
        (SAFARI, "Safari on an iPhone"),
        ("curl/8 (Linux)", "A browser on Linux"),
        ("Firefox/1", "Firefox"),
        ("", "An unknown browser"),
    ],
)
def test_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words


@pytest.fixture
def user(now: datetime, db: None) -> User:
    return person(email="robin@onus.example")


def browser(agent: str = FIREFOX) -> Client:
    return Client(HTTP_USER_AGENT=agent, REMOTE_ADDR="192.0.2.9")


def test_the_very_first_is_not_told(user: User) -> None:
    client = browser()
    sign_in(client, user.email)

    (device,) = Device.objects.all()
    assert (device.user, device.token_hash) == (user, hashed(client.cookies[COOKIE].value))
    assert mail.outbox == []


def test_another_one_is_told_in_words_that_give_nothing_away(user: User) -> None:
    DeviceFactory.create(user=user)
    sign_in(browser(EDGE), user.email)

    (message,) = mail.outbox
    assert (message.to, message.subject) == ([user.email], "A new sign-in")
    assert str(message.body).splitlines()[:4] == [
        "You signed in with a browser that you had not used here before: Edge on Windows.",
        "",
        "When: Tue, Mar 3, 2026, 12:00 p.m. UTC",
        "From: 192.0.2.9",
    ]
    assert f"{settings.SITE_URL}/account/places/" in str(message.body).splitlines()
    assert [event.verb for event in Event.objects.order_by("id")] == ["user.signed_in", "user.new_device"]


def test_once(user: User, now: datetime) -> None:
    DeviceFactory.create(user=user)
    client = browser()
    sign_in(client, user.email)
    client.post("/account/sign-out/")
    with time_machine.travel(now + timedelta(days=300), tick=False):
        sign_in(client, user.email)

    assert len(mail.outbox) == 1
    assert Device.objects.filter(user=user).count() == 2


def test_a_browser_that_two_share_is_new_to_each(user: User) -> None:
    client, colleague = browser(), person(email="kim@onus.example")
    DeviceFactory.create(user=colleague)
    sign_in(client, user.email)
    token = client.cookies[COOKIE].value
    client.post("/account/sign-out/")
    sign_in(client, colleague.email)

    assert client.cookies[COOKIE].value == token
    assert [message.to for message in mail.outbox] == [[colleague.email]]


def test_a_wrong_password_makes_none_known(user: User) -> None:
    client = browser()
    sign_in(client, user.email, "wrong")

    assert (COOKIE in client.cookies, Device.objects.count()) == (False, 0)


def test_the_cookie_is_this_host_s_alone(user: User) -> None:
    client = browser()
    sign_in(client, user.email)

    cookie = client.cookies["__Host-device"]
    assert {key: cookie[key] for key in ("secure", "httponly", "samesite", "path", "domain", "max-age")} == {
        "secure": True,
        "httponly": True,
        "samesite": "Lax",
        "path": "/",
        "domain": "",
        "max-age": 365 * 24 * 60 * 60,
    }
