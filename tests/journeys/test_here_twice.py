"""Two files of one man: asked about, compared, put together; and taken apart again."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from participants.actions import add_participant
from participants.models import Participant
from participants.twice import compare_newcomers
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.participants import ContactPointFactory, NoteFactory
from tests.factories.programs import ProgramFactory
from tests.journeys.looking import faults
from tests.journeys.visits import PHONE, Clock, House, Visitor


class Twins:
    def __init__(self) -> None:
        self.dana: User = UserFactory.create(name="Dana Kessler", roles=[Role.COORDINATOR])
        of = ProgramFactory(name="Harbor Program")
        said: dict[str, Any] = {"date_of_birth": date(1980, 2, 7), "time_zone": "America/Los_Angeles", "now": NOW}
        self.first: Participant = add_participant(first_name="Marek", last_name="Brzezik", by=self.dana, **said)
        self.second: Participant = add_participant(
            first_name="Mark", last_name="Brzezik", language="pl", by=self.dana, **said
        )
        for man, name in ((self.first, "Kent Municipal Court"), (self.second, "Renton Municipal Court")):
            ReferralFactory(participant=man, program=of, court=CourtFactory(name=name))
        ContactPointFactory(participant=self.second, safe=True)
        NoteFactory(participant=self.second, by=self.dana, text="Asks for Tuesdays.")
        compare_newcomers(now=NOW)


@pytest.fixture
def twins(transactional_db: None, the_clock: Clock) -> Twins:
    return Twins()


@pytest.fixture
def dana(house: House, twins: Twins) -> Visitor:
    return house.visitor().is_signed_in(twins.dana)


def test_put_together_and_taken_apart(dana: Visitor, twins: Twins) -> None:
    # Given a line of Today that asks
    dana.opens("/office/")
    dana.takes_up("May be the same person", "Compare")
    dana.sees_heading("One man or two")
    assert faults(dana.page) == []
    # When she chooses what he is called, and puts the two together
    dana.chooses(f"Marek Brzezik (file {twins.first.pk})", of="Legal name")
    dana.chooses(f"Polish (file {twins.second.pk})", of="Language")
    dana.presses("Put together")
    # Then his file has what was in both
    dana.sees_heading("Marek Brzezik")
    dana.sees("speaks Polish")
    dana.sees("Kent Municipal Court")
    dana.sees("Renton Municipal Court")
    dana.follows("Notes")
    dana.sees("Asks for Tuesdays.")
    assert faults(dana.page) == []
    # And the address of the other one leads there
    dana.opens(f"/office/people/{twins.second.pk}/")
    dana.sees_heading("Marek Brzezik")
    # When she finds that they are two
    dana.follows("Take apart again")
    dana.presses("Take apart again")
    # Then each has his own again, and nobody asks any more
    dana.sees_heading("Marek Brzezik")
    assert dana.page.get_by_text("Renton Municipal Court").count() == 0
    dana.opens(f"/office/people/{twins.second.pk}/")
    dana.sees_heading("Mark Brzezik")
    dana.sees("Renton Municipal Court")
    dana.opens("/office/")
    assert dana.page.get_by_text("May be the same person").count() == 0


def test_two_men_on_a_phone(house: House, twins: Twins) -> None:
    dana = house.visitor(PHONE, scheme="dark").is_signed_in(twins.dana)
    dana.opens("/office/")
    dana.takes_up("May be the same person", "Compare")
    assert faults(dana.page) == []
    dana.presses("These are two men")
    dana.is_told("Noted: these are two men. You won't be asked about them again.")
