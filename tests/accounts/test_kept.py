"""Nothing that was typed is lost when one is signed out for being idle."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import kept
from accounts.models import User
from accounts.roles import Role
from tests.access.people import PASSWORD, code_of, signed_in, with_authenticator
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.programs.evening import clock_at

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(minutes=45)
PAGE, KEPT = "/office/search/", "/account/kept/"
TYPED = {"q": "Thaddeus “Tad” Ellery\nat the door", "csrfmiddlewaretoken": "old"}


@pytest.fixture
def user() -> User:
    made = UserFactory.create(roles=[Role.COORDINATOR])
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def client(user: User) -> Client:
    with clock_at(NOW):
        return signed_in(user)


def signs_in(client: Client, user: User, *, at: datetime = LATE) -> str:
    """Where one is led."""
    with clock_at(at):
        secret = with_authenticator(user)
        client.post("/account/sign-in/", {"login": user.email, "password": PASSWORD})
        return client.post("/account/second-step/show/", {"code": code_of(secret)})["Location"]


def sends(client: Client, path: str = PAGE, **headers: str) -> None:
    with clock_at(LATE):
        response = client.post(path, TYPED, headers=headers)
    assert response["Location"].startswith("/account/sign-in/?next=")


def test_it_is_there_after_signing_in_again(client: Client, user: User) -> None:
    sends(client)
    assert signs_in(client, user) == KEPT

    with clock_at(LATE):
        page = client.get(KEPT)
    assert page.context["typed"].pairs == [("q", TYPED["q"])]
    assert f'<form method="post" action="{PAGE}" data-once>' in page.content.decode()
    assert page.context["typed"].read == [("Q", TYPED["q"])]


def test_sent_once_more_it_is_gone(client: Client, user: User) -> None:
    sends(client)
    signs_in(client, user)
    with clock_at(LATE):
        assert client.post(PAGE, TYPED).status_code == 200
        assert client.get(KEPT)["Location"] == "/"


def test_it_may_be_let_go(client: Client, user: User) -> None:
    sends(client)
    signs_in(client, user)
    with clock_at(LATE):
        client.post(KEPT)
        assert client.get(KEPT)["Location"] == "/"


def test_somebody_else_never_sees_it(client: Client, user: User) -> None:
    sends(client)
    another = UserFactory.create(roles=[Role.COORDINATOR])
    another.set_password(PASSWORD)
    another.save()

    assert signs_in(client, another) == "/"
    with clock_at(LATE):
        assert client.get(KEPT)["Location"] == "/"
    assert kept.KEPT not in client.session


def test_not_after_an_hour(client: Client, user: User) -> None:
    sends(client)

    assert signs_in(client, user, at=LATE + timedelta(minutes=61)) == "/"


def test_in_the_database_nobody_reads_it(client: Client) -> None:
    sends(client)
    (row,) = Session.objects.all()

    assert set(row.get_decoded()[kept.KEPT]) == {"user", "at", "to", "sealed"}
    assert "Ellery" not in str(row.get_decoded())


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/account/password/change/", {}), (PAGE, {"HX-Request": "true"})],
    ids=["a password", "part of a page"],
)
def test_this_is_not_kept(client: Client, path: str, headers: dict[str, str]) -> None:
    sends(client, path, **headers)

    assert kept.KEPT not in client.session


def test_nor_a_book(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 20)
    sends(client)

    assert kept.KEPT not in client.session


def test_a_forged_one_is_not_kept(user: User) -> None:
    with clock_at(NOW):
        client = signed_in(user, client=Client(enforce_csrf_checks=True))
    with clock_at(LATE):
        assert client.post(PAGE, TYPED).status_code == 403

    assert kept.KEPT not in client.session


# --- How long yet

ASK = "/account/staying/"


def asked(client: Client, at: datetime, method: str = "get") -> tuple[int, bool, str]:
    with clock_at(at):
        said = getattr(client, method)(ASK).json()
    assert bool(said["csrf"]) == bool(said["owner"])
    return said["seconds"], said["longer"], said["owner"]


def test_asking_prolongs_nothing(client: Client, user: User) -> None:
    minutes = [asked(client, NOW + timedelta(minutes=minute))[0] // 60 for minute in (0, 10, 29)]

    assert minutes == [30, 20, 1]


def test_staying_does(client: Client, user: User) -> None:
    assert asked(client, NOW + timedelta(minutes=29), "post") == (30 * 60, True, str(user.pk))
    assert asked(client, NOW + timedelta(minutes=58)) == (60, True, str(user.pk))


def test_not_once_it_is_over(client: Client) -> None:
    assert asked(client, LATE, "post") == (0, False, "")
    assert asked(Client(), LATE) == (0, False, "")


def test_nor_beyond_a_working_day(client: Client, user: User) -> None:
    for minutes in range(25, 710, 25):
        asked(client, NOW + timedelta(minutes=minutes), "post")

    assert asked(client, NOW + timedelta(minutes=710), "post") == (600, False, str(user.pk))


def test_who_has_shown_no_second_factor_is_not_in(user: User) -> None:
    with clock_at(NOW):
        half = signed_in(user, shown="")

    assert asked(half, NOW) == (0, False, "")


def test_a_forged_post_prolongs_nothing(user: User) -> None:
    with clock_at(NOW):
        client = signed_in(user, client=Client(enforce_csrf_checks=True))
    with clock_at(NOW + timedelta(minutes=20)):
        assert client.post(ASK).status_code == 403

    assert asked(client, NOW + timedelta(minutes=20))[0] == 600
