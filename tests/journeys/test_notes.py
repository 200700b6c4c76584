"""What is written about the evening, below the roster: kept like a tap where there is no line or nobody signed in."""

import pytest
from django.contrib.sessions.models import Session as SignedIn
from playwright.sync_api import Locator, expect

from programs.models import SessionNote
from programs.models import Visitor as Guest
from tests.journeys.looking import faults
from tests.journeys.test_offline import (
    given_the_roster,
    group,
    held,
    roster_of,
    until_it_lies_safe,
    warned,
    with_a_line,
    without_a_line,
)
from tests.journeys.visits import PHONE, Clock, House, Visitor
from tests.programs.scene import Scene

pytestmark = pytest.mark.sqlite_only
TEXT = "The window rattled all evening."
__all__ = ["group"]


def test_a_note_is_saved_and_the_roster_stays_as_it_is(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.row("Dorian H.").locator("summary").tap()
    facilitator.row("Dorian H.").get_by_label("Note").fill("He left his coat.")

    write(facilitator, about="Marek B.")

    expect(notes_of(facilitator)).to_have_count(1)
    expect(notes_of(facilitator)).to_contain_text(f"Marek B. {TEXT}")
    expect(facilitator.page.locator("#notes [data-note-said]")).to_have_text("The note is saved.")
    expect(facilitator.row("Dorian H.").get_by_label("Note")).to_have_value("He left his coat.")
    expect(facilitator.page.locator("#notes textarea").first).to_have_value("")
    note = SessionNote.objects.get()
    assert (note.text, note.kind, note.enrollment and note.enrollment.participant.first_name) == (
        TEXT,
        "private",
        "Marek",
    )
    assert held(facilitator) == []


def test_a_note_that_is_written_without_a_line_goes_up_by_itself(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    # When
    write(facilitator)
    write(facilitator, "He struck the door.", incident=True)
    # Then
    expect(facilitator.page.locator("[data-note-waits]")).to_have_text(
        "A note waits for a line, sealed on this phone. It goes up by itself."
    )
    facilitator.sees("2 not sent yet")
    assert "window" not in repr(held(facilitator))
    assert faults(facilitator.page) == []
    # When
    with_a_line(facilitator)
    # Then
    expect(notes_of(facilitator)).to_have_count(2)
    expect(facilitator.page.locator("[data-unsent-count]")).to_be_hidden()
    expect(facilitator.page.locator("[data-note-waits]")).to_be_hidden()
    assert set(SessionNote.objects.values_list("kind", flat=True)) == {"private", "incident"}
    assert held(facilitator) == []


def test_one_is_signed_out_while_a_note_is_typed(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    SignedIn.objects.all().delete()
    # When
    write(facilitator)
    # Then
    until_it_lies_safe(facilitator, 1)
    facilitator.sees("You are signed out; sign in again and they go up.")
    # When
    facilitator.page.locator("[data-unsent-count]").get_by_role("link", name="Sign in").tap()
    facilitator.sees_heading("Sign in")
    facilitator.is_signed_in(group.leader)
    facilitator.opens(roster_of(group))
    # Then
    expect(notes_of(facilitator)).to_contain_text(TEXT)
    assert SessionNote.objects.get().text == TEXT


def test_a_note_that_is_refused_shows_whole(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    write(facilitator, about="Marek B.")
    until_it_lies_safe(facilitator, 1)
    group.cohort.seats.filter(enrollment__participant__first_name="Marek").delete()
    # When
    with_a_line(facilitator)
    # Then
    facilitator.is_told(f"“{TEXT}”: He isn't expected at this session. Choose somebody who is.")
    # When
    facilitator.presses("Drop this note")
    # Then
    expect(facilitator.page.locator("[data-unsent-lost]")).to_be_hidden()
    assert held(facilitator) == []


def test_the_page_warns_while_something_typed_is_not_saved(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    opened(facilitator, "Write a private note").get_by_label("Note").fill(TEXT)

    assert warned(facilitator)


def test_without_a_line_other_forms_keep_what_was_typed(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    form = opened(facilitator, "List somebody")
    form.get_by_label("Interpreter").check()
    form.get_by_label("Called").fill("Robin")
    without_a_line(facilitator)
    # When
    form.get_by_role("button", name="List").tap()
    # Then
    facilitator.is_told("There is no line. Nothing is lost: what you typed stays here.")
    expect(form.get_by_label("Called")).to_have_value("Robin")
    # When
    with_a_line(facilitator)
    form.get_by_role("button", name="List").tap()
    # Then
    facilitator.sees("agreement not signed")
    assert Guest.objects.get().alias == "Robin"


def test_signed_out_other_forms_keep_what_was_typed(house: House, group: Scene, the_clock: Clock):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.page.get_by_label("Minutes held").fill("95")
    SignedIn.objects.all().delete()
    # When
    facilitator.page.get_by_role("button", name="Close the session").tap()
    # Then
    facilitator.is_told("You are signed out. What you typed stays here")
    expect(facilitator.page.get_by_label("Minutes held")).to_have_value("95")
    assert faults(facilitator.page) == []
    # When
    facilitator.page.set_viewport_size({"width": PHONE, "height": 844})
    facilitator.is_signed_in(group.leader)
    facilitator.page.get_by_role("button", name="Close the session").tap()
    # Then
    facilitator.sees("3 people still have no mark.")


def test_a_name_typed_without_a_line_stays(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.opens(f"{roster_of(group)}unlisted/")
    facilitator.fills("First name", "Ansel")
    without_a_line(facilitator)

    facilitator.presses("Look for him")

    facilitator.is_told("There is no line.")
    expect(facilitator.page.get_by_label("First name")).to_have_value("Ansel")


def notes_of(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-notes] > li")


def opened(visitor: Visitor, words: str) -> Locator:
    details = visitor.page.locator(".door-write").filter(has_text=words)
    details.locator("summary").tap()
    return details


def write(visitor: Visitor, text: str = TEXT, *, about: str = "The session", incident: bool = False) -> None:
    form = opened(visitor, "Write an incident note" if incident else "Write a private note")
    form.get_by_label("About").select_option(label=about)
    form.get_by_label("Note").fill(text)
    form.get_by_role("button").tap()
