"""Twelve people at the door: one tap each, and the evening is closed by one more."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from programs.models import Mark, Session
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.sqlite_only
FIRST = ("Ansel", "Bram", "Cyril", "Dorian", "Emil", "Farid", "Goran", "Hanno", "Ilya", "Jorge", "Kamal", "Lorenz")
COUNT_TAPS = """() => {
  const said = Number(sessionStorage.taps || 0);
  sessionStorage.taps = said;
  document.addEventListener("click", () => { sessionStorage.taps = Number(sessionStorage.taps) + 1; }, true);
}"""


@pytest.fixture
def twelve(transactional_db: None, the_clock: Clock) -> Scene:
    running = scene(weeks=3)
    for first in FIRST:
        running.seated(participant__first_name=first, participant__last_name="Tamura")
    the_clock.at = running.session(1).starts_at + timedelta(minutes=5)
    return running


def test_twelve_people_are_logged_by_thirteen_taps(house: House, twelve: Scene, the_clock: Clock):
    # Given
    facilitator = given_the_roster(house, twelve)
    # When
    for first in FIRST:
        facilitator.row(f"{first} T.").get_by_role("radio", name="Present").tap()
    # Then
    # One after the other: the file that keeps all lets one write at a time, and the machine may be busy.
    expect(facilitator.page.get_by_text("12 of 12 have a mark")).to_be_visible(timeout=30_000)
    for first in FIRST:
        facilitator.sees_saved(f"{first} T.")
    assert taps(facilitator) == 12
    # When
    the_clock.at += timedelta(hours=2)
    facilitator.page.get_by_role("button", name="Close the session").tap()
    # Then
    facilitator.is_told(f"Closed by {twelve.leader.name}")
    assert taps(facilitator) == 13
    assert list(Mark.objects.current().values_list("kind", "by").distinct()) == [("present", twelve.leader.pk)]
    assert Mark.objects.count() == 12
    assert twelve.session(1).state == Session.State.HELD


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_moves_under_the_thumb_when_a_mark_is_saved(house: House, twelve: Scene, width: int):
    facilitator = given_the_roster(house, twelve)
    facilitator.page.set_viewport_size({"width": width, "height": 800})
    last = facilitator.row("Lorenz T.").get_by_role("radio", name="Present")
    before = last.bounding_box()
    # When
    for name, mark in (("Ansel T.", "Present"), ("Bram T.", "Absent")):
        facilitator.row(name).get_by_role("radio", name=mark).tap()
        facilitator.sees_saved(name)
    # Then
    assert last.bounding_box() == before


def test_each_of_the_marks_takes_at_most_three_taps(house: House, twelve: Scene):
    facilitator = given_the_roster(house, twelve)
    # When
    facilitator.row("Ansel T.").get_by_role("radio", name="Late").tap()
    facilitator.row("Ansel T.").get_by_role("button", name="10 minutes").tap()
    facilitator.row("Bram T.").get_by_role("radio", name="Left early").tap()
    facilitator.row("Bram T.").get_by_role("button", name="30 minutes").tap()
    facilitator.row("Cyril T.").get_by_role("radio", name="Absent").tap()
    for name, words in (("Dorian T.", "Absent, gave a reason"), ("Emil T.", "Not provided: our fault")):
        facilitator.row(name).locator(".door-more > summary").tap()
        facilitator.row(name).get_by_role("button", name=words).tap()
    facilitator.row("Farid T.").locator(".door-more > summary").tap()
    facilitator.row("Farid T.").get_by_label("Rule of the agreement").fill("no phones")
    facilitator.row("Farid T.").get_by_role("button", name="Sent home").tap()
    # Then
    facilitator.sees("6 of 12 have a mark")
    marks = Mark.objects.values_list("enrollment__participant__first_name", "kind", "minutes", "rule", "gave_reason")
    assert set(marks) == {
        ("Ansel", "late", 10, "", False),
        ("Bram", "left_early", 30, "", False),
        ("Cyril", "absent", None, "", False),
        ("Dorian", "absent", None, "", True),
        ("Emil", "not_provided", None, "", False),
        ("Farid", "sent_home", None, "no phones", False),
    }
    assert taps(facilitator) == 11
    assert faults(facilitator.page) == []


def test_nothing_is_chosen_before_one_taps(house: House, twelve: Scene):
    facilitator = given_the_roster(house, twelve)

    expect(
        facilitator.page.locator("[aria-checked=true], [aria-pressed=true], main :checked:not(option)")
    ).to_have_count(0)


def given_the_roster(house: House, twelve: Scene) -> Visitor:
    facilitator = house.visitor(PHONE).is_signed_in(twelve.leader)
    facilitator.page.add_init_script(f"({COUNT_TAPS})()")
    facilitator.opens(f"/sessions/{twelve.session(1).pk}/")
    facilitator.sees("0 of 12 have a mark")
    return facilitator


def taps(visitor: Visitor) -> int:
    return int(visitor.page.evaluate("sessionStorage.taps"))
