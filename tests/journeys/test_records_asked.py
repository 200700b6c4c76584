"""He asks for his own file, and a defender's subpoena comes: noted, let out by another, made, handed over."""

import os
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from accounts.models import User
from accounts.roles import Role
from participants.models import Participant
from records.models import LegalHold, OwnFile, Release
from tests.courts.cases import delivered
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory, NoteFactory
from tests.journeys.looking import faults
from tests.journeys.visits import Clock, House, Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def man(transactional_db: None) -> Participant:
    found = delivered().referral.participant
    NoteFactory(participant=found, text="His neighbor told us in confidence")
    NonAssociationFactory(one=found, other__last_name="Quackenbush")
    return found


def somebody(name: str, role: Role) -> User:
    made: User = UserFactory.create(name=name, roles=[role])
    return made


@pytest.fixture
def desk(house: House, the_clock: Clock) -> Visitor:
    """One browser, in which one after another signs in."""
    visitor = house.visitor()
    visitor.page.set_default_timeout(60_000)
    return visitor


def takes_along(desk: Visitor) -> ZipFile:
    """By way of the page that says what comes; it is looked at."""
    desk.follows("Make it, and take it along")
    assert faults(desk.page) == []
    with desk.page.expect_download() as download:
        desk.presses("Make it")
    path: Path = download.value.path()
    return ZipFile(path)


def hands_over(desk: Visitor, path: str) -> None:
    desk.opens(path)
    desk.follows("Handed over")
    desk.chooses("In person")
    desk.presses("Handed over")


def test_his_own_file_and_a_subpoena(desk: Visitor, man: Participant, the_clock: Clock) -> None:
    one, two = somebody("Dana Kessler", Role.ADMINISTRATOR), somebody("Ruth Osei", Role.ADMINISTRATOR)
    desk.is_signed_in(somebody("Cora Blum", Role.COORDINATOR))
    his_own_file(desk, man, one, two)
    a_subpoena(desk, man, one, two)


def his_own_file(desk: Visitor, man: Participant, one: User, two: User) -> None:
    desk.opens(f"/office/people/{man.pk}/")
    desk.follows("He asks for his file")
    desk.presses("He asks for his file")
    desk.follows("Note who he is")
    desk.chooses("A photo ID, seen in person")
    desk.presses("Note who he is")
    assert faults(desk.page) == []
    path = f"/office/records/ownfile/{OwnFile.objects.get().pk}/"

    desk.is_signed_in(two, again=True)
    desk.opens("/office/")
    desk.takes_up("He asks for his file", "Open it")
    desk.follows("Let it out")
    desk.presses("Let it out")
    archive = takes_along(desk)
    said = archive.read("your-file.json").decode()
    told = [word for word in (man.last_name, "Quackenbush", "His neighbor told us") if word in said]
    assert told == [man.last_name]
    hands_over(desk, path)
    desk.sees("Noted: his file was handed over.")

    kept = OwnFile.objects.get()
    assert kept.pdf_sha256 == sha256(archive.read("your-file.pdf")).hexdigest()
    assert [name for name in archive.namelist() if name.startswith("reports/")] != []
    if folder := os.environ.get("ONUS_PICTURES"):
        archive.extractall(folder)


def a_subpoena(desk: Visitor, man: Participant, one: User, two: User) -> None:
    desk.opens(f"/office/people/{man.pk}/")
    desk.follows("Somebody asks for his records")
    desk.chooses("A subpoena")
    desk.fills("Who asks?", "The public defender")
    desk.fills("What is cited?", "Subpoena 26-118")
    desk.fills("What does it ask for?", "The reports that were issued, and his attendance")
    desk.presses("Somebody asks for his records")
    desk.sees("a legal hold stands")
    desk.follows("Choose what goes")
    assert faults(desk.page) == []
    desk.page.get_by_role("checkbox").first.check()
    desk.presses("Choose what goes")
    path = f"/office/records/release/{Release.objects.get().pk}/"
    for by in (one, two):
        desk.is_signed_in(by, again=True)
        desk.opens(path)
        desk.follows("Approve it")
        desk.presses("Approve it")
    assert faults(desk.page) == []
    archive = takes_along(desk)
    hands_over(desk, path)
    desk.sees("Noted: it was handed over.")

    assert archive.namelist()[0] == "00-cover.pdf"
    assert len(archive.namelist()) == 2
    assert LegalHold.objects.standing().count() == 1
    desk.opens("/office/records/public/")
    assert faults(desk.page) == []
    if folder := os.environ.get("ONUS_PICTURES"):
        archive.extractall(folder)
