"""A coordinator at her desk: from a new referral to a delivered report within the office; and by keys alone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from courts.models import Delivery, Referral
from courts.moves import State
from office.actions import tick
from participants.findable import make_findable
from programs.actions.cohorts import generate_cohort
from programs.models import Cohort
from tests.courts import cases
from tests.courts.cases import Case, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory, CourtFactory, RecipientFactory
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.factories.programs import EligibilityItemFactory, SignerFactory
from tests.journeys.visits import NARROW, PHONE, Clock, House, Visitor

NAME = "Ramón Álvarez"
FIRST_EVENING = date(2026, 3, 10)
INTAKE = "2026-03-04T14:00"  # by the clock in Seattle
AT_THE_INTAKE = datetime.fromisoformat("2026-03-04T22:20:00+00:00")
EXIT_INTERVIEW = "2026-03-25T10:00"
AFTER_THE_EXIT_INTERVIEW = datetime.fromisoformat("2026-03-25T18:00:00+00:00")


class Desk:
    """A program of three Tuesdays with free seats, and a referral that came this morning."""

    def __init__(self) -> None:
        self.dana: User = UserFactory.create(name="Dana Kessler", roles=[Role.COORDINATOR])
        of = cases.program(name="Harbor Program", number_prefix="H")
        EligibilityItemFactory(program=of, question="Is he an adult?", must_be=True)
        SignerFactory(program=of, user=self.dana)
        marcus: User = UserFactory.create(name="Marcus Bell", roles=[Role.FACILITATOR])
        self.cohort: Cohort = generate_cohort(
            curriculum=of.curricula.get(),
            policy=of.policies.get(),
            name="Tuesdays",
            first_on=FIRST_EVENING,
            starts_at=time(18),
            leaders=[marcus],
            by=self.dana,
            now=NOW,
            place="12 Pier Street",
        )
        court = CourtFactory.create(name="Kent Municipal Court")
        ClerkshipFactory(court=court)
        man = ParticipantFactory.create(first_name="Ramón", last_name="Álvarez")
        ContactPointFactory(participant=man, value="+12065550142", source="the court's list")
        self.referral: Referral = received(program=of, participant=man, court=court, case_number="26-0413")
        RecipientFactory(referral=self.referral)
        make_findable([man])

    def state(self) -> State:
        self.referral.refresh_from_db()
        return State(self.referral.state)


@pytest.fixture
def desk(transactional_db: None, the_clock: Clock) -> Desk:
    return Desk()


@pytest.fixture
def dana(house: House, desk: Desk) -> Iterator[Visitor]:
    """Wherever she is led, it is within the office."""
    visitor = house.visitor().is_signed_in(desk.dana)
    paths: list[str] = []
    visitor.page.on("framenavigated", lambda frame: paths.append(urlsplit(frame.url).path))
    visitor.opens("/office/")
    yield visitor
    assert {path.split("/")[1] for path in paths if path != "blank"} == {"office"}


def test_from_a_new_referral_to_a_delivered_report(dana: Visitor, desk: Desk, the_clock: Clock) -> None:
    # Given a referral that nobody has looked at
    dana.sees_heading("Today")
    # When it is accepted, and he is given a time
    dana.takes_up("Referral to decide", "Accept")
    dana.chooses("Yes", of="Is he an adult?")
    dana.presses("Accept")
    dana.takes_up("No intake planned", "Open the case")
    when_a_time_is_given(dana, "Intake", INTAKE)
    # And he comes, and the sheet is filled in with him
    when_it_is(the_clock, AT_THE_INTAKE, dana, desk)
    dana.takes_up("Intake 2:00 pm", "Open the intake")
    when_the_sheet_is_finished(dana)
    # And he is placed
    dana.follows("Today")
    dana.takes_up("Needs a seat", "Place him")
    dana.presses("Seat him here : Tuesdays")
    dana.is_told("Seated in Tuesdays.")
    # Then the court's referral is under way
    assert desk.state() == State.ENROLLED
    # When his evenings and the interview are over
    when_he_attends(desk)
    when_it_is(the_clock, cases.AFTER - timedelta(hours=1), dana, desk)
    dana.follows("People")
    dana.follows(NAME)
    when_a_time_is_given(dana, "Exit interview", EXIT_INTERVIEW)
    when_it_is(the_clock, AFTER_THE_EXIT_INTERVIEW, dana, desk)
    dana.takes_up("Exit interview", "Came or not")
    dana.chooses("He came", of="Did he come?")
    dana.presses("Came or not")
    when_the_minute_is_over(the_clock)
    # And the report that is proposed is read, and issued
    dana.follows("Today")
    dana.takes_up("Completion", "Look")
    dana.follows("Open the review")
    dana.presses("Open the review")
    dana.presses("Issue and deliver")
    dana.is_told("is issued; 1 copy is on the way.")
    when_the_minute_is_over(the_clock)
    # Then it lies at the court, and his file says so
    dana.follows("People")
    dana.follows(NAME)
    dana.page.locator("#more").get_by_role("link", name="Reports").click()
    expect(dana.page.locator(".file-part")).to_contain_text("Completion report")
    expect(dana.page.locator(".file-part .lines > li").first).to_contain_text("Delivered")
    assert Delivery.objects.get().state == Delivery.State.SENT


def when_a_time_is_given(dana: Visitor, kind: str, at: str) -> None:
    dana.follows("Plan an appointment")
    dana.chooses(kind, of="What for")
    dana.fills("When", at)
    dana.selects("With", "Dana Kessler")
    dana.presses("Plan an appointment")
    dana.is_told("Appointment planned")


def when_it_is(the_clock: Clock, at: datetime, dana: Visitor, desk: Desk) -> None:
    """Whoever was away so long is signed out, and comes back to Today."""
    the_clock.at = at
    dana.page.context.clear_cookies()
    dana.is_signed_in(desk.dana)
    dana.opens("/office/")


def when_the_sheet_is_finished(dana: Visitor) -> None:
    dana.chooses("Yes", of="Is he an adult?")
    phone = dana.page.get_by_role("group", name="Phone 206-555-0142")
    phone.get_by_role("radio", name="His own").check()
    phone.get_by_role("group", name="May a message go there").get_by_label("Yes").check()
    dana.presses("Finish the intake")
    dana.sees("He came; his intake is done, and he waits for a seat.")


def when_he_attends(desk: Desk) -> None:
    """His facilitator marks it, on pages of another journey."""
    desk.referral.refresh_from_db()
    case = Case.of(desk.referral)
    case.cohort = desk.cohort
    case.attend(1, 2, 3)


def when_the_minute_is_over(the_clock: Clock) -> None:
    the_clock.at += timedelta(minutes=1)
    tick(now=the_clock.at)


# --- By keys


@pytest.mark.sqlite_only
def test_the_slash_leads_to_the_search(dana: Visitor) -> None:
    dana.page.keyboard.press("/")
    expect(dana.page.get_by_label("Search people, cases and reports")).to_be_focused()
    dana.types("alvarez, r")
    dana.page.keyboard.press("Enter")
    dana.sees_heading("Search")
    dana.page.wait_for_load_state()
    expect(dana.page.get_by_role("link", name=NAME)).to_be_visible()
    assert "alvarez" not in dana.page.url
    # On its own page it leads into the field that stands there
    dana.page.locator("h1").click()
    dana.page.keyboard.press("/")
    expect(dana.page.locator("main input[type=search]")).to_be_focused()


@pytest.mark.sqlite_only
def test_g_and_a_letter_lead_to_a_page_but_not_in_a_field(dana: Visitor) -> None:
    dana.page.keyboard.press("g")
    dana.page.keyboard.press("r")
    dana.sees_heading("Referrals")
    dana.page.wait_for_load_state()  # a key pressed before its script is there does nothing
    dana.page.keyboard.press("?")
    dana.sees_heading("Shortcuts")
    dana.page.wait_for_load_state()
    dana.page.keyboard.press("/")
    dana.types("g r?/")
    expect(dana.page.get_by_label("Search people, cases and reports")).to_have_value("g r?/")
    dana.sees_heading("Shortcuts")


@pytest.mark.sqlite_only
def test_who_wants_no_keys_turns_them_off(dana: Visitor) -> None:
    dana.page.keyboard.press("?")
    dana.sees_heading("Shortcuts")
    dana.page.get_by_label("Keys lead somewhere on this computer").uncheck()
    dana.opens("/office/")
    dana.page.keyboard.press("?")
    dana.page.keyboard.press("/")
    dana.sees_heading("Today")
    expect(dana.page.get_by_label("Search people, cases and reports")).not_to_be_focused()


# --- On a phone


@pytest.mark.sqlite_only
@pytest.mark.parametrize("shown", [PHONE, NARROW])
def test_a_list_is_read_without_moving_it_sideways(dana: Visitor, shown: int) -> None:
    dana.page.set_viewport_size({"width": shown, "height": 844})
    for noun in ("courts/referral", "participants/participant"):
        dana.opens(f"/office/{noun}/")
        expect(dana.page.get_by_role("link", name=NAME)).to_be_visible()
        shown_of_it = "one => [one.scrollWidth > one.clientWidth, innerWidth]"
        assert dana.page.locator(".table-scroll").evaluate(shown_of_it) == [False, shown]
