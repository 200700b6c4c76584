"""At which desk somebody sits, and how one goes to another of one's own."""

import pytest
from django.test import Client

from accounts.roles import Role
from courts.models import Clerkship
from courts.views.desk import CHOSEN
from tests.access.people import signed_in
from tests.courts.deskside import clerk_of, laid, numbers_on, page, partner_of
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, ClerkshipFactory, CourtFactory, ReferralFactory

pytestmark = pytest.mark.django_db

PATHS = ("/court/", "/court/referrals/")


def two_courts() -> tuple[Client, str, str]:
    auburn, kent = CourtFactory(name="Auburn Municipal Court"), CourtFactory(name="Kent Municipal Court")
    for court, number in ((auburn, "AUB-1"), (kent, "KENT-2")):
        ReferralFactory(court=court, case_number=number)
    return signed_in(clerk_of(auburn, kent)), f"court-{auburn.pk}", f"court-{kent.pk}"


def shown(client: Client) -> list[str]:
    return numbers_on(page(client, "/court/referrals/"), "AUB-1", "KENT-2")


def test_all_pages_show_one_desk_only_and_one_goes_to_the_other() -> None:
    client, auburn, kent = two_courts()
    assert shown(client) == ["AUB-1"]

    response = client.post("/court/desk", {"desk": kent})
    assert (response.status_code, response["Location"]) == (302, "/court/")
    assert shown(client) == ["KENT-2"]

    client.post("/court/desk", {"desk": auburn})
    assert shown(client) == ["AUB-1"]


def test_a_court_that_one_serves_no_more_is_left_at_once() -> None:
    client, _, kent = two_courts()
    client.post("/court/desk", {"desk": kent})
    Clerkship.objects.filter(court__name__startswith="Kent").update(ended_at=NOW)

    assert shown(client) == ["AUB-1"]
    assert client.post("/court/desk", {"desk": kent}).status_code == 404


@pytest.mark.parametrize("asked", ["", "court-0", "agency-1", "nonsense", "court-\x00", "1" * 10_000])
def test_another_desk_is_not_found_and_nothing_is_chosen(asked: str) -> None:
    client, *_ = two_courts()

    assert client.post("/court/desk", {"desk": asked}).status_code == 404
    assert CHOSEN not in client.session
    assert shown(client) == ["AUB-1"]


def test_another_clerks_court_cannot_be_chosen() -> None:
    client, *_ = two_courts()
    elsewhere = CourtFactory()

    assert client.post("/court/desk", {"desk": f"court-{elsewhere.pk}"}).status_code == 404


def test_the_head_names_the_desk_and_offers_the_others() -> None:
    client, *_ = two_courts()
    text = page(client, "/court/")
    assert numbers_on(text, "Auburn Municipal Court", "Kent Municipal Court") == [
        "Auburn Municipal Court",
        "Kent Municipal Court",
    ]
    alone = page(signed_in(clerk_of(CourtFactory(name="Renton Court"))), "/court/")
    assert "Renton Court" in alone
    assert "/court/desk" not in alone


@pytest.mark.parametrize("path", PATHS)
def test_who_has_no_desk_any_more_is_told_so(path: str) -> None:
    clerk = clerk_of(CourtFactory())
    clerk.clerkships.update(ended_at=NOW)
    partner = partner_of()

    for user in (clerk, partner):
        response = signed_in(user).get(path)
        assert response.status_code == 404
        assert "You serve no court here just now" in response.content.decode()


def test_a_clerk_who_is_a_partner_too_has_both_desks() -> None:
    user = UserFactory(roles=[Role.CLERK, Role.PARTNER])
    court, agency = CourtFactory(name="Kent Court"), AgencyFactory(name="City Attorney", city="")
    ClerkshipFactory(court=court, user=user)
    agency.memberships.create(user=user, began_at=NOW)
    ReferralFactory(court=court, case_number="KENT-2")
    ReferralFactory(agency=agency, case_number="AUB-1")
    client = signed_in(user)

    assert shown(client) == ["KENT-2"]
    client.post("/court/desk", {"desk": f"agency-{agency.pk}"})
    assert shown(client) == ["AUB-1"]


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("path", PATHS)
def test_nobody_but_clerks_and_partners_comes_in(role: Role, path: str) -> None:
    assert signed_in(UserFactory.create(roles=[role])).get(path).status_code == 403


def test_whoever_is_not_signed_in_is_asked_to() -> None:
    laid()
    assert Client().get("/court/").status_code == 302
