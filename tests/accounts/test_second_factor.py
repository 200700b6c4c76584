"""Without a second factor nothing is open but the way to one."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from tests.access.people import PASSWORD, code_of, factors_of, signed_in, with_authenticator
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

SETTING_UP = "/account/second-step/"
APP = "/account/second-step/authenticator/"
CODES = "/account/second-step/recovery-codes/"
AGAIN = "/account/second-step/again/"
PASSKEYS = "/account/second-step/passkeys/"


def coordinator() -> User:
    user: User = UserFactory(roles=[Role.COORDINATOR])
    user.set_password(PASSWORD)
    user.save()
    return user


def with_password_only(user: User) -> Client:
    client = Client()
    client.post("/account/sign-in/", {"login": user.email, "password": PASSWORD})
    return client


def goes_to(client: Client, path: str) -> str:
    return client.get(path).headers.get("Location", "")


def set_up(client: Client) -> str:
    """An authenticator app, as one does it; its secret."""
    secret: str = client.get(APP).context["form"].secret
    assert client.post(APP, {"code": code_of(secret)})["Location"] == CODES
    return secret


# --- the middleware


@pytest.mark.parametrize("path", ["/", "/account/password/change/", CODES, PASSKEYS, AGAIN])
def test_whoever_has_none_is_sent_to_set_one_up(path: str) -> None:
    client = with_password_only(coordinator())

    assert goes_to(client, path).startswith(f"{SETTING_UP}?next=%2F")
    assert client.post(path)["Location"].startswith(f"{SETTING_UP}?next=%2F")


@pytest.mark.parametrize("path", [SETTING_UP, APP, f"{PASSKEYS}add/"])
def test_the_way_to_one_is_open(path: str) -> None:
    assert with_password_only(coordinator()).get(path).status_code == 200


def test_one_can_leave() -> None:
    client = with_password_only(coordinator())

    assert client.post("/account/sign-out/")["Location"] == "/account/sign-in/"
    assert "_auth_user_id" not in client.session


def test_after_setting_one_up_everything_is_open(now: datetime) -> None:
    user = coordinator()
    client = with_password_only(user)
    set_up(client)

    assert factors_of(user) == ["recovery_codes", "totp"]
    assert len(set(client.get(CODES).context["unused_codes"])) == 10
    assert goes_to(client, "/") == "/office/"


def test_a_wrong_first_code_sets_nothing_up(now: datetime) -> None:
    user = coordinator()
    client = with_password_only(user)
    client.get(APP)

    assert client.post(APP, {"code": "000000"}).context["form"].errors != {}
    assert (factors_of(user), goes_to(client, "/")) == ([], f"{SETTING_UP}?next=%2F")


def test_another_session_of_the_password_alone_stays_closed(now: datetime) -> None:
    """Somebody who knows the password waits until the person has set one up."""
    user = coordinator()
    waiting = with_password_only(user)
    set_up(with_password_only(user))

    assert goes_to(waiting, "/") == f"{AGAIN}?next=%2F"
    for path in (SETTING_UP, APP, f"{PASSKEYS}add/", "/account/again/", CODES):
        assert goes_to(waiting, path).startswith(AGAIN)


def test_that_session_opens_by_the_factor(now: datetime) -> None:
    user = coordinator()
    waiting = with_password_only(user)
    secret = set_up(with_password_only(user))
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        response = waiting.post(f"{AGAIN}?next=/", {"code": code_of(secret), "next": "/"})

    assert response["Location"] == "/"
    assert goes_to(waiting, "/") == "/office/"


def test_its_key_is_then_another_one(now: datetime) -> None:
    """Whoever had the one before has nothing."""
    user = coordinator()
    client, keys = with_password_only(user), list[str | None]()
    keys.append(client.session.session_key)
    secret = set_up(client)
    keys.append(client.session.session_key)
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        client.post(AGAIN, {"code": "000000"})
        keys.append(client.session.session_key)
        client.post(AGAIN, {"code": code_of(secret)})
        keys.append(client.session.session_key)

    assert [one == other for one, other in pairwise(keys)] == [False, True, False]
    assert list(Session.objects.values_list("pk", flat=True)) == keys[-1:]
    assert goes_to(client, "/") == "/office/"


def test_signed_in_around_the_pages_one_is_not_in() -> None:
    """As by Django's own admin login, which knows nothing of it."""
    user = coordinator()
    with_authenticator(user)

    assert goes_to(signed_in(user, shown=""), "/") == f"{AGAIN}?next=%2F"


@pytest.mark.parametrize(
    ("roles", "opens"),
    [([Role.CLERK], "/court/"), ([Role.FACILITATOR], f"{SETTING_UP}?next=%2F")],
    ids=["a clerk", "a facilitator"],
)
def test_a_mailed_code_counts_for_clerks_only(roles: list[Role], opens: str) -> None:
    assert goes_to(signed_in(UserFactory(roles=roles), shown="code"), "/") == opens


def test_what_another_person_showed_here_does_not_count() -> None:
    client = signed_in(UserFactory(roles=[Role.COORDINATOR]))
    session = client.session
    session["account_authentication_methods_user"] = "0"
    session.save()

    assert goes_to(client, "/") == f"{SETTING_UP}?next=%2F"


def test_a_demonstration_may_do_without(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False

    assert goes_to(with_password_only(coordinator()), "/") == "/office/"


def test_a_clerk_of_a_demonstration_gets_no_mail(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    clerk = UserFactory(roles=[Role.CLERK])
    clerk.set_password(PASSWORD)
    clerk.save()

    assert goes_to(with_password_only(clerk), "/") == "/court/"
    assert mail.outbox == []


# --- changing it


def test_adding_one_more_asks_for_the_one_that_is_there() -> None:
    user = coordinator()
    with_authenticator(user)

    assert goes_to(signed_in(user), f"{PASSKEYS}add/").startswith(AGAIN)


@pytest.mark.parametrize(("app", "asked"), [(True, AGAIN), (False, f"{PASSKEYS}again/")], ids=["an app", "none"])
def test_a_passkey_is_asked_for_where_there_is_no_app(app: bool, asked: str) -> None:
    user = coordinator()
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Laptop", "credential": {}})
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "", "used_mask": 0})
    if app:
        with_authenticator(user)

    assert goes_to(signed_in(user), APP if not app else f"{PASSKEYS}add/").startswith(asked)
    assert goes_to(signed_in(user, shown=""), "/") == f"{asked}?next=%2F"


def test_removing_the_last_one_closes_everything_again(now: datetime) -> None:
    user = coordinator()
    secret = with_authenticator(user)
    client = signed_in(user)
    client.post(AGAIN, {"code": code_of(secret)})

    assert client.post(f"{APP}remove/")["Location"] == SETTING_UP
    assert factors_of(user) == []
    assert goes_to(client, "/") == f"{SETTING_UP}?next=%2F"
    assert goes_to(client, APP).startswith("/account/again/")


def test_removing_one_of_two_leaves_the_session_open(now: datetime) -> None:
    user = coordinator()
    secret = with_authenticator(user)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Laptop", "credential": {}})
    client = signed_in(user)
    client.post(AGAIN, {"code": code_of(secret)})
    client.post(f"{APP}remove/")

    assert goes_to(client, "/") == "/office/"


def test_nobody_removes_another_s_passkey(now: datetime) -> None:
    other = Authenticator.objects.create(user=coordinator(), type="webauthn", data={"name": "Laptop", "credential": {}})
    user = coordinator()
    secret = with_authenticator(user)
    client = signed_in(user)
    client.post(AGAIN, {"code": code_of(secret)})

    assert client.post(f"{PASSKEYS}{other.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


def test_recovery_codes_are_shown_once(now: datetime) -> None:
    user = coordinator()
    secret = with_authenticator(user)
    client = signed_in(user)
    client.post(AGAIN, {"code": code_of(secret)})
    assert client.post(f"{CODES}new/")["Location"] == CODES

    first, second = client.get(CODES).context, client.get(CODES).context
    assert (len(set(first["unused_codes"])), set(second["unused_codes"])) == (10, {"****"})


@pytest.mark.django_db(transaction=True)
def test_each_change_is_mailed_and_audited(now: datetime) -> None:
    user = coordinator()
    client = with_password_only(user)
    secret = set_up(client)
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        client.post(AGAIN, {"code": code_of(secret)})
        client.post(f"{CODES}new/")
        client.post(f"{APP}remove/")

    assert [message.subject for message in mail.outbox] == [
        "An authenticator app was set up",
        "New recovery codes were made",
        "Your authenticator app was removed",
    ]
    assert [event.verb for event in Event.objects.order_by("id")] == [
        "user.signed_in",
        "user.authenticator_added",
        "user.recovery_codes_made",
        "user.authenticator_removed",
    ]


def test_a_mail_server_that_is_down_does_not_undo_a_change(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    user = coordinator()
    with_authenticator(user)
    new = "five other words entirely here"
    response = signed_in(user).post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    user.refresh_from_db()
    assert (response.status_code, user.check_password(new)) == (302, True)


def test_secrets_do_not_stand_in_the_database_in_the_clear() -> None:
    user = coordinator()
    secret = with_authenticator(user)

    assert secret not in json.dumps(Authenticator.objects.get(user=user).data)
    assert Authenticator.objects.get(user=user).wrap().validate_code(code_of(secret))


# --- passkeys


def test_a_passkey_s_page_gives_the_device_its_task() -> None:
    options = with_password_only(coordinator()).get(f"{PASSKEYS}add/").context["js_data"]["creation_options"]

    assert options["publicKey"]["rp"] == {"id": "testserver", "name": "testserver"}


def test_signing_in_by_passkey_demands_that_the_device_knows_the_person(client: Client) -> None:
    options = client.get(f"{PASSKEYS}sign-in/", headers={"accept": "application/json"}).json()

    assert options["request_options"]["publicKey"]["userVerification"] == "required"


MADE_UP = [
    "",
    "{",
    "{}",
    "[]",
    '"x"',
    "1",
    "null",
    '{"response": {"userHandle": "MQ"}}',
    '{"rawId": "%", "response": {}}',
]


@pytest.mark.parametrize("credential", MADE_UP)
def test_a_made_up_passkey_opens_nothing(client: Client, credential: str) -> None:
    client.get(f"{PASSKEYS}sign-in/", headers={"accept": "application/json"})
    response = client.post(f"{PASSKEYS}sign-in/", {"credential": credential})

    assert (response.status_code, response["Location"]) == (302, "/account/sign-in/")
    assert "_auth_user_id" not in client.session


def test_one_that_is_nobody_s_stands_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """No event: strangers could write as many as they like."""
    client.post(f"{PASSKEYS}sign-in/", {"credential": '{"rawId": "%", "response": {}}'})

    said = [record.getMessage() for record in caplog.records if record.name == "accounts.forms"]
    assert (said, Event.objects.count()) == (["a second step was refused: incorrect_code"], 0)


@pytest.mark.parametrize("credential", MADE_UP)
def test_a_made_up_passkey_is_not_added(credential: str) -> None:
    user = coordinator()
    client = with_password_only(user)
    client.get(f"{PASSKEYS}add/")

    assert client.post(f"{PASSKEYS}add/", {"credential": credential}).context["form"].errors != {}
    assert factors_of(user) == []


@pytest.mark.parametrize("credential", MADE_UP)
def test_a_made_up_passkey_is_no_second_step(credential: str) -> None:
    user = coordinator()
    with_authenticator(user)
    client = with_password_only(user)

    assert client.post("/account/second-step/show/", {"credential": credential}).status_code == 200
    assert "_auth_user_id" not in client.session
