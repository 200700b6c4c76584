"""The main job from end to end: three people, each before the own screen, and nothing but clicks."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from accounts.roles import Role
from courts.models import Referral
from courts.moves import State
from office.actions import tick
from programs.actions.cohorts import generate_cohort
from programs.models import Cohort
from tests.access.people import with_authenticator
from tests.courts.cases import program, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory, CourtFactory, RecipientFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import EligibilityItemFactory, SignerFactory
from tests.journeys.visits import DESK, PHONE, Clock, House, Visitor

SEATTLE = ZoneInfo("America/Los_Angeles")
NAME, CASE = "Ramón Álvarez", "26-0413"
FIRST_EVENING = date(2026, 3, 10)
INTAKE = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)  # Wednesday, 2:00 pm in Seattle
EXIT_INTERVIEW = datetime(2026, 3, 25, 17, 0, tzinfo=UTC)  # Wednesday, 10:00 am, the morning after the last evening
TUESDAYS = ["Tue, Mar 10", "Tue, Mar 17", "Tue, Mar 24"]


class Office:
    """A program of three weeks with free seats, its people, and a referral that came this morning."""

    def __init__(self) -> None:
        self.coordinator: User = UserFactory.create(name="Dana Kessler", roles=[Role.COORDINATOR])
        self.facilitator: User = UserFactory.create(name="Marcus Bell", roles=[Role.FACILITATOR])
        self.clerk: User = UserFactory.create(name="Ines Calder", roles=[Role.CLERK])
        of = program(name="Harbor Program", number_prefix="H")
        EligibilityItemFactory(program=of, question="Is he an adult?", must_be=True, position=1)
        EligibilityItemFactory(program=of, question="Is a minor concerned?", must_be=False, position=2)
        SignerFactory(program=of, user=self.coordinator)
        self.cohort: Cohort = generate_cohort(
            curriculum=of.curricula.get(),
            policy=of.policies.get(),
            name="Tuesdays",
            first_on=FIRST_EVENING,
            starts_at=time(18),
            leaders=[self.facilitator],
            by=self.coordinator,
            now=NOW,
            place="12 Pier Street",
        )
        court = CourtFactory.create(name="Kent Municipal Court")
        ClerkshipFactory(court=court, user=self.clerk)
        man = ParticipantFactory.create(first_name="Ramón", last_name="Álvarez")
        self.referral: Referral = received(program=of, participant=man, court=court, case_number=CASE)
        RecipientFactory(referral=self.referral)

    def state(self) -> State:
        self.referral.refresh_from_db()
        return State(self.referral.state)


@pytest.mark.postgres_only
@pytest.mark.usefixtures("unhurried")
def test_from_the_referral_to_the_courts_acknowledgment(house: House, the_clock: Clock, tmp_path: Path):
    # Given
    office = Office()
    coordinator = given_one_who_signed_in(house, office.coordinator)
    # When
    when_the_referral_is_accepted(coordinator)
    when_an_appointment_is_planned(coordinator, "Intake", INTAKE)
    when_time_goes_by(the_clock, INTAKE + timedelta(minutes=50), coordinator, office.coordinator)
    when_his_intake_is_held(coordinator)
    when_he_gets_a_seat(coordinator)
    # Then
    assert office.state() == State.ENROLLED
    # When
    facilitator = given_one_who_signed_in(house, office.facilitator, width=PHONE)
    for session, day in zip(office.cohort.sessions.order_by("starts_at"), TUESDAYS, strict=True):
        begun = session.starts_at + timedelta(minutes=5)
        when_time_goes_by(the_clock, begun, facilitator, office.facilitator)
        when_an_evening_is_logged(facilitator, day)
    when_he_is_back(coordinator, office.coordinator)
    when_an_appointment_is_planned(coordinator, "Exit interview", EXIT_INTERVIEW)
    when_time_goes_by(the_clock, EXIT_INTERVIEW + timedelta(minutes=50), coordinator, office.coordinator)
    when_he_has_come_to(coordinator, "Exit interview")
    when_the_minute_is_over(the_clock)
    when_the_report_is_issued(coordinator)
    when_the_minute_is_over(the_clock)
    # Then
    clerk = given_a_clerk_who_signed_in(house, office.clerk)
    then_the_report_lies_there(clerk, tmp_path)
    # When
    when_the_clerk_acknowledges(clerk)
    when_the_referral_is_closed(coordinator)
    # Then
    assert office.state() == State.CLOSED


# --- Given


def given_one_who_signed_in(house: House, user: User, *, width: int = DESK) -> Visitor:
    visitor = house.visitor(width)
    visitor.signs_in(user, secret=with_authenticator(user))
    visitor.page.wait_for_url(lambda url: "/account/" not in url)
    return visitor


def given_a_clerk_who_signed_in(house: House, user: User) -> Visitor:
    """Without an authenticator: the code comes by mail."""
    visitor = house.visitor()
    visitor.signs_in(user)
    return visitor


# --- When


def when_the_referral_is_accepted(coordinator: Visitor) -> None:
    coordinator.sees_heading("Today")
    coordinator.takes_up("Referral to decide", "Accept")
    coordinator.sees(NAME)
    coordinator.chooses("Yes", of="Is he an adult?")
    coordinator.chooses("No", of="Is a minor concerned?")
    coordinator.presses("Accept")
    coordinator.is_told("Accepted. Plan his intake.")


def when_time_goes_by(the_clock: Clock, at: datetime, visitor: Visitor, user: User) -> None:
    """Whoever was away so long is signed out. The way back is other tests': a code opens once in half a minute."""
    the_clock.at = at
    when_he_is_back(visitor, user)


def when_he_is_back(visitor: Visitor, user: User) -> None:
    user.refresh_from_db()  # a session is bound to the password, which signing in has given
    visitor.page.context.clear_cookies()
    visitor.is_signed_in(user)


def when_an_appointment_is_planned(coordinator: Visitor, kind: str, at: datetime) -> None:
    coordinator.opens("/office/participants/participant/")
    coordinator.follows(NAME)
    coordinator.follows("Plan an appointment")
    coordinator.chooses(kind, of="What for")
    coordinator.fills("When", at.astimezone(SEATTLE).strftime("%Y-%m-%dT%H:%M"))
    coordinator.selects("With", "Dana Kessler")
    coordinator.presses("Plan an appointment")
    coordinator.is_told("Appointment planned")


def when_he_has_come_to(coordinator: Visitor, kind: str) -> None:
    coordinator.opens("/office/")
    coordinator.takes_up(kind, "Came or not")
    coordinator.chooses("He came", of="Did he come?")
    coordinator.presses("Came or not")
    coordinator.is_told("Noted: he came.")


def when_his_intake_is_held(coordinator: Visitor) -> None:
    coordinator.opens("/office/")
    coordinator.takes_up("Intake", "Open the intake")
    coordinator.chooses("Yes", of="Is he an adult?")
    coordinator.chooses("No", of="Is a minor concerned?")
    coordinator.presses("Finish the intake")
    coordinator.sees("He came; his intake is done, and he waits for a seat.")


def when_he_gets_a_seat(coordinator: Visitor) -> None:
    coordinator.opens("/office/")
    coordinator.takes_up("Needs a seat", "Place him")
    coordinator.presses("Seat him here : Tuesdays")
    coordinator.is_told("Seated in Tuesdays.")


def when_an_evening_is_logged(facilitator: Visitor, day: str) -> None:
    facilitator.opens("/sessions/")
    facilitator.taps_evening(day)
    facilitator.sees("0 of 1 have a mark")
    facilitator.page.get_by_role("radio", name="Present").tap()
    facilitator.sees("1 of 1 has a mark")
    facilitator.page.get_by_role("button", name="Close the session").tap()
    facilitator.is_told("Closed by Marcus Bell")


def when_the_minute_is_over(the_clock: Clock) -> None:
    """What the beat asks for."""
    the_clock.at += timedelta(minutes=1)
    tick(now=the_clock.at)


def when_the_report_is_issued(coordinator: Visitor) -> None:
    coordinator.opens("/office/")
    coordinator.takes_up("Completion", "Look")
    coordinator.follows("Open the review")
    coordinator.presses("Open the review")
    coordinator.is_told("In review.")
    coordinator.presses("Issue and deliver")
    coordinator.is_told("is issued; 1 copy is on the way.")


def when_the_clerk_acknowledges(clerk: Visitor) -> None:
    clerk.presses("Acknowledge")
    clerk.is_told("Report H-2026-00001 is acknowledged.")


def when_the_referral_is_closed(coordinator: Visitor) -> None:
    coordinator.opens("/office/courts/referral/")
    coordinator.follows(NAME)
    coordinator.follows("Close the referral")
    coordinator.chooses("Completed", of="Because")
    coordinator.presses("Close the referral")
    coordinator.is_told("Closed. Nothing more goes to the court.")


# --- Then


def then_the_report_lies_there(clerk: Visitor, folder: Path) -> None:
    clerk.sees("1 report waits to be acknowledged.")
    clerk.follows(CASE)
    clerk.sees_heading("Completion report H-2026-00001")
    clerk.sees(NAME.upper())
    with clerk.page.expect_download() as download:
        clerk.follows("Download the PDF")
    download.value.save_as(folder / "report.pdf")
    assert download.value.suggested_filename == "H-2026-00001.pdf"
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
