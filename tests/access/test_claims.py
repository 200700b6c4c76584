"""Small claims of docs/security.md that no other test happens to prove."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests.access.people import PASSWORD, signed_in, stored_password
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.clock import NOW

pytestmark = pytest.mark.django_db
PASSWORDS = re.compile(r"<input\b[^>]*\bname=\"[^\"]*password[^\"]*\"[^>]*>")


@pytest.fixture
def user(now: datetime) -> User:
    made: User = UserFactory(roles=[Role.COORDINATOR], password=stored_password())
    return made


def test_a_password_is_typed_unseen_and_a_manager_knows_which_it_is(user: User) -> None:
    InvitationFactory(token="open")
    client = signed_in(user, again=True)
    pages = [Client().get("/account/sign-in/"), Client().get("/account/invitation/open/")]
    pages += [client.get("/account/password/change/")]
    fields = [field for page in pages for field in PASSWORDS.findall(page.content.decode())]

    assert len(fields) >= 4
    assert [field for field in fields if 'type="password"' not in field] == []
    assert [field for field in fields if not re.search(r'autocomplete="(?:current|new)-password"', field)] == []


def test_a_password_is_changed_by_its_owner(user: User) -> None:
    new = "seven other words of mine"
    said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = signed_in(user, again=True).post("/account/password/change/", said)
    user.refresh_from_db()

    assert (answer.status_code, user.check_password(new)) == (302, True)
    assert user.password.startswith("argon2$argon2id$")


def test_the_link_to_a_new_password_lives_an_hour(user: User, client: Client) -> None:
    client.post("/account/password/reset/", {"email": user.email})
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    failed = []
    for minutes in (59, 61):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            failed.append(bool((Client().get(found[1], follow=True).context or {}).get("token_fail")))
    assert failed == [False, True]


def test_the_key_of_a_session_is_long_and_by_chance(user: User) -> None:
    keys = [signed_in(user).session.session_key for _ in range(3)]

    assert len(set(keys)) == 3
    assert all(key and re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.env", "/config/settings.py", "/manage.py", "/static/", "/static/css/",
        "/static/../config/settings.py", "/static/%2e%2e/manage.py", "/var/", "/docs/security.md", "/media/",
    ],
)  # fmt: skip
def test_nothing_is_served_but_our_pages_and_static_files(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/account/sign-in/", "/nowhere/", "/verify/"])
def test_a_page_says_in_which_letters_it_is_written(path: str, client: Client) -> None:
    assert client.get(path)["Content-Type"] == "text/html; charset=utf-8"
