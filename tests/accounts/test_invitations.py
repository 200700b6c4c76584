import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from accounts.actions import (
    AlreadyHere,
    NoRoles,
    NotAdministrator,
    NotOpen,
    accept_invitation,
    invite,
    withdraw_invitation,
)
from accounts.models import Invitation, User
from accounts.roles import Role
from audit.models import Event
from core.refusal import Refusal
from tests.access.people import PASSWORD, signed_in
from tests.factories.accounts import InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db

SETTING = {"name": "Dana Kessler", "password1": PASSWORD, "password2": PASSWORD}


def administrator() -> User:
    user: User = UserFactory(roles=[Role.ADMINISTRATOR])
    return user


def told() -> list[tuple[str, str, dict[str, object]]]:
    return [(event.verb, event.actor, event.facts) for event in Event.objects.order_by("id")]


# --- inviting


def test_an_invitation_holds_a_week(now: datetime) -> None:
    by = administrator()
    invitation, link = invite(email=" Dana@Court.example", roles=[Role.CLERK], by=by, now=now)

    assert (invitation.email, invitation.roles) == ("dana@court.example", ["clerk"])
    assert (invitation.made_at, invitation.expires_at) == (now, now + timedelta(days=7))
    assert link.startswith(f"{settings.SITE_URL}/account/invitation/")
    assert told() == [("invitation.made", f"user:{by.pk}", {"roles": ["clerk"]})]


def test_the_token_itself_is_not_kept(now: datetime) -> None:
    invitation, link = invite(email="dana@onus.example", roles=[Role.CLERK], by=administrator(), now=now)
    token = link.rstrip("/").rsplit("/", 1)[1]

    assert token not in str(Invitation.objects.values().get(pk=invitation.pk))
    assert list(Invitation.objects.by_token(token)) == [invitation]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FACILITATOR, Role.CLERK])
def test_only_an_administrator_invites(now: datetime, role: Role) -> None:
    with pytest.raises(NotAdministrator):
        invite(email="dana@onus.example", roles=[Role.CLERK], by=UserFactory(roles=[role]), now=now)


@pytest.mark.parametrize(
    ("email", "roles", "refusal"),
    [("dana@onus.example", [], NoRoles), ("Robin@onus.example", [Role.CLERK], AlreadyHere)],
    ids=["no role", "already here"],
)
def test_refused(now: datetime, email: str, roles: list[Role], refusal: type[Refusal]) -> None:
    UserFactory(email="robin@onus.example")
    with pytest.raises(refusal):
        invite(email=email, roles=roles, by=administrator(), now=now)
    assert Invitation.objects.count() == 0


def test_a_new_invitation_ends_the_one_before(now: datetime) -> None:
    other = InvitationFactory(token="other's")
    InvitationFactory(token="first", email="dana@onus.example")
    invite(email="dana@onus.example", roles=[Role.CLERK], by=administrator(), now=now)

    with pytest.raises(NotOpen):
        accept_invitation(token="first", name="Dana", password=PASSWORD, now=now)
    assert other in Invitation.objects.open(now)


def test_a_withdrawn_invitation_is_over(now: datetime) -> None:
    by, invitation = administrator(), InvitationFactory(token="t")
    withdraw_invitation(invitation=invitation, by=by, now=now)

    with pytest.raises(NotOpen):
        accept_invitation(token="t", name="Dana", password=PASSWORD, now=now)
    with pytest.raises(NotOpen):
        withdraw_invitation(invitation=invitation, by=by, now=now)
    assert told() == [("invitation.withdrawn", f"user:{by.pk}", {})]


def test_only_an_administrator_withdraws(now: datetime) -> None:
    with pytest.raises(NotAdministrator):
        withdraw_invitation(invitation=InvitationFactory(), by=UserFactory(roles=[Role.COORDINATOR]), now=now)


# --- accepting


def test_whoever_accepts_has_the_roles_of_the_invitation(now: datetime) -> None:
    invitation = InvitationFactory(token="t", email="dana@onus.example", roles=["clerk", "facilitator"])
    user = accept_invitation(token="t", name="Dana Kessler", password=PASSWORD, now=now)

    invitation.refresh_from_db()
    assert (user.email, user.name, user.check_password(PASSWORD)) == ("dana@onus.example", "Dana Kessler", True)
    assert user.roles == {Role.CLERK, Role.FACILITATOR}
    assert (invitation.accepted_at, invitation.accepted_by) == (now, user)
    assert told() == [
        ("invitation.accepted", f"user:{user.pk}", {}),
        ("user.added", f"user:{user.pk}", {"roles": ["clerk", "facilitator"]}),
    ]


def test_by_the_page(client: Client, now: datetime) -> None:
    InvitationFactory(token="t", email="dana@onus.example")

    assert client.get("/account/invitation/t/").status_code == 200
    assert client.post("/account/invitation/t/", SETTING)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(User.objects.get(email="dana@onus.example").pk)
    assert client.get("/")["Location"] == "/account/second-step/?next=%2F"
    assert client.get("/account/second-step/authenticator/").status_code == 200


def test_a_clerk_goes_on_with_a_mailed_code(client: Client, now: datetime) -> None:
    InvitationFactory(token="t", email="clerk@court.example", roles=["clerk"])

    assert client.post("/account/invitation/t/", SETTING)["Location"] == "/account/sign-in/code/"
    assert [message.to for message in mail.outbox] == [["clerk@court.example"]]
    assert "_auth_user_id" not in client.session


def test_nobody_chooses_another_address_or_role(client: Client, now: datetime) -> None:
    InvitationFactory(token="t", email="dana@onus.example", roles=["facilitator"])
    more = SETTING | {"email": "boss@onus.example", "roles": "administrator", "is_staff": "on"}
    client.post("/account/invitation/t/", more)

    user = User.objects.get(name="Dana Kessler")
    assert (user.email, user.roles) == ("dana@onus.example", {Role.FACILITATOR})


def test_whoever_sat_there_before_is_signed_out(now: datetime) -> None:
    client = signed_in(UserFactory(roles=[Role.ADMINISTRATOR]))
    InvitationFactory(token="t", email="dana@onus.example")
    client.post("/account/invitation/t/", SETTING)

    assert client.session["_auth_user_id"] == str(User.objects.get(email="dana@onus.example").pk)
    assert client.get("/")["Location"] == "/account/second-step/?next=%2F"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"name": ""}, {"name"}),
        ({"password1": "short", "password2": "short"}, {"password1"}),
        ({"password1": "dana@onus.example", "password2": "dana@onus.example"}, {"password1"}),
        ({"password2": "other words that differ"}, {"password2"}),
    ],
    ids=["no name", "short", "the address", "not the same"],
)
def test_the_form_says_what_is_wrong(client: Client, now: datetime, field: dict[str, str], said: set[str]) -> None:
    InvitationFactory(token="t", email="dana@onus.example")
    response = client.post("/account/invitation/t/", SETTING | field)

    assert set(response.context["form"].errors) == said
    assert not User.objects.filter(email="dana@onus.example").exists()


def without_nonces(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return re.sub('nonce="[^"]*"', "", response.content.decode())


def test_unknown_used_expired_and_taken_look_alike(client: Client, now: datetime) -> None:
    InvitationFactory(token="used", accepted_at=now, accepted_by=UserFactory())
    InvitationFactory(token="expired", made_at=now - timedelta(days=8), expires_at=now)
    InvitationFactory(token="taken", email=UserFactory().email)
    tokens = ["unknown", "used", "expired", "taken"]
    asked = [client.get(f"/account/invitation/{token}/") for token in tokens]
    posted = [client.post(f"/account/invitation/{token}/", SETTING) for token in tokens]

    assert {response.status_code for response in [*asked, *posted]} == {404}
    assert len({without_nonces(response) for response in asked}) == 1
    assert not User.objects.filter(name="Dana Kessler").exists()
