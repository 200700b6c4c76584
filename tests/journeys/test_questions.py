"""A few questions, from the office's desk into his hands and back: nothing of the one is seen by the other."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from outcomes.models import Asking, Sheet
from programs.models import Enrollment
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import EnrollmentFactory
from tests.journeys.looking import faults
from tests.journeys.visits import Clock, House, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]
TABLET = 768


@pytest.fixture
def enrollment(transactional_db: None, the_clock: Clock) -> Enrollment:
    man = ParticipantFactory(first_name="Marek", last_name="Brzezik")
    made: Enrollment = EnrollmentFactory(participant=man)
    return made


def handed_over(house: House, enrollment: Enrollment) -> Visitor:
    tablet = house.visitor(TABLET).is_signed_in(UserFactory(roles=[Role.COORDINATOR]))
    tablet.opens(f"/office/people/{enrollment.participant_id}/")
    tablet.follows("Hand over the tablet")
    tablet.sees("You are signed out on this device as soon as you press the button")
    tablet.presses("Hand over the tablet")
    tablet.sees_heading("A few questions")
    return tablet


def chooses_next(tablet: Visitor, choice: str, button: str = "Next") -> None:
    tablet.page.get_by_text(choice, exact=True).click()
    tablet.presses(button)


def test_at_intake_on_the_tablet(house: House, enrollment: Enrollment) -> None:
    # Given a coordinator with him at the desk, who hands him the tablet
    tablet = handed_over(house, enrollment)
    assert "Marek" not in tablet.page.content()
    # When she was signed out, Back leads to the door
    tablet.page.go_back()
    expect(tablet.page.get_by_label("E-mail address")).to_be_visible()
    assert "Brzezik" not in tablet.page.content()
    tablet.page.go_forward()
    # When he begins, agrees, and answers five
    tablet.presses("Begin")
    tablet.sees_heading("Before you begin")
    for question in ("May your answers be counted?", "May we ask you again?"):
        tablet.chooses("Yes", of=question)
    tablet.presses("Next")
    for number in range(1, 6):
        tablet.sees(f"Question {number} of 19")
        chooses_next(tablet, "Agree")
    # When it is opened anew, he goes on at the sixth, and sees none of the five
    where = tablet.page.url.split("/q/")[1].split("/")[0]
    tablet.opens(f"/q/{where}/")
    tablet.sees("What you answered is kept, and isn't shown here.")
    tablet.presses("Go on")
    tablet.sees("Question 6 of 19")
    expect(tablet.page.get_by_role("button", name="Back", exact=True)).to_have_count(0)
    # When he takes all that are left on one page, leaves one out, and is told
    tablet.follows("All questions on one page")
    for group in tablet.page.get_by_role("group").all()[1:]:
        group.get_by_text("I'd rather not say", exact=True).click()
    tablet.presses("Next")
    tablet.sees("Please look at this again")
    tablet.page.get_by_role("group").first.get_by_text("Disagree", exact=True).click()
    tablet.presses("Next")
    tablet.sees_heading("That was the last question")
    tablet.presses("Hand it in")
    # Then it is done
    tablet.sees("Please hand the tablet back.")
    assert Asking.objects.get().state == "done"
    assert sorted(len(sheet.answers) for sheet in Sheet.objects.all()) == [3, 16]
    tablet.page.go_back()
    assert "Disagree" not in tablet.page.content()
    # And his file says so, and nothing else
    office = house.visitor().is_signed_in(UserFactory(roles=[Role.COORDINATOR]))
    office.opens(f"/office/people/{enrollment.participant_id}/?tab=whole")
    office.sees("At intake")
    page = office.page.locator("main").inner_text()
    assert "Done" in page
    assert [word for word in ("Disagree", "rather not say", "Most women") if word in page] == []


def test_each_page_at_each_width(house: House, enrollment: Enrollment) -> None:
    found: list[str] = []

    def look(visitor: Visitor, what: str) -> None:
        found.extend(f"{what}: {fault}" for fault in faults(visitor.page))

    tablet = handed_over(house, enrollment)
    look(tablet, "start")
    tablet.presses("Begin")
    tablet.presses("Next")
    look(tablet, "agree with errors")
    for question in ("May your answers be counted?", "May we ask you again?"):
        tablet.chooses("Yes", of=question)
    tablet.presses("Next")
    tablet.presses("Next")
    look(tablet, "an item with an error")
    tablet.follows("All questions on one page")
    look(tablet, "all")
    for group in tablet.page.get_by_role("group").all():
        group.get_by_text("I'd rather not say", exact=True).click()
    tablet.presses("Next")
    look(tablet, "end")
    tablet.presses("Hand it in")
    look(tablet, "thanks")
    tablet.page.go_back()
    tablet.page.reload()
    look(tablet, "over")
    assert found == [], "\n".join(found)


def test_without_scripts_in_spanish(house: House, enrollment: Enrollment) -> None:
    enrollment.participant.language = "es"
    enrollment.participant.save(update_fields=["language"])
    tablet = house.visitor(TABLET, scripts=False).is_signed_in(UserFactory(roles=[Role.COORDINATOR]))
    tablet.opens(f"/office/do/enrollment/{enrollment.pk}/tablet/")
    tablet.presses("Hand over the tablet")
    tablet.sees_heading("Algunas preguntas")
    tablet.presses("Comenzar")
    for question in ("¿Podemos contar sus respuestas?", "¿Podemos preguntarle otra vez?"):
        tablet.chooses("Sí", of=question)
    tablet.presses("Siguiente")
    chooses_next(tablet, "Muy de acuerdo", "Siguiente")
    tablet.sees("Pregunta 2 de 19")
    assert Sheet.objects.get().answers == {"e1": 5}
