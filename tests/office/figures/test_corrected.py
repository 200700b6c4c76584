"""What the figures make of a man who was here twice, of a list that was taken back, and of a case that moved on."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from courts.actions.twice import put_together, take_apart
from courts.actions.undoing import undo
from courts.models import Referral
from courts.moves import Closing, State
from office.figures.counting import people, tables
from office.figures.kinds import Cell, Dimension
from participants.models import Participant
from programs.models import Program
from tests.courts.sending import Office
from tests.courts.workbook_files import man, workbook
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.participants import ContactAttemptFactory, ParticipantFactory
from tests.factories.programs import EnrollmentFactory, ProgramFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
BEGINS, ENDS = TODAY - timedelta(days=60), TODAY + timedelta(days=30)
LATER = NOW + timedelta(hours=1)


def counted(program: Program) -> dict[str, Cell]:
    return {
        figure.code: cell
        for table in tables(program, BEGINS, ENDS, Dimension.TOTAL, today=TODAY)
        for figure, cell in zip(table.figures, table.total.cells, strict=True)
    }


@pytest.fixture
def program(now: datetime) -> Program:
    made: Program = ProgramFactory()
    return made


def twice(program: Program) -> tuple[Participant, Participant]:
    """One man in two files: each has a referral and an empty enrollment of its own."""
    files = []
    for days in (9, 5):
        him = ParticipantFactory(first_name="Dale", last_name="Twin", date_of_birth=date(1980, 1, 1))
        opened = EnrollmentFactory(program=program, participant=him, opened_at=NOW - timedelta(days=days))
        ReferralFactory(
            program=program, participant=him, court=CourtFactory(), enrollment=opened, state=State.ACCEPTED,
            received_on=TODAY - timedelta(days=days),
        )  # fmt: skip
        files.append(him)
    return files[0], files[1]


def test_of_two_files_put_together_one_man_and_one_enrollment_count(program: Program) -> None:
    kept, left = twice(program)
    before = counted(program)
    merge = put_together(kept=kept, left=left, by=UserFactory(), now=LATER)
    after = counted(program)

    codes = ("referred", "referred_people", "opened", "other_end")
    assert [before[code].value for code in codes] == [2, 2, 2, 0]
    # The enrollment that was ended because the other one fulfils both isn't one that ended, nor a second one made.
    assert [after[code].value for code in codes] == [2, 1, 1, 0]
    take_apart(merge=merge, by=UserFactory(), now=LATER)
    assert counted(program) == before


def test_a_try_that_stands_in_the_file_left_aside_still_reached_him(program: Program) -> None:
    kept, left = twice(program)
    ContactAttemptFactory(participant=left, at=NOW - timedelta(days=3), result="reached")
    ContactAttemptFactory(participant=kept, at=NOW - timedelta(days=2), result="no_answer")
    put_together(kept=kept, left=left, by=UserFactory(), now=LATER)
    after = counted(program)

    # From nine and from five days ago to three days ago.
    assert (after["reached_days"].value, after["reached_days"].of) == (4, 2)
    assert (after["tried_days"].value, after["tried_days"].of) == (4, 2)


def test_a_list_that_was_taken_back_leaves_no_number(now: datetime) -> None:
    office = Office()
    made = office.take_in(office.send(workbook(man(1), man(2))))
    program = Referral.objects.filter(list_import=made).first().program  # type: ignore[union-attr]
    came = counted(program)["referred"].value
    undo(list_import=made, by=office.by, now=LATER)
    after = counted(program)

    assert came == 2
    assert {code: cell.value for code, cell in after.items() if cell.value} == {}
    assert not people(program, BEGINS, ENDS, "referred", Dimension.TOTAL, "", today=TODAY).shown.exists()


def test_a_case_that_moved_three_times_is_counted_once_on_its_first_day(program: Program) -> None:
    him = ParticipantFactory()
    now_at = None
    for days in (1, 10, 20, 58):
        closed: dict[str, Any] = {} if now_at is None else {
            "state": State.CLOSED, "closing": Closing.MOVED, "moved_to": now_at, "closed_at": NOW,
        }  # fmt: skip
        now_at = ReferralFactory(
            program=program, participant=him, court=CourtFactory(), received_on=TODAY - timedelta(days=days), **closed
        )
    by_month = next(iter(tables(program, BEGINS, ENDS, Dimension.MONTH, today=TODAY)))

    first = TODAY - timedelta(days=58)
    assert {row.key for row in by_month.rows if row.cells[0].value} == {f"{first:%Y-%m}"}
    assert by_month.total.cells[0].value == 1
