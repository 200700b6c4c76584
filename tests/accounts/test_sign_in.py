"""Signing in as a person does it: pages, forms, codes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from tests.access.people import PASSWORD, code_of, signed_in, with_authenticator
from tests.factories.accounts import UserFactory
from tools.servers import free_port

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"
SHOW = "/account/second-step/show/"


def person(*roles: Role, **fields: object) -> User:
    user: User = UserFactory(roles=roles or [Role.COORDINATOR], **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    """Where one is sent; empty: the form comes again."""
    response = client.post(SIGN_IN, {"login": email, "password": password})
    return response.headers.get("Location", "")


def said(client: Client, path: str, **fields: str) -> list[str]:
    form = client.post(path, fields).context["form"]
    return [error for errors in form.errors.values() for error in errors]


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_the_door_is_shown_to_whoever_comes(client: Client) -> None:
    response = client.get("/account/password/change/")

    assert (response.status_code, response["Location"]) == (
        302,
        "/account/sign-in/?next=/account/password/change/",
    )
    assert client.get(SIGN_IN).status_code == 200


def test_with_password_and_authenticator(client: Client, now: datetime) -> None:
    user = person(email="robin@onus.example")
    secret = with_authenticator(user)

    assert sign_in(client, "Robin@Onus.example") == SHOW
    assert signed_in_as(client) is None
    assert client.get(SHOW).status_code == 200
    assert client.post(SHOW, {"code": code_of(secret)})["Location"] == "/"
    assert signed_in_as(client) == str(user.pk)
    assert client.get("/")["Location"] == "/office/"


def test_it_is_told_to_the_audit_trail(client: Client, now: datetime) -> None:
    user = person(email="robin@onus.example")
    secret = with_authenticator(user)
    sign_in(client, user.email)
    client.post(SHOW, {"code": code_of(secret)})

    (event,) = Event.objects.all()
    assert (event.verb, event.actor, event.at) == ("user.signed_in", f"user:{user.pk}", now)
    assert event.facts == {"ways": ["mfa", "password"]}


def test_so_is_a_wrong_second_step(client: Client, now: datetime) -> None:
    user, made_up = person(), {"credential": '{"rawId": "%", "response": {}}'}
    with_authenticator(user)
    sign_in(client, user.email)
    client.post(SHOW, {"code": "000000"})
    client.post(SHOW, made_up)
    client.post("/account/second-step/again/", {"code": "000000"})
    signed_in(user).post("/account/second-step/again/", {"code": "000000"})

    assert told() == [("user.second_step_failed", f"accounts.User:{user.pk}")] * 3


def test_and_a_wrong_mailed_code(client: Client, now: datetime) -> None:
    user = person(Role.CLERK)
    sign_in(client, user.email)
    for _ in range(3):
        client.post("/account/sign-in/code/", {"code": "BCDF-GHJK"})

    assert told() == [("user.second_step_failed", f"accounts.User:{user.pk}")] * 3


def told() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("pk").values_list("verb", "record"))


def test_where_one_wanted_to_go_is_kept(client: Client, now: datetime) -> None:
    user = person()
    secret = with_authenticator(user)
    client.post(f"{SIGN_IN}?next=/office/", {"login": user.email, "password": PASSWORD, "next": "/office/"})

    assert client.post(SHOW, {"code": code_of(secret)})["Location"] == "/office/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, now: datetime, elsewhere: str) -> None:
    user = person()
    secret = with_authenticator(user)
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": elsewhere})

    assert client.post(SHOW, {"code": code_of(secret)})["Location"] == "/"


def test_a_code_works_once(client: Client, now: datetime) -> None:
    user = person()
    secret = with_authenticator(user)
    sign_in(client, user.email)
    client.post(SHOW, {"code": code_of(secret)})
    other = Client()
    sign_in(other, user.email)

    assert said(other, SHOW, code=code_of(secret)) == [
        "That code isn't right, or it has been used. Enter the newest one."
    ]
    assert signed_in_as(other) is None


@pytest.mark.parametrize("steps", [-1, 1], ids=["the one before", "the one after"])
def test_only_the_present_code_works(client: Client, now: datetime, steps: int) -> None:
    """Else the guard against a second use would forget a code while it still works."""
    user = person()
    secret = with_authenticator(user)
    sign_in(client, user.email)

    assert said(client, SHOW, code=code_of(secret, steps=steps)) != []


def test_a_recovery_code_works_once(client: Client, now: datetime) -> None:
    user = person()
    with_authenticator(user)
    code = recovery_codes(user)[3]
    sign_in(client, user.email)
    other = Client()
    sign_in(other, user.email)

    assert client.post(SHOW, {"code": code})["Location"] == "/"
    assert said(other, SHOW, code=code) != []
    assert len(recovery_codes(user)) == 9


def recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def test_the_second_step_cannot_be_guessed(client: Client, now: datetime) -> None:
    user = person()
    secret = with_authenticator(user)
    sign_in(client, user.email)
    for guess in range(5):
        assert said(client, SHOW, code=f"00000{guess}") != []

    assert said(client, SHOW, code=code_of(secret)) == ["Too many tries. Wait five minutes, then try again."]


def test_a_password_cannot_be_guessed(client: Client, now: datetime) -> None:
    user = person()
    for _ in range(5):
        assert sign_in(client, user.email, "wrong") == ""

    assert said(client, SIGN_IN, login=user.email, password=PASSWORD) == [
        "Too many tries. Wait five minutes, then try again."
    ]
    with time_machine.travel(now + timedelta(minutes=5, seconds=1), tick=False):
        assert sign_in(Client(), user.email) == "/"


def test_known_and_unknown_addresses_get_one_answer(client: Client) -> None:
    user, gone = person(), person(is_active=False)
    answers = [
        said(client, SIGN_IN, login=login, password="wrong words altogether")
        for login in (user.email, gone.email, "nobody@onus.example")
    ]

    assert answers == [["That address and password don't go together. Check both and try again."]] * 3
    assert [event.record for event in Event.objects.filter(verb="user.sign_in_failed").order_by("id")] == [
        f"accounts.User:{user.pk}",
        f"accounts.User:{gone.pk}",
        "accounts.User:unknown",
    ]


def test_a_closed_account_stays_out(client: Client) -> None:
    user = person(is_active=False)

    assert sign_in(client, user.email) == "/account/inactive/"
    assert client.get("/account/inactive/").status_code == 200
    assert signed_in_as(client) is None


def test_nobody_signs_up(client: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert not get_adapter().is_open_for_signup(None)
    assert client.get("/account/signup/").status_code == 404


# --- a clerk's code by mail


@pytest.mark.parametrize("roles", [[Role.CLERK], [Role.PARTNER], [Role.CLERK, Role.PARTNER]], ids=str)
def test_who_works_at_the_courts_may_use_the_court_s_mail(roles: list[Role], client: Client, now: datetime) -> None:
    user = person(*roles, email="clerk@court.example")

    assert sign_in(client, user.email) == "/account/sign-in/code/"
    assert signed_in_as(client) is None
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["clerk@court.example"], "Your sign-in code")
    assert client.get("/account/sign-in/code/").status_code == 200
    assert client.post("/account/sign-in/code/", {"code": mailed_code()})["Location"] == "/"
    assert client.get("/")["Location"] == "/court/"


@pytest.fixture
def no_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = free_port()


@pytest.mark.usefixtures("no_mail_server")
def test_a_mail_server_that_is_down_is_said(client: Client, now: datetime) -> None:
    user = person(Role.CLERK)
    response = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert (response.status_code, signed_in_as(client)) == (503, None)
    assert "No code was sent" in response.content.decode()


@pytest.mark.usefixtures("no_mail_server")
def test_of_a_forgotten_password_it_is_not_said(client: Client, now: datetime) -> None:
    """Or it would tell who signs in here."""
    person(email="robin@onus.example")
    asked = [client.post("/account/password/reset/", {"email": f"{who}@onus.example"}) for who in ("robin", "nobody")]

    assert [(one.status_code, one["Location"]) for one in asked] == [(302, "/account/password/reset/done/")] * 2


def mailed_code() -> str:
    return str(mail.outbox[-1].body).splitlines()[0].removeprefix("Your code: ")


def test_a_mailed_code_lives_fifteen_minutes(client: Client, now: datetime) -> None:
    user = person(Role.CLERK)
    sign_in(client, user.email)
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        response = client.post("/account/sign-in/code/", {"code": mailed_code()})

    assert (response["Location"], signed_in_as(client)) == (SIGN_IN, None)


def test_a_mailed_code_cannot_be_guessed(client: Client, now: datetime) -> None:
    user = person(Role.CLERK)
    sign_in(client, user.email)
    for _ in range(3):
        client.post("/account/sign-in/code/", {"code": "BCDF-GHJK"})
    response = client.post("/account/sign-in/code/", {"code": mailed_code()})

    assert (response["Location"], signed_in_as(client)) == (SIGN_IN, None)


def test_another_code_can_be_had(client: Client, now: datetime) -> None:
    user = person(Role.CLERK)
    sign_in(client, user.email)
    first = mailed_code()
    client.post("/account/sign-in/code/", {"action": "resend"})

    assert said(client, "/account/sign-in/code/", code=first) != []
    assert client.post("/account/sign-in/code/", {"code": mailed_code()})["Location"] == "/"


def test_a_clerk_with_an_authenticator_shows_that(client: Client, now: datetime) -> None:
    user = person(Role.CLERK)
    with_authenticator(user)

    assert sign_in(client, user.email) == SHOW
    assert mail.outbox == []


def test_a_clerk_who_is_more_than_that_needs_an_authenticator(client: Client, now: datetime) -> None:
    user = person(Role.CLERK, Role.COORDINATOR)

    assert sign_in(client, user.email) == "/"
    assert mail.outbox == []
    assert client.get("/")["Location"] == "/account/second-step/?next=%2F"


# --- forgotten passwords


def test_a_new_password_by_mail(client: Client, now: datetime) -> None:
    user = person(email="robin@onus.example")

    assert client.post("/account/password/reset/", {"email": "Robin@onus.example"}).status_code == 302
    (message,) = mail.outbox
    link = next(line for line in str(message.body).splitlines() if line.startswith("http"))
    assert link.startswith("http://localhost:8000/account/password/reset/key/")
    form_at = client.get(link)["Location"]
    new = "five other words entirely here"
    assert client.post(form_at, {"password1": new, "password2": new}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get(link).context["token_fail"] is True
    assert [event.verb for event in Event.objects.all()] == ["user.password_reset"]


def test_after_a_new_password_the_second_step_is_asked_for_all_the_same(client: Client, now: datetime) -> None:
    user = person()
    with_authenticator(user)
    client.post("/account/password/reset/", {"email": user.email})
    link = next(line for line in str(mail.outbox[0].body).splitlines() if line.startswith("http"))
    new = "five other words entirely here"
    client.post(client.get(link)["Location"], {"password1": new, "password2": new})

    assert signed_in_as(client) is None
    assert sign_in(client, user.email, new) == SHOW
    assert signed_in_as(client) is None


def test_an_unknown_address_learns_nothing(client: Client) -> None:
    person(email="robin@onus.example")
    known = client.post("/account/password/reset/", {"email": "robin@onus.example"})
    sent = len(mail.outbox)
    unknown = client.post("/account/password/reset/", {"email": "nobody@onus.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert (sent, len(mail.outbox)) == (1, 1)


def test_the_mail_goes_once_the_answer_has_gone(rf: RequestFactory, now: datetime) -> None:
    """Whoever waits for the answer can't tell by its time that a mail was sent."""
    person(email="robin@onus.example")
    request = rf.post("/account/password/reset/", {"email": "robin@onus.example"})
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    # Not by the test client, which closes each answer by itself.
    response = WSGIHandler().get_response(request)
    before = len(mail.outbox)
    response.close()

    assert (response.status_code, before, len(mail.outbox)) == (302, 0, 1)


@pytest.mark.parametrize(
    "password", ["short words", "password1234", "robin@onus.example"], ids=["short", "common", "the address"]
)
def test_weak_passwords_are_refused(client: Client, password: str) -> None:
    user = person(email="robin@onus.example")
    client.post("/account/password/reset/", {"email": user.email})
    link = next(line for line in str(mail.outbox[0].body).splitlines() if line.startswith("http"))
    form_at = client.get(link)["Location"]

    assert said(client, form_at, password1=password, password2=password) != []
