"""From outside: a session fixed before, a form sent from elsewhere, a made-up host, a way out, a guess who is here."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from tests.access.people import PASSWORD, code_of, signed_in, stored_password, with_authenticator
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOOR = "/account/sign-in/"


@pytest.fixture
def scene(now: datetime) -> Scene:
    cache.clear()
    return Scene()


@pytest.fixture
def known(now: datetime) -> User:
    cache.clear()
    return UserFactory(roles=[Role.COORDINATOR], password=stored_password())


# --- a session that somebody else has put there


def test_a_session_from_before_signing_in_is_another_one_after(known: User, client: Client) -> None:
    secret = with_authenticator(known)
    client.get(DOOR)
    planted = client.session
    planted["planted"] = "by somebody else"
    planted.save()
    keys = [client.session.session_key]
    client.post(DOOR, {"login": known.email, "password": PASSWORD})
    keys.append(client.session.session_key)
    client.post("/account/second-step/show/", {"code": code_of(secret)})
    assert client.session["_auth_user_id"] == str(known.pk), "the second step was taken"
    keys.append(client.session.session_key)

    assert None not in keys[1:]
    assert len({keys[0], keys[2]}) == 2


# --- a form that was sent from another site

# Signed by whoever posts, or guarded once the file's size is known.
WITHOUT_A_TOKEN = {"texts:came_in", "texts:became"}


def test_no_page_takes_a_form_from_another_site(scene: Scene) -> None:
    found = set()
    for role in Role:
        user = scene.person(role)
        client = signed_in(user, client=Client(enforce_csrf_checks=True), again=True)
        for row in ROWS:
            url = reverse(row.name, args=list(row.own(scene, user)))
            answer = client.post(url, row.data, headers={"Origin": "https://evil.example"})
            if not (answer.status_code in (403, 405) or row.post.of(role) == 404 == answer.status_code):
                found.add((row.name, answer.status_code))
    assert found == set()


def exempt(patterns: list[URLPattern | URLResolver], space: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= exempt(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif getattr(pattern.callback, "csrf_exempt", False):
            found.add(f"{space}{pattern.name}")
    return found


def test_these_alone_go_without_a_token() -> None:
    bounded = {"office:list_send", "court:refer_step"}

    assert exempt(get_resolver().url_patterns) == WITHOUT_A_TOKEN | bounded


# --- a host that is none of ours


@pytest.mark.parametrize("where", [DOOR, "/verify/", "/healthz", "/nowhere/"])
def test_a_host_that_is_made_up_gets_nothing(where: str, client: Client, now: datetime) -> None:
    assert client.get(where, headers={"host": "evil.example"}).status_code == 400


def test_no_mail_leads_to_a_host_that_the_request_named(known: User, client: Client) -> None:
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-server": "evil.example",
        "forwarded": "host=evil.example",
    }
    client.post("/account/password/reset/", {"email": known.email}, headers=forged)
    (sent,) = mail.outbox

    links = re.findall(r"https?://[^/\s]+", str(sent.body))
    assert links != []
    assert [link for link in links if "evil" in link] == []


# --- a way out of the house

ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "https:evil.example", "javascript:alert(1)",
    "\x01https://evil.example", "https://testserver@evil.example/", "/%09/evil.example", "http:///evil.example",
]  # fmt: skip


def leads_out(location: str) -> bool:
    return not re.fullmatch(r"/(?![/\\])[^\x00-\x20]*", location)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FACILITATOR, Role.CLERK])
def test_no_answer_leads_out(role: Role, scene: Scene) -> None:
    """Each name with another way out."""
    names = ("next", "back", "go", "url", "redirect", "continue", "return", "kept", "query")
    said = dict(zip(names, ELSEWHERE, strict=True))
    user = scene.person(role)
    found, answered = [], 0
    for row in ROWS:
        url = reverse(row.name, args=list(row.own(scene, user)))
        for way in ("get", "post"):
            # Each by itself: one of them signs out, and another closes the door behind it.
            with transaction.atomic():
                answer = getattr(signed_in(user, again=True), way)(url, said)
                transaction.set_rollback(True)
            answered += answer.status_code in (200, 302)
            if (where := answer.headers.get("Location", "")) and leads_out(where):
                found.append((row.name, where))
    assert found == []
    assert answered > 40


@pytest.mark.parametrize("where", [*ELSEWHERE, "/office/", "/nowhere/"])
def test_the_other_language_leads_to_a_page_of_the_sessions_alone(where: str, scene: Scene) -> None:
    client = signed_in(scene.person(Role.FACILITATOR))
    answer = client.post(reverse("sessions:language"), {"next": where, "language": "es"})

    assert answer.headers["Location"] == reverse("sessions:list")


def test_after_a_deed_one_comes_back_to_the_office_alone(now: datetime) -> None:
    man = ParticipantFactory()
    client = signed_in(UserFactory(roles=[Role.COORDINATOR]))
    url = f"/office/do/participant/{man.pk}/note/"
    once = "8f14e45f-ceea-467f-a0e6-1c0b5d6f2a{:02}"
    where = [
        client.post(url, {"text": "Called.", "once": once.format(place), "back": back})["Location"]
        for place, back in enumerate(["/office/money/", *ELSEWHERE])
    ]
    assert where == ["/office/money/", *[f"/office/people/{man.pk}/"] * len(ELSEWHERE)]


# --- who signs in here, told by how much is done


def test_as_much_is_worked_for_an_address_that_nobody_has(
    known: User, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Counted in hashes, not by the clock."""
    hasher = type(hashers.get_hasher())
    worked: list[str] = []

    def counted(work: Any) -> Any:
        def counting(self: Any, *args: Any, **kwargs: Any) -> Any:
            worked.append(work.__name__)
            return work(self, *args, **kwargs)

        return counting

    # Argon2 compares without `encode`: either way is one hash.
    for name in ("encode", "verify"):
        monkeypatch.setattr(hasher, name, counted(getattr(hasher, name)))
    done = {}
    for login in (known.email, "nobody@onus.example"):
        worked.clear()
        client.post(DOOR, {"login": login, "password": "not the right one"})
        done[login] = len(worked)
    assert done == {known.email: 1, "nobody@onus.example": 1}
