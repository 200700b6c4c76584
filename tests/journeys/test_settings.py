"""How the house is set up, and two people at one page of it: what they see, and that nothing is lost."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from courts.actions import seating
from courts.models import Court, Proposal
from programs.kinds import RequirementKind
from programs.models import Program
from tests.courts import cases
from tests.factories.accounts import UserFactory
from tests.factories.courts import CourtFactory
from tests.factories.participants import AppointmentFactory
from tests.factories.programs import SeatFactory
from tests.journeys.looking import faults
from tests.journeys.visits import Clock, House, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = "/office/settings/texts/reminder/email/en/"


@pytest.fixture
def of(transactional_db: None, the_clock: Clock) -> Program:
    return cases.program(name="Harbor Program")


def comes_in(house: House, name: str, role: Role = Role.ADMINISTRATOR) -> Visitor:
    user: User = UserFactory(name=name, roles=[role])
    return house.visitor().is_signed_in(user)


def test_two_at_one_page(house: House, of: Program) -> None:
    # Given two who have opened the same page
    cohort = cases.cohort(of, name="Tuesdays")
    dana, ruth = (comes_in(house, name, Role.COORDINATOR) for name in ("Dana Kessler", "Ruth Okafor"))
    for one in (dana, ruth):
        one.opens(f"/office/do/cohort/{cohort.pk}/seats/")
    # When both write, each something else
    dana.fills("Seats", "10")
    dana.presses("Change the seats")
    dana.sees("Tuesdays has 10 seats now.")
    ruth.fills("Seats", "8")
    ruth.presses("Change the seats")
    # Then the second reads both, and what she typed stands in the form
    ruth.sees("Somebody else changed this meanwhile")
    ruth.sees("Dana Kessler")
    expect(ruth.page.get_by_role("row", name="Seats 10 8")).to_be_visible()
    expect(ruth.page.locator("#id_capacity")).to_have_value("8")
    assert faults(ruth.page) == []
    # And pressed once more it is hers
    ruth.presses("Change the seats")
    ruth.sees("Tuesdays has 8 seats now.")


def test_two_at_one_text(house: House, of: Program) -> None:
    dana, ruth = (comes_in(house, name) for name in ("Dana Kessler", "Ruth Okafor"))
    for one in (dana, ruth):
        one.opens(TEXTS)
    for one, subject in ((dana, "A reminder"), (ruth, "Reminder")):
        one.fills("Subject", subject)
        one.presses("Save")
    ruth.sees("Somebody else changed this meanwhile")
    expect(ruth.page.get_by_label("Subject")).to_have_value("Reminder")
    assert faults(ruth.page) == []
    ruth.presses("Save")
    ruth.sees("Version 2 goes out from now on.")


def test_an_empty_office_is_set_up_without_a_developer(house: House, transactional_db: None, the_clock: Clock) -> None:
    dana = comes_in(house, "Dana Kessler")
    dana.opens("/office/settings/")
    dana.follows("Begin the first program")
    dana.fills("Name", "Harbor Program")
    dana.presses("Begin it")
    dana.sees("Look at these again")
    found = faults(dana.page)
    dana.fills("Letterhead", "Harbor Program\n12 Pier Street")
    dana.fills("Call-back number", "206-555-0100")
    dana.fills("Sender that participants see", "Pier Street Office")
    dana.selects("State", "WA")
    dana.selects("Time zone", "Los Angeles")
    dana.fills("Before a report's number", "H")
    dana.presses("Begin it")
    dana.sees("Begun. Write its weeks and its policy next, and name who signs.")
    dana.opens("/office/settings/")
    assert [*found, *faults(dana.page)] == []
    assert Program.objects.get().time_zone == "America/Los_Angeles"


@pytest.mark.sqlite_only
def test_the_board_and_what_follows_a_missed_intake_are_seen_well(house: House, of: Program, the_clock: Clock) -> None:
    SeatFactory.create_batch(12, cohort=cases.cohort(of, name="Tuesdays", capacity=12))
    cases.cohort(of, name="Thursdays with a longer name than usual", weekday=3)
    waiting, missed = cases.accepted(program=of), cases.accepted(program=of)
    waiting.meet(RequirementKind.INTAKE, the_clock.at.date())
    appointment = AppointmentFactory(
        participant=missed.referral.participant, starts_at=the_clock.at - timedelta(hours=1)
    )
    seating.settle_appointment(
        appointment=appointment, enrollment=missed.enrollment, kept=False, by=missed.by, now=the_clock.at
    )
    court: Court = CourtFactory()
    pages = (
        "/office/programs/cohort/",
        "/office/",
        f"/office/courts/proposal/{Proposal.objects.get().pk}/",
        f"/office/intake/{appointment.pk}/",
        f"/office/enrollments/{waiting.enrollment.pk}/place/",
        f"/office/do/court/{court.pk}/change/",
    )
    dana = comes_in(house, "Dana Kessler", Role.COORDINATOR)
    found = []
    for url in pages:
        dana.opens(url)
        found += [f"{url} {one}" for one in faults(dana.page)]
    assert found == []
