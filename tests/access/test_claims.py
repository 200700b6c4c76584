"""Small claims of docs/security.md that no other test happens to prove."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests.access.people import PASSWORD, signed_in, stored_password
from tests.access.scene import Scene
from tests.access.table import IN, ROWS
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.clock import NOW
from tests.house import ROOT, source_files

pytestmark = pytest.mark.django_db
SAID = re.compile(r'"((?:text/\w+|\w+/svg\+xml)[^"]*)"')
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


def test_a_new_password_ends_the_other_sessions(user: User) -> None:
    here, phone = signed_in(user, again=True), signed_in(user)
    new = "seven other words of mine"
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert [client.get("/account/places/").status_code for client in (here, phone)] == [200, 302]


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


@pytest.mark.once
@pytest.mark.parametrize("role", Role)
def test_one_can_leave_from_every_page(role: Role, now: datetime) -> None:
    scene = Scene()
    client, found = signed_in(scene.person(role), again=True), {}
    for row in ROWS:
        if row.get.of(role) != 200 or row.get.signed_out != IN:
            continue
        where = reverse(row.name, args=list(row.own(scene, scene.person(role))))
        with transaction.atomic():
            answer: Any = client.get(where)
            transaction.set_rollback(True)
        page = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer["Content-Type"].startswith("text/html"):
            found[row.name] = b'action="/account/sign-out/"' in page
    assert {name for name, can_leave in found.items() if not can_leave} == set()
    assert len(found) > 15


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


def test_so_does_whatever_else_is_text() -> None:
    """What a module names as a type of its own answers; what it compares others with needs no letters."""
    found = {str(path.relative_to(ROOT)): SAID.findall(path.read_text()) for path in source_files()}
    found = {path: [one for one in kinds if "charset=utf-8" not in one] for path, kinds in found.items()}

    assert {path for path, kinds in found.items() if kinds} == {"core/headers.py"}
