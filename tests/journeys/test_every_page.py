"""Every kind of page, narrow and wide, light and dark: axe finds nothing, and nothing stands out at the side.

On one column only: what the browser shows of a page is the same on both.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from accounts.models import User
from accounts.roles import Role
from tests.access.people import stored_password, with_authenticator
from tests.courts import cases
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.courts import FlagFactory
from tests.factories.messaging import InboundTextFactory
from tests.factories.participants import AppointmentFactory, ParticipantFactory
from tests.factories.programs import SessionNoteFactory
from tests.journeys.looking import faults
from tests.journeys.town import Town
from tests.journeys.visits import PHONE, Clock, House, Visitor

pytestmark = pytest.mark.sqlite_only

FILE_TABS = ("reports", "messages", "money", "notes", "documents", "history")
BROKEN = ("400", "403_csrf", "429", "500")
Pages = Iterator[tuple[str, Visitor]]


@pytest.fixture
def town(transactional_db: None, the_clock: Clock) -> Town:
    the_clock.at = cases.AFTER
    return Town()


def check(pages: Pages) -> None:
    found = [f"{name}: {fault}" for name, visitor in pages for fault in faults(visitor.page)]
    assert found == [], "\n".join(found)


def opened(visitor: Visitor, *paths: str) -> Pages:
    for path in paths:
        visitor.opens(path)
        yield path, visitor


# --- Coming in


def test_the_way_in(house: House):
    check(_way_in(house))


def _way_in(house: House) -> Pages:
    stranger = house.visitor()
    yield from opened(stranger, "/account/sign-in/", "/account/password/reset/", "/nothing/here/")
    yield from _with_errors(stranger)
    yield from _second_steps(house)
    yield from _settings(house)
    yield from _error_pages(house)


def _with_errors(stranger: Visitor) -> Pages:
    stranger.opens("/account/sign-in/")
    stranger.presses("Sign in")
    stranger.sees("Please look at this again")
    yield "sign-in with errors", stranger
    InvitationFactory(token="welcome")
    yield from opened(stranger, "/account/invitation/welcome/", "/account/invitation/over/")


def _second_steps(house: House) -> Pages:
    coordinator: User = UserFactory.create(roles=[Role.COORDINATOR], password=stored_password())
    with_authenticator(coordinator)
    clerk: User = UserFactory.create(roles=[Role.CLERK], password=stored_password())
    for user in (coordinator, clerk):
        visitor = house.visitor()
        visitor.gives_password(user)
        yield f"second step of {user.roles}", visitor
        visitor.fills("Code", "000000")
        visitor.presses("Sign in")
        visitor.sees("That code isn't right")
        yield f"second step of {user.roles} with an error", visitor


def _settings(house: House) -> Pages:
    user: User = UserFactory.create(roles=[Role.COORDINATOR], password=stored_password())
    newcomer = house.visitor()
    newcomer.gives_password(user)
    newcomer.sees_heading("Set up a second step")
    yield from opened(newcomer, "/account/second-step/", "/account/second-step/authenticator/")
    yield from opened(newcomer, "/account/second-step/passkeys/add/")
    two = house.visitor().is_signed_in(UserFactory(roles=[Role.FACILITATOR, Role.COORDINATOR]))
    yield from opened(two, "/", "/account/password/change/", "/account/sign-out/", "/account/sign-out/everywhere/")


def _error_pages(house: House) -> Pages:
    """What only comes when something is broken, shown as it would come."""
    visitor = house.visitor().is_signed_in(UserFactory(roles=[Role.FACILITATOR]))
    yield from opened(visitor, "/court/")
    for name in BROKEN:
        visitor.is_answered("/broken/", render_to_string(f"{name}.html"))
        yield name, visitor


# --- The office


def test_the_offices_pages(house: House, town: Town):
    check(_office(house, town))


def _office(house: House, town: Town) -> Pages:
    visitor = house.visitor().is_signed_in(town.coordinator)
    referral = town.delivered.referral
    incident = SessionNoteFactory(session=town.evening, kind="incident")
    yield from opened(
        visitor,
        "/office/",
        f"/office/incidents/{incident.pk}/",
        "/office/courts/referral/",
        f"/office/courts/referral/{referral.pk}/",
        "/office/participants/participant/?q=nobody",
        f"/office/people/{referral.participant_id}/",
        "/office/programs/cohort/",
        f"/office/programs/cohort/{town.cohort.pk}/",
        f"/office/programs/session/{town.evening.pk}/",
        f"/office/programs/enrollment/{town.delivered.enrollment.pk}/",
        "/office/courts/report/",
        f"/office/courts/report/{town.in_review.pk}/",
        f"/office/courts/proposal/{town.proposal.pk}/",
        "/office/messaging/message/",
        "/office/settings/",
        "/office/settings/texts/",
        "/office/settings/texts/reminder/text/es/",
        "/office/audit/event/",
        f"/office/do/report/{town.in_review.pk}/issue/",
        f"/office/do/participant/{referral.participant_id}/appointment/",
    )
    visitor.presses("Plan an appointment")
    visitor.sees("Look at these again")
    yield "a form with errors", visitor


def test_the_desk_and_what_leads_on_from_it(house: House, town: Town):
    check(_desk(house, town))


def _desk(house: House, town: Town) -> Pages:
    visitor = house.visitor().is_signed_in(town.coordinator)
    man = town.delivered.referral.participant
    twin, flag = ParticipantFactory(first_name=man.first_name, last_name=man.last_name), FlagFactory(referral=town.new)
    intake = AppointmentFactory(participant=town.new.participant, with_whom=town.coordinator, starts_at=cases.AFTER)
    InboundTextFactory(contact_point=man.contact_points.first(), came_at=cases.AFTER)
    line = f"key=to_decide:courts.Referral:{town.new.pk}"
    yield from opened(
        visitor,
        "/office/?whose=mine",
        f"/office/line/?{line}",
        *(f"/office/people/{man.pk}/?tab={tab}" for tab in FILE_TABS),
        f"/office/people/{man.pk}/?tab=whole",
        f"/office/people/{man.pk}/beside/{twin.pk}/",
        f"/office/people/{man.pk}/proof/",
        f"/office/reports/{town.delivered.referral.reports.get().pk}/proof/",
        f"/office/enrollments/{town.in_review.referral.enrollment_id}/place/",
        f"/office/intake/{intake.pk}/",
        f"/office/do/flag/{flag.pk}/settle/",
        "/office/shortcuts/",
        "/office/print/",
        "/office/print/letters/",
    )
    yield from _asked(visitor)


def _asked(visitor: Visitor) -> Pages:
    """What stands behind a form: what was found, and a deed for many before it is done."""
    visitor.opens("/office/search/")
    yield "an empty search", visitor
    visitor.fills("Name, case number or report number", "featherstonehaugh")
    visitor.presses("Search")
    yield "what was found", visitor
    visitor.opens("/office/participants/appointment/")
    visitor.page.get_by_role("checkbox").first.check()
    visitor.presses("Cancel the appointment")
    visitor.sees("Nothing is done yet")
    yield "a deed for many", visitor


def test_what_leaves_two_at_one_record_and_what_is_printed(house: House, town: Town):
    check(_leaving(house, town))


def _leaving(house: House, town: Town) -> Pages:
    visitor = house.visitor().is_signed_in(town.coordinator, again=True)
    man = town.delivered.referral.participant
    yield from opened(visitor, "/office/lists/courts.referral/export/?state__exact=received")
    visitor.presses("Export")
    visitor.sees("Look at these again")
    yield "an export with errors", visitor
    yield from _two_at_one(house, visitor, town)
    for path in (f"/office/people/{man.pk}/?tab=whole", "/office/print/", f"/office/people/{man.pk}/proof/"):
        visitor.opens(path)
        visitor.page.emulate_media(media="print")
        yield f"{path} as it prints", visitor
        visitor.page.emulate_media(media="screen")


def _two_at_one(house: House, visitor: Visitor, town: Town) -> Pages:
    """Somebody else is faster at his record, and at a line of Today."""
    other = house.visitor().is_signed_in(town.coordinator)
    correct = f"/office/do/participant/{town.new.participant_id}/correct/"
    line = f"/office/line/?key=to_decide:courts.Referral:{town.new.pk}"
    for address, label, typed, button in (
        (correct, "Called", ("Max", "Alejandro"), "Correct what we know of him"),
        (line, "Why", ("The court answers on Monday.", "He is away."), "Let it sleep"),
    ):
        for who in (visitor, other):
            who.opens(address)
        for who, word in zip((other, visitor), typed, strict=True):
            if address == line:
                who.fills("Until", f"{cases.AFTER.date() + timedelta(days=3):%Y-%m-%d}")
            who.fills(label, word)
            who.presses(button)
        visitor.sees("Somebody else")
        yield f"two at {address}", visitor


# --- The sessions


def test_the_facilitators_pages(house: House, town: Town):
    check(_sessions(house, town))


def _sessions(house: House, town: Town) -> Pages:
    visitor = house.visitor(PHONE).is_signed_in(town.facilitator)
    evening = f"/sessions/{town.evening.pk}/"
    held = town.cohort.sessions.earliest("starts_at")
    yield from opened(visitor, "/sessions/", evening, f"/sessions/{held.pk}/", f"{evening}unlisted/")
    visitor.presses("Look for him")
    visitor.sees("Please look at this again")
    yield "someone who isn't listed, with errors", visitor
    visitor.opens(evening)
    colleague = house.visitor(PHONE).is_signed_in(town.facilitator)
    colleague.opens(evening)
    colleague.marks("Renzo T.", "Absent")
    visitor.row("Renzo T.").get_by_role("radio", name="Present").click()
    visitor.sees("Your tap is not saved yet.")
    visitor.row("Ilya L.").get_by_role("radio", name="Late").click()
    visitor.row("Ilya L.").get_by_role("button", name="Save late").click()
    visitor.sees("How many minutes late?")
    for more in visitor.page.locator("details:is(.door-more, .door-write) > summary").all():
        more.click()
    yield "a roster with a conflict, an error, and all that opens", visitor
    visitor.presses("Close the session")
    visitor.sees("Please look at this again")
    yield "a closing that was refused", visitor
    yield from _canceled(visitor, f"{evening}canceled/")
    nobody = house.visitor(PHONE).is_signed_in(UserFactory(roles=[Role.FACILITATOR]))
    yield from opened(nobody, "/sessions/", "/sessions/calendar/")
    nobody.presses("Make an address")
    nobody.sees("Copy this address now.")
    yield "a calendar's address", nobody


def _canceled(visitor: Visitor, address: str) -> Pages:
    yield from opened(visitor, address)
    visitor.presses("It did not happen")
    visitor.sees("Please look at this again")
    yield "a cancellation that was refused", visitor
    visitor.page.get_by_label("The weather").check()
    visitor.page.get_by_label("They stay as they are").check()
    visitor.presses("It did not happen")
    visitor.sees("Saved. It is nobody's absence.")
    yield "who was told and who is to be called", visitor


# --- The court


def test_the_courts_pages(house: House, town: Town):
    check(_court(house, town))


def _court(house: House, town: Town) -> Pages:
    visitor = house.visitor().is_signed_in(town.clerk)
    report = town.delivered.referral.reports.get()
    yield from opened(visitor, "/court/", f"/court/reports/{report.pk}/")
    visitor.presses("Acknowledge")
    visitor.sees("is acknowledged.")
    yield "the inbox, all acknowledged", visitor
    nothing = house.visitor().is_signed_in(UserFactory(roles=[Role.CLERK]))
    yield from opened(nothing, "/court/")
