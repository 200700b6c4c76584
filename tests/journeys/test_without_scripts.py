"""Without JavaScript all of an evening goes by plain forms."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from programs.models import Mark, Session, SessionNote
from tests.journeys.visits import PHONE, Clock, House, Visitor
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def group(transactional_db: None, the_clock: Clock) -> Scene:
    running = scene(weeks=3)
    for first, last in (("Dorian", "Halloway"), ("Marek", "Brzezik"), ("Tobias", "Penhale")):
        running.seated(participant__first_name=first, participant__last_name=last)
    the_clock.at = running.session(1).starts_at + timedelta(minutes=5)
    return running


def test_an_evening_is_logged_and_closed(house: House, group: Scene, the_clock: Clock):
    # Given
    facilitator = given_the_roster(house, group)
    # When
    tap(facilitator, "Dorian H.", "Present")
    facilitator.sees("1 of 3 has a mark")
    tap(facilitator, "Marek B.", "Late")
    # Then
    facilitator.sees("Please look at this again")
    assert Mark.objects.count() == 1
    # When
    facilitator.row("Marek B.").get_by_role("button", name="10 minutes").tap()
    facilitator.sees("2 of 3 have a mark")
    facilitator.row("Tobias P.").locator(".door-more > summary").tap()
    facilitator.row("Tobias P.").get_by_role("button", name="Absent, gave a reason").tap()
    facilitator.sees("3 of 3 have a mark")
    facilitator.page.locator(".door-write > summary", has_text="private note").tap()
    facilitator.page.locator("#note-private-text").fill("A quiet evening.")
    facilitator.presses("Save the private note")
    facilitator.sees("A quiet evening.")
    the_clock.at += timedelta(hours=2)
    facilitator.presses("Close the session")
    # Then
    facilitator.is_told(f"Closed by {group.leader.name}")
    marks = Mark.objects.values_list("enrollment__participant__first_name", "kind", "minutes", "gave_reason")
    assert set(marks) == {
        ("Dorian", "present", None, False),
        ("Marek", "late", 10, False),
        ("Tobias", "absent", None, True),
    }
    assert SessionNote.objects.get().text == "A quiet evening."
    assert group.session(1).state == Session.State.HELD


def test_a_stale_page_asks(house: House, group: Scene):
    # Given
    facilitator, colleague = given_the_roster(house, group), house.visitor().is_signed_in(group.coordinator)
    colleague.opens(f"/sessions/{group.session(1).pk}/")
    colleague.marks("Dorian H.", "Absent")
    # When
    tap(facilitator, "Dorian H.", "Present")
    # Then
    facilitator.sees(f"{group.coordinator.name} marked him “Absent”")
    assert [mark.kind for mark in Mark.objects.all()] == ["absent"]
    # When
    facilitator.row("Dorian H.").get_by_role("button", name="Save “Present”").tap()
    # Then
    facilitator.sees_saved("Dorian H.")
    assert [mark.kind for mark in Mark.objects.current()] == ["present"]


def test_nothing_that_needs_a_script_is_shown(house: House, group: Scene):
    facilitator = given_the_roster(house, group)

    for script_only in ("[data-keys]", "[data-unsent-count]", "[data-kept]", "[data-note-waits]", "[data-unsent-lost]"):
        expect(facilitator.page.locator(script_only)).to_be_hidden()


def given_the_roster(house: House, group: Scene) -> Visitor:
    facilitator = house.visitor(PHONE, scripts=False).is_signed_in(group.leader)
    facilitator.opens("/sessions/")
    facilitator.taps_evening("Tue, Mar 10")
    facilitator.sees("0 of 3 have a mark")
    return facilitator


def tap(visitor: Visitor, name: str, mark: str) -> None:
    visitor.row(name).get_by_role("radio", name=mark).tap()
