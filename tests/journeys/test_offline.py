"""In a basement: what was tapped without a line is neither lost nor read by anybody on that phone."""

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SignedIn
from playwright.sync_api import Browser, BrowserContext, expect

from accounts.models import User
from accounts.roles import Role
from programs.actions.cohorts import close_session
from programs.actions.marks import record_mark
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, SessionLeader
from tests.factories.accounts import UserFactory
from tests.factories.programs import SessionLeaderFactory
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.sqlite_only

NAMES = (("Dorian", "Halloway"), ("Marek", "Brzezik"), ("Tobias", "Penhale"))
# All that this browser holds of what it hasn't sent, as text, whatever its kind.
HELD = """async () => {
  const database = await new Promise((found) => {
    const asked = indexedDB.open("onus", 1);
    asked.onsuccess = () => found(asked.result);
  });
  const all = (store) => new Promise((found) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => found(asked.result);
  });
  const text = (one) => one instanceof Uint8Array ? new TextDecoder("latin1").decode(one) : JSON.stringify(one);
  const told = (letter) => Object.fromEntries(Object.entries(letter).map(([name, value]) => [name, text(value)]));
  return (await all("letters")).map(told);
}"""
OWNERS = """async () => {
  const pages = await caches.open("onus-rosters-1");
  const copies = await Promise.all((await pages.keys()).map((request) => pages.match(request)));
  return copies.map((copy) => copy.headers.get("X-Onus-Owner"));
}"""
KEPT = """async () => (await (await caches.open("onus-rosters-1")).keys()).map((kept) => new URL(kept.url).pathname)"""
# What scripts ask for, while the pages themselves come.
NOT_THE_PAGES = re.compile(r"/sessions/(unsent/|\d+/people/)")
Phone = Callable[[], Visitor]


@pytest.fixture
def group(transactional_db: None, the_clock: Clock) -> Scene:
    """Three men, five minutes after the first evening began."""
    running = scene(weeks=3)
    for first, last in NAMES:
        running.seated(participant__first_name=first, participant__last_name=last)
    the_clock.at = running.session(1).starts_at + timedelta(minutes=5)
    return running


@pytest.fixture
def phone(house: House, chromium: Browser, tmp_path: Path) -> Iterator[Phone]:
    """Opens one and the same phone, again and again: what a browser keeps is there the next time."""
    opened: list[BrowserContext] = []

    def switched_on() -> Visitor:
        for context in opened:
            context.close()
        opened[:] = [
            chromium.browser_type.launch_persistent_context(
                tmp_path,
                executable_path=os.environ.get("ONUS_CHROMIUM") or shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu"],
                base_url=house.url,
                viewport={"width": PHONE, "height": 844},
                has_touch=True,
                reduced_motion="reduce",
            )
        ]
        opened[0].set_default_timeout(10_000)
        return Visitor(opened[0].new_page())

    yield switched_on
    for context in opened:
        context.close()


# --- The line


def test_the_line_is_cut_and_comes_back(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.marks("Dorian H.", "Present")
    # When
    without_a_line(facilitator)
    tap(facilitator, "Marek B.", "Absent")
    tap(facilitator, "Tobias P.", "Late")
    facilitator.row("Tobias P.").get_by_role("button", name="10 minutes").tap()
    # Then
    waits(facilitator, "Marek B.", "“Absent” waits for a line, sealed on this phone.")
    waits(facilitator, "Tobias P.", "“Late, 10 minutes” waits for a line, sealed on this phone.")
    facilitator.sees("2 not sent yet")
    then_the_marks_are(group, {"Dorian": ("present", None)})
    # When
    with_a_line(facilitator)
    # Then
    is_saved(facilitator, "Marek B.")
    is_saved(facilitator, "Tobias P.")
    expect(facilitator.page.locator("[data-unsent-count]")).to_be_hidden()
    facilitator.sees("3 of 3 have a mark")
    then_the_marks_are(group, {"Dorian": ("present", None), "Marek": ("absent", None), "Tobias": ("late", 10)})
    assert Mark.objects.exclude(tapped_at=None).count() == 2
    assert held(facilitator) == []


def test_a_note_that_failed_with_its_tap_goes_along(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.row("Dorian H.").locator("summary").tap()
    facilitator.row("Dorian H.").get_by_label("Note").fill("He left his coat.")
    # When
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Present")
    # Then
    expect(facilitator.row("Dorian H.").get_by_label("Note")).to_have_value("He left his coat.")
    # When
    facilitator.row("Dorian H.").locator("summary").tap()
    facilitator.row("Dorian H.").get_by_label("Note").fill("He left his coat. It is in the office.")
    with_a_line(facilitator)
    # Then
    is_saved(facilitator, "Dorian H.")
    assert Mark.objects.get().comment == "He left his coat."
    expect(facilitator.row("Dorian H.").get_by_label("Note")).to_have_value("He left his coat. It is in the office.")


def test_of_several_taps_on_one_man_each_has_seen_the_one_before(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    # When
    without_a_line(facilitator)
    for mark in ("Present", "Absent", "Present"):
        tap(facilitator, "Dorian H.", mark)
    facilitator.sees("3 not sent yet")
    with_a_line(facilitator)
    # Then
    is_saved(facilitator, "Dorian H.")
    expect(facilitator.page.locator("[data-unsent-count]")).to_be_hidden()
    kinds = list(Mark.objects.order_by("id").values_list("kind", "supersedes__kind"))
    assert kinds == [("present", None), ("absent", "present"), ("present", "absent")]


def test_who_goes_on_tapping_does_not_put_off_the_sending(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.page.route(NOT_THE_PAGES, lambda route: route.abort())
    tap(facilitator, "Dorian H.", "Present")
    waits(facilitator, "Dorian H.", "“Present” waits for a line, sealed on this phone.")
    facilitator.page.wait_for_timeout(8_000)
    # When
    facilitator.page.unroute(NOT_THE_PAGES)
    for mark in ("Absent", "Present") * 10:
        tap(facilitator, "Dorian H.", mark)
        facilitator.page.wait_for_timeout(500)
    # Then
    assert Mark.objects.exists()
    is_saved(facilitator, "Dorian H.")
    forgiven(house, "error: htmx:")


def test_once_one_tap_is_saved_those_that_wait_go_up(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.page.route(NOT_THE_PAGES, lambda route: route.abort())
    tap(facilitator, "Dorian H.", "Present")
    waits(facilitator, "Dorian H.", "“Present” waits for a line, sealed on this phone.")
    facilitator.page.wait_for_timeout(16_000)
    # When
    facilitator.page.unroute(NOT_THE_PAGES)
    facilitator.marks("Marek B.", "Absent")
    # Then
    expect(facilitator.row("Dorian H.").locator(".door-saved")).to_contain_text("Saved", timeout=2_000)
    facilitator.sees("2 of 3 have a mark")
    forgiven(house, "error: htmx:")


def test_an_answer_that_is_none_is_asked_for_again(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.page.route("**/people/**", lambda route: route.fulfill(status=503))
    # When
    tap(facilitator, "Dorian H.", "Present")
    # Then
    is_saved(facilitator, "Dorian H.")
    forgiven(house, "error: Response Status Error Code 503")
    then_the_marks_are(group, {"Dorian": ("present", None)})


def test_an_answer_that_was_lost_makes_no_second_mark(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.page.route("**/people/**", lambda route: (route.fetch(), route.abort()))
    # When
    tap(facilitator, "Dorian H.", "Present")
    # Then
    is_saved(facilitator, "Dorian H.")
    assert Mark.objects.count() == 1
    forgiven(house, "error: htmx:")


# --- The phone


def test_a_tab_is_killed_with_what_it_had_not_sent(phone: Phone, group: Scene):
    # Given
    facilitator = given_the_roster(phone(), group)
    without_a_line(facilitator)
    tap(facilitator, "Marek B.", "Absent")
    waits(facilitator, "Marek B.", "“Absent” waits for a line, sealed on this phone.")
    until_it_lies_safe(facilitator, 1)
    # When
    facilitator = phone()
    # Then
    then_the_marks_are(group, {})
    # When
    facilitator.is_signed_in(group.leader)
    facilitator.opens(roster_of(group))
    # Then
    is_saved(facilitator, "Marek B.")
    then_the_marks_are(group, {"Marek": ("absent", None)})


def test_without_a_line_the_kept_copy_opens_and_says_so(phone: Phone, group: Scene):
    # Given
    facilitator = given_the_roster(phone(), group)
    facilitator.marks("Dorian H.", "Present")
    without_a_line(facilitator)
    tap(facilitator, "Marek B.", "Absent")
    until_it_lies_safe(facilitator, 1)
    # When
    facilitator = phone()
    without_a_line(facilitator)
    facilitator.opens(roster_of(group))
    # Then
    facilitator.sees("This copy was kept on this phone at")
    facilitator.sees("1 of 3 has a mark")
    waits(facilitator, "Marek B.", "A tap waits for a line, sealed on this phone.")
    # When
    tap(facilitator, "Dorian H.", "Absent")
    facilitator.is_signed_in(group.leader)
    with_a_line(facilitator)
    # Then
    facilitator.sees("2 of 3 have a mark")
    expect(facilitator.page.locator("[data-unsent-count]")).to_be_hidden()
    then_the_marks_are(group, {"Dorian": ("absent", None), "Marek": ("absent", None)})


def test_the_kept_copy_is_legible(phone: Phone, group: Scene):
    facilitator = given_the_roster(phone(), group)
    facilitator = phone()
    without_a_line(facilitator)
    facilitator.opens(roster_of(group))

    facilitator.sees("This copy was kept on this phone at")
    assert faults(facilitator.page) == []


def test_what_is_not_kept_says_what_is(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    # When
    facilitator.opens("/sessions/")
    # Then
    facilitator.sees_heading("No line")
    assert faults(facilitator.page) == []
    # When
    facilitator.page.get_by_role("link", name="Tuesdays, Tue, Mar 10").click()
    # Then
    facilitator.sees("0 of 3 have a mark")


def test_two_hours_after_the_session_the_copy_is_gone(house: House, group: Scene, the_clock: Clock):
    the_clock.at = group.session(1).starts_at + timedelta(minutes=120 + 120, seconds=-4)
    facilitator = given_the_roster(house.visitor(PHONE), group)
    # When
    facilitator.page.wait_for_timeout(4500)
    without_a_line(facilitator)
    facilitator.opens(roster_of(group))
    # Then
    facilitator.sees_heading("No line")
    assert facilitator.page.evaluate(KEPT) == []


def test_nothing_can_be_read_back(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    facilitator.row("Dorian H.").locator("summary").tap()
    facilitator.row("Dorian H.").get_by_label("Note").fill("He wept. " * 20)
    # When
    tap(facilitator, "Dorian H.", "Present")
    tap(facilitator, "Marek B.", "Absent")
    until_it_lies_safe(facilitator, 2)
    # Then
    found = held(facilitator)
    assert [set(letter) for letter in found] == [{"order", "key", "owner", "session", "row", "sealed"}] * 2
    text = repr(found).lower()
    plain = ("present", "absent", "wept", "dorian", "marek", "choice", group.leader.email)
    assert [word for word in plain if word in text] == []
    assert len({len(letter["sealed"]) for letter in found}) == 1, "nor does its length tell"


def test_without_a_place_to_lay_it_away_it_is_tried_again(house: House, group: Scene):
    visitor = house.visitor(PHONE)
    visitor.page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    visitor.is_signed_in(group.leader)
    visitor.opens(roster_of(group))
    # When
    without_a_line(visitor)
    tap(visitor, "Dorian H.", "Present")
    # Then
    again = "It is tried again by itself. Keep this page open until it says “Saved”."
    waits(visitor, "Dorian H.", f"Not saved: there was no answer. {again}")
    assert warned(visitor)
    # When
    with_a_line(visitor)
    # Then
    is_saved(visitor, "Dorian H.")
    then_the_marks_are(group, {"Dorian": ("present", None)})
    forgiven(house, "error: htmx:")


def test_the_page_warns_before_it_is_left(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.marks("Dorian H.", "Present")
    assert not warned(facilitator)
    # When
    without_a_line(facilitator)
    tap(facilitator, "Marek B.", "Absent")
    # Then
    assert warned(facilitator)


# --- Whose it is


def test_one_is_signed_out_while_a_note_is_typed(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.row("Dorian H.").locator("summary").tap()
    facilitator.row("Dorian H.").get_by_label("Note").fill("He wept.")
    # When
    SignedIn.objects.all().delete()
    tap(facilitator, "Dorian H.", "Present")
    # Then
    out = "You are signed out. Your taps are kept on this phone; sign in again and they go up. Sign in"
    waits(facilitator, "Dorian H.", out)
    expect(facilitator.row("Dorian H.").get_by_label("Note")).to_have_value("He wept.")
    assert faults(facilitator.page) == []
    # When
    facilitator.page.set_viewport_size({"width": PHONE, "height": 844})
    facilitator.row("Dorian H.").get_by_role("link", name="Sign in").tap()
    # Then
    facilitator.sees_heading("Sign in")
    assert facilitator.page.url.endswith(f"?next={roster_of(group)}")
    # When
    facilitator.is_signed_in(group.leader)
    facilitator.opens(roster_of(group))
    # Then
    is_saved(facilitator, "Dorian H.")
    assert Mark.objects.get().comment == "He wept."


def test_another_user_of_the_phone_sees_nothing(phone: Phone, group: Scene):
    # Given
    another = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=group.session(1), user=another)
    facilitator = given_the_roster(phone(), group)
    without_a_line(facilitator)
    tap(facilitator, "Marek B.", "Absent")
    until_it_lies_safe(facilitator, 1)
    owner = facilitator.page.locator("[data-unsent-page]").get_attribute("data-owner")
    # When
    visitor = given_the_roster(phone(), group, another)
    # Then
    expect(visitor.page.locator("[data-unsent-count]")).to_be_hidden()
    expect(visitor.page.locator("[data-unsent-line]")).to_have_count(0)
    until(visitor, OWNERS, lambda owners: owners and owner not in owners)
    visitor.marks("Dorian H.", "Present")
    then_the_marks_are(group, {"Dorian": ("present", None)})
    # When
    facilitator = phone().is_signed_in(group.leader)
    facilitator.opens(roster_of(group))
    # Then
    is_saved(facilitator, "Marek B.")
    assert set(Mark.objects.values_list("enrollment__participant__first_name", "by")) == {
        ("Dorian", another.pk),
        ("Marek", group.leader.pk),
    }


def test_somebody_else_signs_in_while_the_page_is_open(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    # When
    facilitator.is_signed_in(group.coordinator)
    without_a_line(facilitator)
    tap(facilitator, "Marek B.", "Absent")
    with_a_line(facilitator)
    # Then
    facilitator.is_told("Somebody else is signed in on this phone.")
    then_the_marks_are(group, {})


def test_signing_out_with_unsent_marks_asks(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    facilitator.page.route(NOT_THE_PAGES, lambda route: route.abort())
    tap(facilitator, "Marek B.", "Absent")
    waits(facilitator, "Marek B.", "“Absent” waits for a line, sealed on this phone.")
    forgiven(house, "error: htmx:")
    # When
    facilitator.page.locator(".menu > summary").tap()
    facilitator.page.get_by_role("button", name="Sign out").tap()
    # Then
    facilitator.sees_heading("Sign out")
    facilitator.is_told("1 mark or note on this phone is not sent yet.")
    assert faults(facilitator.page) == []
    # When
    facilitator.presses("Sign out all the same")
    # Then
    facilitator.sees_heading("Sign in")
    until(facilitator, "() => caches.keys()", lambda kept: kept == [])
    assert len(held(facilitator)) == 1
    # When
    facilitator.page.unroute(NOT_THE_PAGES)
    facilitator.is_signed_in(group.leader)
    facilitator.opens(roster_of(group))
    # Then
    is_saved(facilitator, "Marek B.")


def test_signing_out_takes_the_kept_copy_away(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    # When
    facilitator.page.locator(".menu > summary").tap()
    facilitator.page.get_by_role("button", name="Sign out").tap()
    # Then
    facilitator.sees_heading("Sign in")
    without_a_line(facilitator)
    facilitator.opens(roster_of(group))
    facilitator.sees_heading("No line")


# --- What meanwhile happened


def test_a_conflict_asks_until_it_is_decided(house: House, group: Scene):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Present")
    a_colleague_marks(group, "Dorian", MarkKind.ABSENT)
    # When
    with_a_line(facilitator)
    # Then
    facilitator.sees(f"{group.coordinator.name} marked him “Absent”")
    then_the_marks_are(group, {"Dorian": ("absent", None)})
    # When
    facilitator.page.once("dialog", lambda dialog: dialog.accept())
    facilitator.page.reload()
    # Then
    facilitator.sees(f"{group.coordinator.name} marked him “Absent”")
    facilitator.sees("1 not sent yet")
    # When
    facilitator.row("Dorian H.").get_by_role("button", name="Save “Present”").tap()
    # Then
    is_saved(facilitator, "Dorian H.")
    then_the_marks_are(group, {"Dorian": ("present", None)})
    expect(facilitator.page.locator("[data-unsent-count]")).to_be_hidden()
    assert held(facilitator) == []


def test_what_asks_in_one_session_is_not_decided_in_another(house: House, group: Scene, the_clock: Clock):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Present")
    a_colleague_marks(group, "Dorian", MarkKind.ABSENT)
    with_a_line(facilitator)
    facilitator.sees(f"{group.coordinator.name} marked him “Absent”")
    # When
    the_clock.at = group.session(2).starts_at + timedelta(minutes=5)
    facilitator.is_signed_in(group.leader)
    facilitator.page.once("dialog", lambda dialog: dialog.accept())
    facilitator.opens(f"/sessions/{group.session(2).pk}/")
    facilitator.sees("A tap in another session couldn't be saved as it is.")
    facilitator.marks("Dorian H.", "Present")
    # Then
    facilitator.sees("A tap in another session couldn't be saved as it is.")
    assert len(held(facilitator)) == 1


def test_the_colleagues_mark_may_stay(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Present")
    a_colleague_marks(group, "Dorian", MarkKind.ABSENT)
    with_a_line(facilitator)
    # When
    facilitator.row("Dorian H.").get_by_role("link", name="Keep “Absent”").tap()
    # Then
    is_saved(facilitator, "Dorian H.")
    then_the_marks_are(group, {"Dorian": ("absent", None)})
    assert held(facilitator) == []


def test_a_session_closed_meanwhile_asks_for_the_reason(house: House, group: Scene, the_clock: Clock):
    # Given
    facilitator = given_the_roster(house.visitor(PHONE), group)
    for name in ("Dorian H.", "Marek B.", "Tobias P."):
        facilitator.marks(name, "Present")
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Absent")
    the_clock.at += timedelta(hours=2)
    session = group.session(1)
    close_session(session=session, taught=session.module, minutes_held=120, by=group.leader, now=the_clock.at)
    the_clock.at += timedelta(minutes=1)
    # When
    with_a_line(facilitator)
    # Then
    facilitator.sees("Your tap “Absent” is not saved yet.")
    facilitator.sees("This session is closed. Say why the mark is corrected.")
    # When
    facilitator.row("Dorian H.").get_by_label("Reason for the correction").fill("He never came.")
    tap(facilitator, "Dorian H.", "Absent")
    # Then
    expect(facilitator.row("Dorian H.").locator(".chip")).to_have_text("Corrected")
    assert Mark.objects.current().get(kind="absent").correction == "He never came."
    assert held(facilitator) == []


def test_who_leads_no_more_may_drop_the_tap(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Present")
    SessionLeader.objects.filter(user=group.leader).delete()
    # When
    with_a_line(facilitator)
    # Then
    facilitator.sees("You don't lead that session. Tell the coordinator whom you saw.")
    # When
    facilitator.row("Dorian H.").get_by_role("button", name="Drop this tap").tap()
    # Then
    expect(facilitator.page.locator("[data-unsent-count]")).to_be_hidden()
    assert held(facilitator) == []


# --- How it looks


def test_what_waits_is_legible(house: House, group: Scene):
    facilitator = given_the_roster(house.visitor(PHONE), group)
    without_a_line(facilitator)
    tap(facilitator, "Dorian H.", "Present")
    tap(facilitator, "Marek B.", "Absent")
    facilitator.sees("2 not sent yet")

    assert faults(facilitator.page) == []


# --- given, when, then


def given_the_roster(visitor: Visitor, group: Scene, by: User | None = None) -> Visitor:
    """Opened, and kept by the worker."""
    visitor.is_signed_in(by or group.leader)
    visitor.opens(roster_of(group))
    expect(visitor.page.locator(".door-row")).to_have_count(3)
    until(visitor, KEPT, lambda kept: roster_of(group) in kept)
    return visitor


def without_a_line(visitor: Visitor) -> None:
    visitor.page.context.set_offline(True)


def with_a_line(visitor: Visitor) -> None:
    visitor.page.context.set_offline(False)


def roster_of(group: Scene) -> str:
    return f"/sessions/{group.session(1).pk}/"


def is_saved(visitor: Visitor, name: str) -> None:
    expect(visitor.row(name).locator(".door-saved")).to_contain_text("Saved")
    expect(visitor.row(name).locator("[data-unsent-line]")).to_have_count(0)


def forgiven(house: House, *complaints: str) -> None:
    """What htmx says in the console of an answer that did not come."""
    assert [said for said in house.complaints if said.startswith(complaints)] != []
    house.complaints[:] = [said for said in house.complaints if not said.startswith(complaints)]


def until_it_lies_safe(visitor: Visitor, letters: int) -> None:
    until(visitor, HELD, lambda found: len(found) == letters)


def until(visitor: Visitor, asked: str, so: Callable[[Any], bool]) -> None:
    """What a page finds out by promises, it is asked for again and again."""
    for _ in range(100):
        if so(visitor.page.evaluate(asked)):
            return
        visitor.page.wait_for_timeout(50)
    raise AssertionError(f"still {visitor.page.evaluate(asked)}")


def warned(visitor: Visitor) -> bool:
    """Whether the browser would ask before it leaves the page; it stays."""
    return bool(visitor.page.evaluate("() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"))


def a_colleague_marks(group: Scene, first_name: str, kind: MarkKind) -> None:
    record_mark(
        enrollment=Enrollment.objects.get(participant__first_name=first_name),
        session=group.session(1),
        kind=kind,
        idempotency_key=uuid.uuid4(),
        by=group.coordinator,
        now=group.session(1).starts_at + timedelta(minutes=6),
    )


def tap(visitor: Visitor, name: str, mark: str) -> None:
    visitor.row(name).get_by_role("radio", name=mark).tap()


def waits(visitor: Visitor, name: str, words: str) -> None:
    expect(visitor.row(name).locator("[data-unsent-line]")).to_have_text(words)


def held(visitor: Visitor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.page.evaluate(HELD)
    return found


def then_the_marks_are(group: Scene, wanted: dict[str, tuple[str, int | None]]) -> None:
    marks = Mark.objects.current().filter(session=group.session(1)).select_related("enrollment__participant")
    assert {mark.enrollment.participant.first_name: (mark.kind, mark.minutes) for mark in marks} == wanted
