"""Before data leaves, a way in is given or taken, or anything goes for good: the second factor once more."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from core import clock
from office.doing import TABLE
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
BY_NAME = {row.name: row for row in ROWS}
# Names of URLs; each is asked for with the arguments that the access table gives it.
PAGES = [
    "office:export",
    "office:books_export",
    "office:funder_new",
    "office:own_file_made",
    "office:release_made",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
]
# What is done to a record in the office.
DEEDS = {("user", "roles"), ("user", "again"), ("program", "invite"), ("court", "invite"), ("agency", "invite")}
DEEDS |= {("disposal", "approve"), ("ownfile", "let-out"), ("release", "approve")}


@pytest.fixture
def scene(now: Any) -> Scene:
    return Scene()


def where(name: str, scene: Scene, user: User) -> str:
    return reverse(name, args=list(BY_NAME[name].own(scene, user)))


def is_asked(user: User, path: str, *, again: bool, minutes: int = 0) -> bool:
    client = signed_in(user, again=again)
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
        response = client.get(path)
    return response.status_code == 302 and response["Location"].startswith("/account/second-step/again/")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_again(scene: Scene, name: str) -> None:
    user = scene.person(Role.ADMINISTRATOR)
    path = where(name, scene, user)

    assert [is_asked(user, path, again=again) for again in (False, True)] == [True, False]
    assert is_asked(user, path, again=True, minutes=6)


def test_so_does_each_deed_that_gives_a_way_in() -> None:
    assert {place for place, deed in TABLE.items() if deed.again} >= DEEDS


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_deed_asks_again(scene: Scene, method: str) -> None:
    boss, colleague = scene.person(Role.ADMINISTRATOR), UserFactory.create(roles=[Role.FACILITATOR])
    path = reverse("office:do", args=["user", colleague.pk, "roles"])
    response = getattr(signed_in(boss), method)(path, {"roles": ["coordinator"]} if method == "post" else {})

    assert response["Location"].startswith("/account/second-step/again/")
    assert colleague.grants.current().roles() == {Role.FACILITATOR}
    assert signed_in(boss, again=True).get(path).status_code == 200


def test_changing_a_password_asks_for_the_present_one(scene: Scene) -> None:
    user = scene.person(Role.CLERK)
    new = "five other words entirely here"
    said = {"oldpassword": "not the present one", "password1": new, "password2": new}
    response = signed_in(user, again=True).post("/account/password/change/", said)

    assert list(response.context["form"].errors) == ["oldpassword"]
