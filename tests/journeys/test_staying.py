"""Signed out for being idle, with a form half typed: nothing of it is lost."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from tests.access.people import with_authenticator
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory
from tests.journeys.visits import Clock, House, Visitor

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("transactional_db", "unhurried")]
WORDS = "Called back at ten; he asks for an evening group"
LOOKS = "() => document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def coordinator(the_clock: Clock) -> User:
    made: User = UserFactory.create(roles=[Role.COORDINATOR])
    return made


def given_a_note_half_typed(house: House, user: User) -> Visitor:
    visitor = house.visitor().is_signed_in(user)
    visitor.opens(f"/office/do/participant/{ParticipantFactory.create().pk}/note/")
    visitor.page.locator("main textarea").first.fill(WORDS)
    return visitor


def the_page_looks(visitor: Visitor) -> None:
    """As when one comes back to its window."""
    visitor.page.evaluate(LOOKS)


def test_one_is_warned_and_stays(house: House, coordinator: User, the_clock: Clock):
    visitor = given_a_note_half_typed(house, coordinator)
    # When
    the_clock.at += timedelta(minutes=28, seconds=30)
    the_page_looks(visitor)
    # Then
    visitor.sees("In 2 minutes you are signed out.")
    # When
    visitor.page.get_by_role("button", name="Stay signed in").press("Enter")
    expect(visitor.page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    the_clock.at += timedelta(minutes=20)
    the_page_looks(visitor)
    # Then
    expect(visitor.page.locator("main textarea").first).to_have_value(WORDS)


def test_what_is_on_the_page_is_there_after_signing_in_in_another_window(
    house: House, coordinator: User, the_clock: Clock
):
    visitor = given_a_note_half_typed(house, coordinator)
    # When
    the_clock.at += timedelta(minutes=45)
    the_page_looks(visitor)
    # Then
    visitor.sees("You were signed out. What you typed on this page is kept here, not saved yet.")
    expect(visitor.page.locator("main textarea").first).to_be_hidden()
    # When
    visitor.is_signed_in(coordinator)
    the_page_looks(visitor)
    # Then
    expect(visitor.page.locator("main textarea").first).to_be_visible()
    expect(visitor.page.locator("main textarea").first).to_have_value(WORDS)


def test_a_page_without_anything_typed_gives_way(house: House, coordinator: User, the_clock: Clock):
    visitor = house.visitor().is_signed_in(coordinator)
    visitor.opens("/office/")
    the_clock.at += timedelta(minutes=45)
    the_page_looks(visitor)

    visitor.sees_heading("Sign in")


def test_what_was_sent_too_late_is_there_after_signing_in(house: House, coordinator: User, the_clock: Clock):
    visitor = given_a_note_half_typed(house, coordinator)
    secret = with_authenticator(coordinator)
    # When
    the_clock.at += timedelta(minutes=45)
    visitor.page.locator("main form button[type=submit]").last.click()
    # Then
    visitor.sees_heading("Sign in")
    # When
    visitor.signs_in_here(coordinator, secret=secret)
    # Then
    visitor.sees_heading("Not saved yet")
    visitor.sees(WORDS)
    # When
    visitor.presses("Save it now")
    # Then
    visitor.sees(WORDS)
