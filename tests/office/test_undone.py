"""A list that was taken back leaves nothing on Today, and its men are nobody's doubles."""

from datetime import date, timedelta

import pytest

from courts.actions.undoing import undo
from office.undone import without_undone
from office.waiting import lines
from participants.models import Likeness, Participant
from participants.twice import compare_newcomers
from tests.courts.sending import Office
from tests.courts.workbook_files import HEADER, workbook
from tests.factories.clock import NOW
from tests.office.desk import Desk

TODAY = date(2026, 3, 3)
LATER = NOW + timedelta(hours=1)
DATED = (*HEADER, "date_of_birth", "complete_by")
WRONG = ("26-1", "Halloway", "Dorian", "diversion", "3/14/1979", "no date")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def kinds() -> set[str]:
    return {line.key.partition(":")[0] for line in lines(now=NOW, today=TODAY)}


def test_nothing_of_it_waits_on_today() -> None:
    house = Office()
    made = house.take_in(house.send(workbook(WRONG, header=DATED)))
    assert kinds() != set()
    undo(list_import=made, by=house.by, now=LATER)
    assert kinds() == set()


def test_its_men_are_nobodys_doubles() -> None:
    """The corrected list brings him with the right birth date: he is here once."""
    house = Office()
    made = house.take_in(house.send(workbook(WRONG, header=DATED)))
    undo(list_import=made, by=house.by, now=LATER)
    right = ("26-1", "Halloway", "Dorian", "diversion", "3/14/1978", "")
    house.take_in(house.send(workbook(right, header=DATED)), now=LATER)
    assert compare_newcomers(now=LATER) == Likeness.objects.count() == 1

    assert "alike" not in kinds()
    assert [man.date_of_birth for man in without_undone(Participant.objects.all())] == [date(1978, 3, 14)]


@pytest.mark.parametrize("noun", ["charge", "deadline", "hearing", "recipient", "referralmove", "referral"])
def test_in_the_offices_lists_only_what_stands(noun: str, desk: Desk) -> None:
    """Of a case that was brought by another list the rows stay."""
    house = Office()
    header = (*DATED, "charge", "hearing_at", "prosecutor_email")
    said = ("Dorian", "diversion", "3/14/1979", "5/1/2026", "Patronizing", "6/1/2026", "kent@example.org")
    men = [(f"26-{number}", f"Halloway{number}", *said) for number in (1, 2)]
    made, kept = (house.take_in(house.send(workbook(one, header=header))) for one in men)
    undo(list_import=made, by=house.by, now=LATER)
    page = desk.client.get(f"/office/courts/{noun}/").content.decode()
    assert ("Halloway1" in page, "Halloway2" in page) == (False, True)
    assert kept.added == 1
