"""An evening at the door on a phone, on the file in which a small office keeps all."""

from datetime import timedelta

import pytest

from programs.models import Mark, Session
from tests.journeys.visits import PHONE, Clock, House, Visitor
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def group(transactional_db: None, the_clock: Clock) -> Scene:
    """Three men, five minutes after the first evening began."""
    running = scene(weeks=3)
    for first, last in (("Dorian", "Halloway"), ("Marek", "Brzezik"), ("Tobias", "Penhale")):
        running.seated(participant__first_name=first, participant__last_name=last)
    the_clock.at = running.session(1).starts_at + timedelta(minutes=5)
    return running


def test_everyone_gets_a_mark_and_the_session_is_closed(house: House, group: Scene, the_clock: Clock):
    # Given
    facilitator = given_the_facilitator(house, group)
    # When
    facilitator.marks("Dorian H.", "Present")
    facilitator.row("Marek B.").get_by_role("radio", name="Late").tap()
    facilitator.row("Marek B.").get_by_role("button", name="10 minutes").tap()
    # Then
    facilitator.sees("2 of 3 have a mark")
    # When
    the_clock.at += timedelta(hours=2)
    facilitator.page.get_by_role("button", name="Close the session").tap()
    # Then
    facilitator.sees("no mark. Mark everyone, then close the session.")
    # When
    facilitator.marks("Tobias P.", "Absent")
    facilitator.page.get_by_role("button", name="Close the session").tap()
    # Then
    facilitator.is_told(f"Closed by {group.leader.name}")
    then_the_marks_are(group, {"Dorian": ("present", None), "Marek": ("late", 10), "Tobias": ("absent", None)})
    assert group.session(1).state == Session.State.HELD


def test_of_two_who_mark_the_same_man_the_second_is_asked(house: House, group: Scene):
    # Given
    facilitator, coordinator = given_the_facilitator(house, group), given_the_coordinator(house, group)
    # When
    coordinator.marks("Dorian H.", "Absent")
    facilitator.row("Dorian H.").get_by_role("radio", name="Present").tap()
    # Then
    facilitator.sees("Your tap is not saved yet.")
    then_the_marks_are(group, {"Dorian": ("absent", None)})
    # When
    facilitator.row("Dorian H.").get_by_role("button", name="Save “Present”").tap()
    # Then
    facilitator.sees_saved("Dorian H.")
    then_the_marks_are(group, {"Dorian": ("present", None)})


def given_the_facilitator(house: House, group: Scene) -> Visitor:
    facilitator = house.visitor(PHONE).is_signed_in(group.leader)
    facilitator.opens("/sessions/")
    facilitator.taps_evening("Tue, Mar 10")
    facilitator.sees("0 of 3 have a mark")
    return facilitator


def given_the_coordinator(house: House, group: Scene) -> Visitor:
    coordinator = house.visitor().is_signed_in(group.coordinator)
    coordinator.opens(f"/sessions/{group.session(1).pk}/")
    return coordinator


def then_the_marks_are(group: Scene, wanted: dict[str, tuple[str, int | None]]) -> None:
    marks = Mark.objects.current().filter(session=group.session(1)).select_related("enrollment__participant")
    assert {mark.enrollment.participant.first_name: (mark.kind, mark.minutes) for mark in marks} == wanted
