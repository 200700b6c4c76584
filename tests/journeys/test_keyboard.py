"""Without a mouse: Tab, arrows and Enter are enough, and one always sees where one is."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from courts.models import Delivery, DeskInvitation
from programs.kinds import RequirementKind
from programs.models import Mark, Seat
from tests.access.people import PASSWORD, stored_password, with_authenticator
from tests.courts import cases, paper_files
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory, SubmissionFactory
from tests.factories.participants import AppointmentFactory, ContactPointFactory, ParticipantFactory
from tests.factories.programs import EligibilityItemFactory
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


def test_a_clerk_does_a_days_work(house: House, the_clock: Clock):
    """To read, ask, look for, tick and acknowledge; to begin a referral, leave it, and go on with it."""
    the_clock.at = cases.AFTER
    first = cases.delivered(case_number="26-0413").referral
    second = cases.delivered(case_number="26-0500", court=first.court).referral
    clerk = UserFactory(roles=[Role.CLERK])
    ClerkshipFactory(court=first.court, user=clerk)
    visitor = house.visitor().is_signed_in(clerk)
    visitor.opens("/court/")
    does = _only_keys(visitor)

    does("26-0413")
    visitor.sees("Genuine and current")
    does("Ask for a correction")
    visitor.goes_to("What should be corrected?")
    visitor.types("The judge is another one.")
    does("Send the request")
    visitor.is_told("The program has your request. Its answer will stand here.")
    does("Reports")
    visitor.sees_heading("Reports")
    does("Find a report")
    visitor.goes_to("Case number or name")
    visitor.types("0500")
    visitor.page.keyboard.press("Enter")
    visitor.sees(second.name_as_charged)
    visitor.goes_to("Tick 26-0500")
    visitor.page.keyboard.press("Space")
    does("Acknowledge them")
    visitor.is_told("1 report is acknowledged.")
    assert [one.document.report.referral for one in Delivery.objects.exclude(acknowledged_at=None)] == [second]

    does("Refer a person")
    visitor.sees_heading("Refer a person")
    does("Begin a new referral")
    visitor.sees_heading("Who")
    visitor.goes_to("Last name")
    visitor.types("Halvorsen")
    does("Save, go on later")
    visitor.sees_heading("Refer a person")
    does("Go on Halvorsen")
    visitor.sees_heading("Not complete yet")
    does("Go on")
    visitor.sees_heading("The case and its dates")


def test_a_clerk_attaches_the_order_and_takes_it_away(house: House, tmp_path: Path):
    clerk = UserFactory(roles=[Role.CLERK])
    draft = SubmissionFactory(by=clerk, court=ClerkshipFactory(user=clerk).court)
    order = tmp_path / "order.pdf"
    order.write_bytes(paper_files.pdf())
    visitor = house.visitor().is_signed_in(clerk)
    # Who listens from the start has the browser's window caught before the key is pressed; later it may come too late.
    visitor.page.on("filechooser", lambda chooser: None)
    visitor.opens(f"/court/refer/{draft.reference}/contact/")
    does = _only_keys(visitor)

    visitor.goes_to("Attach the order")
    with visitor.page.expect_file_chooser() as asked:
        visitor.page.keyboard.press("Enter")
    asked.value.set_files(order)
    does("Attach this file")
    visitor.sees("order.pdf")
    assert [(paper.name, paper.removed_at) for paper in draft.papers.all()] == [("order.pdf", None)]
    does("Take away order.pdf")
    visitor.sees_heading("Contact and the order")
    expect(visitor.page.get_by_role("link", name="order.pdf")).to_have_count(0)
    assert [paper.removed_at is None for paper in draft.papers.all()] == [False]


def test_a_clerk_ends_a_colleague_and_invites_another(house: House):
    clerk = UserFactory(name="Ingrid Halloran", roles=[Role.CLERK])
    court = ClerkshipFactory(user=clerk).court
    leaves = ClerkshipFactory(court=court, user=UserFactory(name="Vera Lindqvist", roles=[Role.CLERK]))
    hers = house.visitor().is_signed_in(leaves.user)
    hers.opens("/court/")
    hers.sees_heading("Reports")
    visitor = house.visitor().is_signed_in(clerk)
    visitor.opens("/court/")
    does = _only_keys(visitor)

    does("People")
    visitor.sees_heading("People")
    does("End access : Vera Lindqvist")
    visitor.sees_heading("End the access of Vera Lindqvist?")
    does("End access")
    visitor.sees_heading("People")
    visitor.is_told("Vera Lindqvist no longer serves here.")
    hers.opens("/court/")
    hers.sees_heading("Sign in")
    visitor.goes_to("Their e-mail address at work")
    visitor.types("successor@court.example")
    does("Send the invitation")
    visitor.sees("Invited, not here yet")
    assert [one.invitation.email for one in DeskInvitation.objects.filter(court=court)] == ["successor@court.example"]


def _only_keys(visitor: Visitor) -> Callable[[str], None]:
    """Tab to what is called so, and Enter. What follows is waited for by what one sees there."""

    def does(name: str) -> None:
        visitor.goes_to(name)
        visitor.page.keyboard.press("Enter")

    return does


def test_who_comes_first_to_the_page_can_skip_the_navigation(house: House):
    visitor: Visitor = house.visitor().is_signed_in(UserFactory(roles=[Role.COORDINATOR]))
    visitor.opens("/office/")

    visitor.goes_to("Skip to the page")
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("main")).to_be_focused()


# --- In the office


def test_one_does_an_intake(house: House, the_clock: Clock):
    man = ParticipantFactory(first_name="Marek", last_name="Brzezik")
    case = cases.accepted(participant=man)
    EligibilityItemFactory(program=case.referral.program, question="Is he an adult?")
    ContactPointFactory(participant=man, value="+12065550142", source="the court's list")
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    starts_at = the_clock.at - timedelta(minutes=10)
    AppointmentFactory(participant=man, starts_at=starts_at, with_whom=coordinator)
    visitor = house.visitor().is_signed_in(coordinator)
    visitor.opens("/office/")

    visitor.goes_to("Open the intake : Marek Brzezik")
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("Intake")
    visitor.answers("Is he an adult?", "Yes")
    visitor.answers("Whose is it?", "His own")
    visitor.answers("May a message go there that gives nothing away?", "Yes")
    visitor.answers("Does he agree to texts?", "Yes")
    visitor.answers("How did he say so?", "Oral")
    visitor.goes_to("Tuesday")
    visitor.page.keyboard.press("Space")
    visitor.goes_to("Finish the intake")
    visitor.page.keyboard.press("Enter")

    visitor.sees("his intake is done, and he waits for a seat.")
    point = man.contact_points.get()
    assert (point.safe_at is not None, point.consents.get().given) == (True, True)


def test_one_seats_a_man_from_the_board(house: House, the_clock: Clock):
    case = cases.accepted(participant=ParticipantFactory(first_name="Marek", last_name="Brzezik"))
    case.meet(RequirementKind.INTAKE, the_clock.at.date())
    cases.cohort(case.referral.program, name="Tuesdays")
    visitor = house.visitor().is_signed_in(UserFactory(roles=[Role.COORDINATOR]))
    visitor.opens("/office/")

    visitor.page.keyboard.press("g")
    visitor.page.keyboard.press("c")
    visitor.sees_heading("Cohorts")
    visitor.goes_to("Make-up : Tuesdays")
    visitor.goes_to("Find him a cohort : Marek Brzezik")
    visitor.page.keyboard.press("Enter")
    visitor.sees_heading("Find him a cohort")
    visitor.goes_to("Seat him here : Tuesdays")
    visitor.page.keyboard.press("Enter")

    visitor.sees("Seated")
    assert Seat.objects.get(to_on=None).cohort.name == "Tuesdays"
