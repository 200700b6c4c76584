"""Who comes in, and that nothing is written around the actions."""

from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.roles import Role
from office.admin import office
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.courts import ReferralFactory
from tests.factories.participants import NoteFactory, ParticipantFactory
from tests.office.desk import Desk
from tests.refusals import nothing_written, only_written

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_office_works_here(role: Role, now: datetime) -> None:
    assert Desk(role).get("/office/").status_code == 200


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CLERK])
def test_others_are_told_so(role: Role, now: datetime) -> None:
    assert Desk(role).get("/office/").status_code == 403


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/office/people/1/")["Location"] == "/account/sign-in/?next=/office/people/1/"


def test_whoever_left_comes_in_no_more(now: datetime) -> None:
    client = signed_in(UserFactory(roles=[Role.COORDINATOR], is_active=False))

    assert client.get("/office/")["Location"].startswith("/account/sign-in/")


def test_a_role_that_ended_opens_nothing(now: datetime) -> None:
    desk = Desk()
    desk.user.grants.update(ended_at=now)

    assert desk.get("/office/").status_code == 403


def test_staff_are_the_administrators_to_look_at(desk: Desk) -> None:
    assert desk.get(reverse("office:accounts_user_changelist")).status_code == 403
    assert "Staff" not in [shelf["title"] for shelf in desk.get("/office/settings/").context["floors"]]


def test_the_administrator_finds_them_in_the_settings(now: datetime) -> None:
    floors = Desk(Role.ADMINISTRATOR).get("/office/settings/").context["floors"]

    assert [noun["name"] for shelf in floors if shelf["title"] == "Staff" for noun in shelf["nouns"]] == [
        "Staff and clerks",
        "Roles",
        "Invitations",
    ]


def test_navigation_says_where_one_is(desk: Desk) -> None:
    nav = desk.get("/office/courts/referral/").context["nav"]

    assert [item["label"] for item in nav] == [
        "Today",
        "Referrals",
        "People",
        "Cohorts",
        "Reports",
        "Messages",
        "Money",
        "Numbers",
        "Settings",
    ]
    assert [item["label"] for item in nav if item["current"]] == ["Referrals"]


# --- nothing goes around the actions


@pytest.mark.parametrize("page", ["add", "delete", "history"])
@pytest.mark.parametrize("model", [model for model, _ in office.nouns()], ids=lambda model: model._meta.label)
def test_there_is_no_such_page(model: type, page: str) -> None:
    name = f"office:{model._meta.app_label}_{model._meta.model_name}_{page}"  # type: ignore[attr-defined]
    with pytest.raises(NoReverseMatch):
        reverse(name)
    with pytest.raises(NoReverseMatch):
        reverse(name, args=[1])


def test_the_stock_addresses_lead_nowhere(desk: Desk) -> None:
    man = ParticipantFactory()
    with nothing_written():
        for path in ("add/", f"{man.pk}/delete/", f"{man.pk}/change/", f"{man.pk}/history/", f"{man.pk}/"):
            answer = desk.client.post(f"/office/participants/participant/{path}", {"post": "yes", "first_name": "X"})

            assert answer.status_code == 404


@pytest.mark.parametrize("said", [{}, {"_saveasnew": "1"}, {"_save": "1", "judge": "X"}], ids=["empty", "new", "save"])
def test_a_record_takes_no_post(desk: Desk, said: dict[str, str]) -> None:
    referral = ReferralFactory()
    with only_written("request.refused"):
        answer = desk.client.post(f"/office/courts/referral/{referral.pk}/", said)

    assert answer.status_code == 403


def test_a_list_takes_no_bulk_action(desk: Desk) -> None:
    note = NoteFactory()
    with only_written("list.shown"):
        desk.client.post("/office/participants/note/", {"action": "delete_selected", "_selected_action": [note.pk]})


def test_djangos_own_log_stays_empty(desk: Desk) -> None:
    man = ParticipantFactory()
    desk.press(man, "note", text="He asks for Tuesdays.")
    desk.get(f"/office/people/{man.pk}/")
    admin = dict(office.nouns())[type(man)]
    admin.log_addition(None, man, "")
    admin.log_change(None, man, "")
    admin.log_deletions(None, [man])

    assert LogEntry.objects.count() == 0


def test_what_is_not_there_is_not_there(desk: Desk) -> None:
    assert desk.get("/office/courts/referral/0/").status_code == 404
    assert desk.get("/office/courts/referral/abc/").status_code == 404
    assert desk.get("/office/people/0/").status_code == 404
