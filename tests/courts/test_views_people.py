"""The pages of who serves at a desk, and who looked at what."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from courts.actions import people
from tests.access.people import signed_in
from tests.courts.cases import delivered
from tests.courts.referring import clerk, partner
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_from_before(now: object) -> None:
    cache.clear()


def test_names_who_serves_here_and_nobody_else() -> None:
    by, desk = clerk(name="Ingrid Halloran")
    clerk(desk.court, name="Otto Colleague")
    clerk(name="Elsewhere Person")
    text = signed_in(by).get("/court/people/").content.decode()
    assert "Ingrid Halloran" in text
    assert "Otto Colleague" in text
    assert "Elsewhere Person" not in text


def test_one_field_invites() -> None:
    by, desk = clerk()
    client = signed_in(by)
    response = client.post("/court/people/", {"email": "new@court.example"}, follow=True)
    assert "The invitation goes to new@court.example." in response.content.decode()
    assert [one.email for one in people.open_invitations(desk, NOW)] == ["new@court.example"]


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Give the address to which the invitation goes."),
        ("nobody", "Enter a valid email address."),
        ("x" * 300 + "@a.example", "254"),
    ],
)
def test_what_is_no_address_is_a_sentence(email: str, sentence: str) -> None:
    text = signed_in(clerk()[0]).post("/court/people/", {"email": email}).content.decode()
    assert sentence in text


def test_of_somebody_of_the_staff_it_says_only_to_call() -> None:
    staff = UserFactory.create(name="Staffmarker", roles=[Role.COORDINATOR])
    text = signed_in(clerk()[0]).post("/court/people/", {"email": staff.email}).content.decode()
    assert "This address can&#x27;t be invited from here." in text
    assert "Staffmarker" not in text


def test_ends_a_colleague_after_asking() -> None:
    by, desk = clerk()
    leaving, _ = clerk(desk.court, name="Otto Colleague")
    client, path = signed_in(by), f"/court/people/{leaving.clerkships.get().pk}/end"
    assert "End the access of Otto Colleague?" in client.get(path).content.decode()
    assert desk.is_served_by(leaving)
    assert "Otto Colleague no longer serves here." in client.post(path, follow=True).content.decode()
    assert not desk.is_served_by(leaving)


def test_one_may_leave_and_is_signed_out() -> None:
    by, desk = clerk()
    client, path = signed_in(by), f"/court/people/{by.clerkships.get().pk}/end"
    asked = client.get(path).content.decode()
    assert "You are the only one here." in asked
    clerk(desk.court)
    assert "You are the only one here." not in client.get(path).content.decode()

    gone = client.post(path)

    assert gone.status_code == 200
    assert "You no longer serve at" in gone.content.decode()
    assert not desk.is_served_by(by)
    assert client.get("/court/").status_code == 302


def test_another_desks_people_and_invitations_are_not_found() -> None:
    by, _ = clerk()
    other, elsewhere = clerk()
    invited = people.invite_colleague(desk=elsewhere, email="a@b.example", by=other, now=NOW)
    assert invited is not None
    client = signed_in(by)
    assert client.get(f"/court/people/{other.clerkships.get().pk}/end").status_code == 404
    assert client.post(f"/court/people/{other.clerkships.get().pk}/end").status_code == 404
    assert client.post(f"/court/people/invitations/{invited.invitation.pk}/withdraw").status_code == 404


def test_a_membership_is_not_found_at_a_court() -> None:
    """The same number in another table is another person."""
    by, _ = clerk()
    member, _ = partner()
    client = signed_in(by)
    seat = member.memberships.get().pk
    expected = 200 if by.clerkships.filter(pk=seat).exists() else 404
    assert client.get(f"/court/people/{seat}/end").status_code == expected


def test_withdraws_an_invitation() -> None:
    by, desk = clerk()
    invited = people.invite_colleague(desk=desk, email="a@b.example", by=by, now=NOW)
    assert invited is not None
    signed_in(by).post(f"/court/people/invitations/{invited.invitation.pk}/withdraw")
    assert not people.open_invitations(desk, NOW).exists()


def test_looks_of_a_month() -> None:
    case = delivered()
    report = case.referral.reports.get()
    by, _ = clerk(case.referral.court, name="Ingrid Halloran")
    client = signed_in(by)
    client.get(f"/court/reports/{report.pk}/")
    text = client.get("/court/looks/").content.decode()
    assert "Looked at" in text
    assert report.document.number.text in text
    assert "Nobody looked" in client.get("/court/looks/?month=2025-12").content.decode()


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "x", "'; --", "\0"])
def test_a_month_that_is_none_is_not_found(month: str) -> None:
    assert signed_in(clerk()[0]).get("/court/looks/", {"month": month}).status_code == 404


def test_the_people_take_the_same_queries_for_one_and_for_three() -> None:
    by, desk = clerk()
    client = signed_in(by)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/court/people/").status_code == 200
        return len(caught)

    clerk(desk.court)
    queries()
    before = queries()
    clerk(desk.court), clerk(desk.court)
    assert queries() == before <= 10
