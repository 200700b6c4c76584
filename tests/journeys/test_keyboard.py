"""Without a mouse: Tab, arrows and Enter are enough, and one always sees where one is."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from courts.models import Delivery
from programs.models import Mark
from tests.access.people import PASSWORD, stored_password, with_authenticator
from tests.courts import cases
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory
from tests.journeys.codes import newest_code
from tests.journeys.visits import Clock, House, Visitor
from tests.programs.scene import scene

pytestmark = pytest.mark.sqlite_only


@pytest.mark.usefixtures("unhurried")
def test_one_signs_in(house: House):
    user = UserFactory(roles=[Role.COORDINATOR], password=stored_password())
    secret = with_authenticator(user)
    visitor = house.visitor()
    visitor.opens("/")

    visitor.types(user.email)
    visitor.goes_to("Password")
    visitor.types(PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("Your second step")
    visitor.types(newest_code(secret))
    visitor.page.keyboard.press("Enter")

    visitor.sees_heading("Today")


def test_a_wrong_password_takes_one_to_what_is_wrong(house: House):
    visitor = house.visitor()
    visitor.opens("/")

    visitor.types("nobody@onus.example")
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("[data-error-summary]")).to_be_focused()
    visitor.goes_to("Password: This field is required.")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_label("Password")).to_be_focused()


def test_one_marks_a_man(house: House, the_clock: Clock):
    group = scene(weeks=3)
    man = group.seated()
    session = group.session(1)
    the_clock.at = session.starts_at + timedelta(minutes=5)
    visitor = house.visitor().is_signed_in(group.leader)
    visitor.opens(f"/sessions/{session.pk}/")

    visitor.goes_to("Present")
    for _ in range(3):
        visitor.page.keyboard.press("ArrowRight")
    assert visitor.focused() == "Absent"
    visitor.page.keyboard.press("Enter")

    visitor.sees("1 of 1 has a mark")
    expect(visitor.page.get_by_role("radio", name="Absent")).to_be_focused()
    assert Mark.objects.get(enrollment=man).kind == "absent"


def test_one_logs_an_evening(house: House, the_clock: Clock):
    group = scene(weeks=3)
    for first in ("Dorian", "Marek", "Tobias"):
        group.seated(participant__first_name=first, participant__last_name="Halloway")
    the_clock.at = group.session(1).starts_at + timedelta(minutes=5)
    visitor = house.visitor().is_signed_in(group.leader)
    visitor.opens(f"/sessions/{group.session(1).pk}/")

    visitor.goes_to("Present")
    visitor.page.keyboard.press("Enter")
    visitor.sees("1 of 3 has a mark")
    visitor.goes_to("Present")
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("Enter")
    visitor.goes_to("10 minutes")
    visitor.page.keyboard.press("Enter")
    visitor.sees("2 of 3 have a mark")
    visitor.goes_to("Present")
    visitor.goes_to("⋯ More marks and a note")
    visitor.page.keyboard.press("Enter")
    visitor.goes_to("Absent, gave a reason")
    visitor.page.keyboard.press("Enter")
    visitor.sees("3 of 3 have a mark")
    visitor.goes_to("Write a private note")
    visitor.page.keyboard.press("Enter")
    visitor.goes_to("Note")
    visitor.types("A quiet evening.")
    visitor.goes_to("Save the private note")
    visitor.page.keyboard.press("Enter")
    visitor.sees("A quiet evening.")
    the_clock.at += timedelta(hours=2)
    visitor.goes_to("Close the session")
    visitor.page.keyboard.press("Enter")

    visitor.is_told(f"Closed by {group.leader.name}")
    marks = Mark.objects.values_list("enrollment__participant__first_name", "kind", "minutes", "gave_reason")
    assert set(marks) == {
        ("Dorian", "present", None, False),
        ("Marek", "late", 10, False),
        ("Tobias", "absent", None, True),
    }


def test_one_acknowledges_a_report(house: House, the_clock: Clock):
    the_clock.at = cases.AFTER
    delivery = Delivery.objects.get(document__report__referral=cases.delivered(case_number="26-0413").referral)
    clerk = UserFactory(roles=[Role.CLERK])
    ClerkshipFactory(court=delivery.document.report.referral.court, user=clerk)
    visitor = house.visitor().is_signed_in(clerk)
    visitor.opens("/court/")

    visitor.goes_to("Acknowledge 26-0413")
    visitor.page.keyboard.press("Enter")

    visitor.sees("is acknowledged.")
    delivery.refresh_from_db()
    assert delivery.acknowledged_by == clerk


def test_who_comes_first_to_the_page_can_skip_the_navigation(house: House):
    visitor: Visitor = house.visitor().is_signed_in(UserFactory(roles=[Role.COORDINATOR]))
    visitor.opens("/office/")

    visitor.goes_to("Skip to the page")
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("main")).to_be_focused()
