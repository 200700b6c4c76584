"""How passwords are kept, and which are taken."""

from datetime import datetime, timedelta

import pytest
import time_machine
from allauth.core.context import request_context
from django.contrib.auth import hashers
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import mail
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from accounts.views import ForgotPassword
from tests.accounts.test_sign_in import SIGN_IN, person, sign_in
from tests.factories.accounts import UserFactory


@pytest.fixture
def as_served(_cheap_passwords: None, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("as_served")
def test_an_older_one_is_kept_anew_at_the_next_sign_in(client: Client) -> None:
    old = PBKDF2PasswordHasher().encode("four quiet words walking", "salt" * 6, 1000)
    user = UserFactory.create(password=old)
    sign_in(client, user.email)

    user.refresh_from_db()
    assert identify_hasher(user.password).algorithm == "argon2"
    assert user.check_password("four quiet words walking")


@pytest.mark.parametrize(
    "password",
    [
        "thirteen signs",
        "all of them small letters",
        "a passphrase of many words " * 10,
        "żółw na łące, 龜 and 🐢 too",
    ],
)
def test_this_is_taken(password: str) -> None:
    validate_password(password, User(email="robin@onus.example", name="Robin"))


@pytest.mark.parametrize("password", ["eleven sign", "password1234", "robin@onus.example"])
def test_this_is_not(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(email="robin@onus.example", name="Robin"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other", [" Żółw Na Łące ", "Żółw Na Łące", " żółw na łące ", " Żółw Na Łąc", " Żółw Na Łące x"]
)
def test_it_is_taken_as_it_was_typed(other: str, now: datetime) -> None:
    """Neither trimmed nor cut, nor in small letters."""
    user = UserFactory.create(roles=[Role.COORDINATOR], password=hashers.make_password(" Żółw Na Łące "))

    assert (sign_in(Client(), user.email, other) == "/") == (other == " Żółw Na Łące ")


@pytest.mark.django_db
def test_a_long_one_is_taken_to_its_end(now: datetime) -> None:
    long = "a passphrase of many words " * 10
    user = UserFactory.create(roles=[Role.COORDINATOR], password=hashers.make_password(long))

    assert [sign_in(Client(), user.email, one) for one in (long[:-2], long)] == ["", "/"]


@pytest.mark.django_db
def test_none_expires(client: Client, now: datetime) -> None:
    user = person()
    with time_machine.travel(now + timedelta(days=10 * 365), tick=False):
        assert sign_in(client, user.email) == "/"
        assert client.get("/")["Location"].startswith("/account/second-step/")


@pytest.mark.django_db
def test_a_field_takes_long_ones_and_what_is_pasted(client: Client) -> None:
    page = client.get(SIGN_IN).content.decode()
    field = page[page.index('type="password"') - 200 : page.index('type="password"') + 300]

    assert "maxlength" not in field
    assert "onpaste" not in page
    assert 'autocomplete="current-password"' in field


# --- Known and unknown addresses: one answer, and one run of the hasher


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "mails"), [("known", 1), ("unknown", 0)])
def test_a_forgotten_one_is_mailed_when_the_answer_is_sent(who: str, mails: int) -> None:
    """Whoever waits for the answer doesn't wait for the mail server."""
    person(email="known@onus.example")
    request = RequestFactory().post("/account/password/reset/", {"email": f"{who}@onus.example"})
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    request.user = AnonymousUser()
    with request_context(request):
        response = ForgotPassword.as_view()(request)
    sent_before = len(mail.outbox)
    response.close()

    assert (response.status_code, response["Location"]) == (302, "/account/password/reset/done/")
    assert (sent_before, len(mail.outbox)) == (0, mails)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self: hashers.MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return seen


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["known", "unknown", "closed", "without a password"])
def test_signing_in_takes_one_run_of_the_hasher(client: Client, runs: list[str], who: str) -> None:
    person(email="known@onus.example")
    person(email="closed@onus.example", is_active=False)
    UserFactory.create(email="without@onus.example", password="!")
    runs.clear()
    response = client.post(
        SIGN_IN, {"login": f"{who.partition(' ')[0]}@onus.example", "password": "wrong words altogether"}
    )

    assert (response.status_code, len(runs)) == (200, 1)
    assert response.context["form"].non_field_errors() == [
        "That address and password don't go together. Check both and try again."
    ]
