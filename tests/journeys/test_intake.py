"""An intake, with him at the desk: kept as it is typed, two at one sheet, finished in one go; and who did not come."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from courts.models import Deadline
from participants.models import Appointment, IntakeSheet
from tests.courts import cases
from tests.courts.cases import Case
from tests.factories.accounts import UserFactory
from tests.factories.participants import AppointmentFactory, ContactPointFactory, ParticipantFactory
from tests.factories.programs import EligibilityItemFactory
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db: None, the_clock: Clock) -> Case:
    man = ParticipantFactory(first_name="Marek", last_name="Brzezik")
    made = cases.accepted(participant=man, program__name="Harbor Program")
    EligibilityItemFactory(program=made.referral.program, question="Is he an adult?")
    ContactPointFactory(participant=man, value="+12065550142", source="the court's list")
    cases.cohort(made.referral.program, name="Tuesdays")
    return made


@pytest.fixture
def appointment(case: Case, the_clock: Clock) -> Appointment:
    dana: User = UserFactory(name="Dana Kessler", roles=[Role.COORDINATOR])
    made: Appointment = AppointmentFactory(
        participant=case.referral.participant, starts_at=the_clock.at - timedelta(minutes=10), with_whom=dana
    )
    return made


def at_the_sheet(house: House, appointment: Appointment, name: str, width: int = 1280, scripts: bool = True) -> Visitor:
    visitor = house.visitor(width, scripts=scripts).is_signed_in(UserFactory(name=name, roles=[Role.COORDINATOR]))
    visitor.opens(f"/office/intake/{appointment.pk}/")
    return visitor


def state(page: Page) -> str:
    return page.locator("[data-intake-state]").inner_text()


def kept(page: Page) -> None:
    expect(page.locator("[data-intake-state]")).to_contain_text("Saved", timeout=5000)


def test_it_is_kept_as_it_is_typed_and_finished_in_one_go(house: House, case: Case, appointment: Appointment) -> None:
    # Given an intake that has begun
    dana = at_the_sheet(house, appointment, "Dana Kessler")
    # When she asks, and types
    dana.chooses("Yes", of="Is he an adult?")
    dana.fills("Another e-mail address", "marek@example.org")
    dana.page.get_by_role("group", name="He can come on").get_by_label("Tuesday").check()
    kept(dana.page)
    # Then it is there without a button, also after the browser was closed
    dana.opens(f"/office/intake/{appointment.pk}/")
    expect(dana.page.get_by_label("Another e-mail address")).to_have_value("marek@example.org")
    # And finished, all of it is done and said
    dana.presses("Finish the intake")
    dana.sees("He came; his intake is done, and he waits for a seat. Added: marek@example.org.")
    # And where a cohort is looked for, his days are taken over
    dana.opens(f"/office/enrollments/{case.enrollment.pk}/place/")
    dana.sees("At his intake he said that he can come: Tue.")


def test_two_at_one_sheet_see_each_other(house: House, appointment: Appointment) -> None:
    dana = at_the_sheet(house, appointment, "Dana Kessler")
    ruth = at_the_sheet(house, appointment, "Ruth Okafor", PHONE)
    # When each writes elsewhere, both stand at both
    ruth.fills("Note", "He works nights.")
    kept(ruth.page)
    dana.chooses("Yes", of="Is he an adult?")
    expect(dana.page.get_by_label("Note")).to_have_value("He works nights.")
    dana.sees("Ruth Okafor has filled in more; it stands here now.")
    # When both write in one place, both are shown, and what was typed stays
    dana.fills("Note", "He works nights and Sundays.")
    expect(dana.page.locator("[data-intake-state]")).to_contain_text("Saved", timeout=5000)
    expect.soft(dana.page.locator("[data-intake-both]")).to_be_hidden()
    dana.page.wait_for_timeout(1500)
    ruth.fills("Note", "He works at night.")
    ruth.sees("Note: they wrote “He works nights and Sundays.”, you typed “He works at night.”.")
    expect(ruth.page.get_by_label("Note")).to_have_value("He works at night.")
    # And she takes theirs
    ruth.presses("Take what they wrote")
    expect(ruth.page.get_by_label("Note")).to_have_value("He works nights and Sundays.")
    ruth.page.wait_for_timeout(1500)
    assert IntakeSheet.objects.get().answers["note"] == "He works nights and Sundays."


def test_without_scripts_it_is_saved_by_its_button(house: House, appointment: Appointment) -> None:
    dana = at_the_sheet(house, appointment, "Dana Kessler", scripts=False)
    dana.fills("Another phone", "206-555-0199")
    dana.presses("Save")
    dana.sees("Saved. Nothing follows from it until you finish the intake.")
    expect(dana.page.get_by_label("Another phone")).to_have_value("206-555-0199")


def test_who_did_not_come(house: House, appointment: Appointment) -> None:
    dana = at_the_sheet(house, appointment, "Dana Kessler")
    # When he did not come, one press says so, and one more plans another
    dana.presses("He did not come")
    dana.sees("He did not come. What each court is owed by the next business day stands in Today.")
    assert Deadline.objects.open().filter(kind="no_show_report").count() == 1
    dana.follows("Plan a new appointment")
    dana.presses("Plan a new one")
    dana.sees("A new appointment is planned for Tue, Mar 10")
    assert Appointment.objects.planned().count() == 1


@pytest.mark.sqlite_only
def test_the_sheet_is_seen_well(house: House, appointment: Appointment) -> None:
    dana = at_the_sheet(house, appointment, "Dana Kessler")
    found = faults(dana.page)
    dana.presses("Finish the intake")
    dana.sees("Before it can be finished")
    assert [*found, *faults(dana.page)] == []
