"""One letter for each mark, on a keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from programs.models import Mark, Session
from tests.journeys.visits import DESK, PHONE, Clock, House, Visitor
from tests.programs.scene import scene

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def session(transactional_db: None, the_clock: Clock) -> Session:
    group = scene(weeks=3)
    group.seated(participant__first_name="Dorian", participant__last_name="Halloway")
    evening = group.session(1)
    the_clock.at = evening.starts_at + timedelta(minutes=5)
    return evening


def opened(house: House, session: Session, width: int = DESK) -> Visitor:
    visitor = house.visitor(width).is_signed_in(session.leaders.get())
    visitor.opens(f"/sessions/{session.pk}/")
    return visitor


def presses(visitor: Visitor, letter: str) -> None:
    visitor.row("Dorian H.").get_by_role("radio", name="Present").focus()
    visitor.page.keyboard.press(letter)


@pytest.mark.parametrize(
    ("letter", "kind", "gave_reason"),
    [
        ("p", "present", False),
        ("P", "present", False),
        ("a", "absent", False),
        ("g", "absent", True),
        ("n", "not_provided", False),
    ],
)
def test_a_letter_marks(house: House, session: Session, letter: str, kind: str, gave_reason: bool):
    visitor = opened(house, session)

    presses(visitor, letter)

    visitor.sees_saved("Dorian H.")
    mark = Mark.objects.get()
    assert (mark.kind, mark.gave_reason) == (kind, gave_reason)


@pytest.mark.parametrize(("letter", "question"), [("l", "How many minutes late?"), ("e", "before the end?")])
def test_a_letter_asks_for_the_minutes(house: House, session: Session, letter: str, question: str):
    visitor = opened(house, session)

    presses(visitor, letter)

    visitor.sees(question)
    expect(visitor.page.get_by_role("button", name="5 minutes", exact=True).first).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.sees_saved("Dorian H.")
    assert Mark.objects.get().minutes == 5


def test_sent_home_asks_for_the_rule_and_letters_in_a_field_are_letters(house: House, session: Session):
    visitor = opened(house, session)

    presses(visitor, "s")
    expect(visitor.page.get_by_label("Rule of the agreement")).to_be_focused()
    visitor.types("no phones")
    assert Mark.objects.count() == 0
    visitor.page.keyboard.press("Enter")

    visitor.sees_saved("Dorian H.")
    assert Mark.objects.get().rule == "no phones"


def test_outside_a_row_and_with_another_key_a_letter_does_nothing(house: House, session: Session):
    visitor = opened(house, session)

    visitor.page.keyboard.press("p")
    presses(visitor, "Control+p")

    visitor.page.wait_for_timeout(300)
    assert Mark.objects.count() == 0


def test_whoever_has_keys_is_told_the_letters(house: House, session: Session):
    desk, phone = opened(house, session), opened(house, session, width=PHONE)

    expect(desk.page.locator("[data-keys]")).to_contain_text("P Present · L Late")
    expect(desk.page.locator("[data-keys]")).to_be_visible()
    expect(phone.page.locator("[data-keys]")).to_be_hidden()
    present = desk.row("Dorian H.").get_by_role("radio", name="Present")
    assert present.get_attribute("aria-keyshortcuts") == "P"
