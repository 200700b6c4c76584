"""An evening at the door in Spanish, on a phone: chosen with a button, marked by taps, closed.

On one column only: what the browser shows of a page is the same on both.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from programs.models import Mark, Session
from tests.journeys.looking import faults
from tests.journeys.visits import NARROW, PHONE, Clock, House, Visitor
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.sqlite_only

MARKS = {"Dorian H.": "Presente", "Marek B.": "Llegó tarde", "Renzo T.": "Se fue temprano", "Tobias P.": "Ausente"}

# Buttons whose words stand out of them, or that are smaller than a thumb.
OVERFLOWING = """() => [...document.querySelectorAll("button.door-mark")].flatMap((one) => {
  if (!one.offsetParent) return [];
  const words = document.createRange(), box = one.getBoundingClientRect();
  words.selectNodeContents(one);
  const wide = words.getBoundingClientRect().width;
  return wide > box.width - 2 || box.width < 44 || box.height < 44 ? [`${one.innerText}: ${wide} in ${box.width}`] : [];
})"""


@pytest.fixture
def group(transactional_db: None, the_clock: Clock) -> Scene:
    """Five minutes after the first evening began."""
    running = scene(weeks=3)
    people = (("Dorian", "Halloway"), ("Marek", "Brzezik"), ("Renzo", "Tamura"), ("Tobias", "Penhale"))
    for first, last in people:
        running.seated(participant__first_name=first, participant__last_name=last)
    the_clock.at = running.session(1).starts_at + timedelta(minutes=5)
    return running


def test_an_evening_in_spanish(house: House, group: Scene, the_clock: Clock):
    # Given
    facilitator = house.visitor(PHONE).is_signed_in(group.leader)
    facilitator.opens("/sessions/")
    # When
    facilitator.page.get_by_role("button", name="Español").tap()
    # Then
    facilitator.sees_heading("Sesiones")
    check("the list", facilitator)
    # When
    facilitator.taps_evening("mar, 10 de mar")
    facilitator.sees("0 de 4 tienen marca")
    for name, mark in MARKS.items():
        taps(facilitator, name, mark)
    # Then
    facilitator.sees("4 de 4 tienen marca")
    check("the roster", facilitator)
    # When
    the_clock.at += timedelta(hours=2)
    facilitator.page.get_by_role("button", name="Cerrar la lista").tap()
    # Then
    facilitator.is_told(f"Lista cerrada por {group.leader.name}")
    check("the closed roster", facilitator)
    marks = Mark.objects.current().filter(session=group.session(1)).order_by("enrollment__participant__first_name")
    assert list(marks.values_list("kind", "minutes")) == [
        ("present", None),
        ("late", 10),
        ("left_early", 10),
        ("absent", None),
    ]
    assert group.session(1).state == Session.State.HELD
    # When
    facilitator.page.get_by_role("button", name="English").tap()
    # Then
    facilitator.is_told(f"Closed by {group.leader.name}")


def test_what_goes_wrong_is_said_in_spanish(house: House, group: Scene):
    # Given
    facilitator = house.visitor(PHONE).is_signed_in(group.leader)
    facilitator.opens(f"/sessions/{group.session(1).pk}/")
    facilitator.page.get_by_role("button", name="Español").tap()
    # When
    facilitator.page.get_by_role("button", name="Cerrar la lista").tap()
    # Then
    facilitator.sees("4 personas todavía no tienen marca.")
    check("the roster with an error", facilitator)
    # When
    facilitator.row("Dorian H.").get_by_role("radio", name="Llegó tarde").tap()
    facilitator.row("Dorian H.").get_by_role("button", name="Guardar llegada tarde").tap()
    # Then
    facilitator.sees("Indique los minutos, de 1 a 120.")
    check("the row with an error", facilitator)


def taps(facilitator: Visitor, name: str, mark: str) -> None:
    row = facilitator.row(name)
    row.get_by_role("radio", name=mark).tap()
    if mark in ("Llegó tarde", "Se fue temprano"):
        row.get_by_role("button", name="10 minutos").and_(row.locator(":visible")).tap()
    expect(row).to_contain_text("Guardado")


def test_the_marks_fit_into_their_buttons(house: House, group: Scene):
    facilitator = house.visitor(PHONE).is_signed_in(group.leader)
    facilitator.opens(f"/sessions/{group.session(1).pk}/")
    facilitator.page.get_by_role("button", name="Español").tap()
    for name, mark in MARKS.items():
        taps(facilitator, name, mark)
    for width in (NARROW, 360, 375, PHONE):
        facilitator.page.set_viewport_size({"width": width, "height": 844})
        assert facilitator.page.evaluate(OVERFLOWING) == [], width


def check(name: str, visitor: Visitor) -> None:
    """As every other page: at each width, light and dark. It goes on as a phone."""
    found = [f"{name}: {fault}" for fault in faults(visitor.page)]
    visitor.page.set_viewport_size({"width": PHONE, "height": 844})
    assert found == [], "\n".join(found)
