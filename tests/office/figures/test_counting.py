"""Each figure over a small world that was counted by hand (`world`), in total and by each dimension."""

from decimal import Decimal

import pytest

from accounts.roles import Role
from office.figures.counting import people, tables
from office.figures.definitions import FIGURES
from office.figures.kinds import Cell, Dimension
from office.restrictions import looked_at_by
from participants.models import Participant
from tests.factories.accounts import UserFactory
from tests.factories.participants import RestrictionFactory
from tests.office.figures.world import BEGINS, ENDS, TODAY, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return world()


def counted(here: World, by: Dimension):
    """Of each figure, by group: the number, and of how many."""
    found: dict[str, dict[str | None, Cell]] = {}
    for table in tables(here.program, BEGINS, ENDS, by, today=TODAY):
        for row in (*table.rows, table.total):
            for figure, cell in zip(table.figures, row.cells, strict=True):
                found.setdefault(figure.code, {})[None if row is table.total else row.label] = cell
    return found


IN_TOTAL = {
    "referred": (8, None), "referred_people": (7, None), "accepted": (5, 8), "declined": (1, 8), "undecided": (1, 8),
    "closed_early": (1, 8), "tried_days": (2, 1), "reached_days": (4, 1), "intake_days": (6, 2), "seat_days": (12, 3),
    "days_received": (Decimal("3.5"), 2), "days_accepted": (11, 2), "days_enrolled": (Decimal("41.5"), 2),
    "days_on_hold": (None, 0), "opened": (4, None), "begun": (3, None), "evenings": (5, None), "expected": (6, None),
    "attended": (3, 6), "excused": (1, 6), "unexcused": (1, 6), "sent_home": (1, 6), "completed": (1, 3),
    "left": (1, 3), "still_in": (1, 3), "over": (2, None), "completed_of_over": (1, 2), "days_to_complete": (72, 1),
    "finished": (1, None), "discharged": (1, None), "without_fault": (0, None), "other_end": (0, None),
    "reports_due": (3, None), "on_time": (1, 3), "late": (1, 3), "not_delivered": (1, 3), "reminders": (4, None),
    "reminded": (2, 6), "absent_reminded": (1, 2), "not_reminded": (4, 6), "absent_not_reminded": (1, 4),
    "assessed": (Decimal("1400.00"), None), "collected": (Decimal("450.00"), None), "waived": (Decimal("100.00"), None),
    "began": (5, 8), "through": (1, 5), "running": (4, 5), "violations": (2, None), "violations_told": (1, 2),
    "violations_dismissed": (1, 2), "violation_days": (3, 1), "notices_due": (0, None), "notices_on_time": (0, 0),
    "proofs_due": (2, None), "proof_on_time": (1, 2),
}  # fmt: skip


def test_each_figure_in_total_is_what_was_counted_by_hand(here):
    found = counted(here, Dimension.TOTAL)
    assert {code: (cells[None].value, cells[None].of) for code, cells in found.items()} == IN_TOTAL
    assert {figure.code for figure in FIGURES} == found.keys()


def months(january, february, march):
    return {"Jan 2026": january, "Feb 2026": february, "Mar 2026": march}


BY = {
    Dimension.MONTH: {
        "referred": months(3, 2, 3), "begun": months(2, 0, 1),
        "opened": months(3, 1, 0), "finished": months(0, 0, 1),
        "expected": months(2, 3, 1), "reminders": months(2, 1, 1),
        "reports_due": months(0, 1, 2), "violations": months(0, 0, 2),
        "collected": months(300, 200, -50), "days_received": months(4, 3, None),
    },
    Dimension.QUARTER: {
        "referred": {"Q1 2026": 8}, "begun": {"Q1 2026": 3}, "opened": {"Q1 2026": 4}, "finished": {"Q1 2026": 1},
        "expected": {"Q1 2026": 6}, "reminders": {"Q1 2026": 4}, "reports_due": {"Q1 2026": 3},
        "violations": {"Q1 2026": 2}, "collected": {"Q1 2026": 450}, "days_received": {"Q1 2026": Decimal("3.5")},
    },
    Dimension.COURT: {
        "referred": {"Kent": 3, "Renton": 4, "Not filed": 1}, "begun": {"Kent": 2, "Renton": 2},
        "opened": {"Kent": 2, "Renton": 3}, "finished": {"Kent": 1, "Renton": 1}, "expected": {"Kent": 6, "Renton": 4},
        "reports_due": {"Kent": 1, "Renton": 2}, "violations": {"Kent": 1, "Renton": 1, "Not filed": 0},
        "collected": {"Kent": 450, "Renton": 450}, "assessed": {"Kent": 1400, "Renton": 900},
        "days_received": {"Kent": 4, "Renton": 3, "Not filed": None},
    },
    Dimension.LANGUAGE: {
        "referred": {"English": 6, "Spanish": 2}, "begun": {"English": 2, "Spanish": 1},
        "opened": {"English": 3, "Spanish": 1}, "finished": {"English": 1, "Spanish": 0},
        "expected": {"English": 4, "Spanish": 2}, "reminders": {"English": 2, "Spanish": 2},
        "reports_due": {"English": 3}, "violations": {"English": 1, "Spanish": 1},
        "collected": {"English": 450, "Spanish": 0}, "days_received": {"English": Decimal("3.5"), "Spanish": None},
    },
    Dimension.COHORT: {
        "referred": {"Tuesdays": 3, "Fridays": 2, "No cohort": 3}, "begun": {"Tuesdays": 1, "Fridays": 2},
        "opened": {"Tuesdays": 2, "Fridays": 2}, "finished": {"Tuesdays": 1, "Fridays": 0},
        "expected": {"Tuesdays": 5, "Fridays": 1}, "reports_due": {"Tuesdays": 3},
        "violations": {"Tuesdays": 0, "Fridays": 2, "No cohort": 0}, "collected": {"Tuesdays": 450, "Fridays": 0},
        "days_received": {"Tuesdays": 4, "Fridays": 3, "No cohort": None},
    },
    Dimension.KIND: {
        "referred": {"Condition of sentence or probation": 6, "Felony condition": 1, "Self-referral": 1},
        "begun": {"Condition of sentence or probation": 3, "Felony condition": 1},
        "opened": {"Condition of sentence or probation": 4, "Felony condition": 1},
        "finished": {"Condition of sentence or probation": 1, "Felony condition": 1},
        "expected": {"Condition of sentence or probation": 6, "Felony condition": 4},
        "reports_due": {"Condition of sentence or probation": 1, "Felony condition": 2},
        "collected": {"Condition of sentence or probation": 450, "Felony condition": 450},
    },
}  # fmt: skip


@pytest.mark.parametrize("by", BY)
def test_each_source_by_each_dimension_is_what_was_counted_by_hand(here, by):
    found = counted(here, by)
    for code, wanted in BY[by].items():
        assert (code, _rows(found[code])) == (code, dict.fromkeys(_rows(found[code]), _nothing(code)) | wanted)


def _rows(cells):
    return {label: cell.value for label, cell in cells.items() if label}


def _nothing(code):
    """What stands in a row of the section that isn't named in the expectation."""
    return None if code == "days_received" else 0


@pytest.mark.parametrize("by", BY)
def test_the_total_is_the_same_whatever_it_is_broken_down_by(here, by):
    found, total = counted(here, by), counted(here, Dimension.TOTAL)
    assert {code: cells[None] for code, cells in found.items()} == {code: total[code][None] for code in found}


def test_people_behind_a_number_and_behind_what_is_not_in_it(here):
    found = counted(here, Dimension.TOTAL)
    # Alan's two referrals are one man, and Dino, Emil and Finn have not begun.
    assert found["began"][None] == Cell(5, 8, 4, 3)
    assert found["attended"][None] == Cell(3, 6, 2, 2)
    assert found["collected"][None] == Cell(Decimal("450.00"), None, 2)


def behind(here, code, by=Dimension.TOTAL, key=""):
    found = people(here.program, BEGINS, ENDS, code, by, key, today=TODAY)
    return sorted(found.shown.values_list("first_name", flat=True))


@pytest.mark.parametrize(
    ("code", "names"),
    {
        "referred": ["Alan", "Bela", "Carl", "Dino", "Emil", "Finn", "Gary"],
        "declined": ["Dino"],
        "seat_days": ["Alan", "Bela", "Carl"],
        "absent_not_reminded": ["Alan"],
        "absent_reminded": ["Bela"],
        "days_enrolled": ["Alan", "Carl"],
        "proof_on_time": ["Alan"],
        "violation_days": ["Bela"],
        "waived": ["Bela"],
        "evenings": ["Alan", "Bela"],
    }.items(),
)
def test_a_number_leads_to_those_behind_it(here, code, names):
    assert behind(here, code) == names


@pytest.mark.parametrize(
    "by", [Dimension.TOTAL, Dimension.MONTH, Dimension.QUARTER, Dimension.COURT, Dimension.COHORT, Dimension.KIND]
)
def test_each_number_leads_to_as_many_as_it_says(here, by):
    for table in tables(here.program, BEGINS, ENDS, by, today=TODAY):
        for row in table.rows or (table.total,):
            for figure, cell in zip(table.figures, row.cells, strict=True):
                assert len(behind(here, figure.code, by, row.key)) == cell.people, (figure.code, row.label)


def test_whose_file_is_shut_is_not_named_and_is_told_of_as_one_more(here):
    RestrictionFactory(participant=Participant.objects.get(first_name="Alan"))
    with looked_at_by(UserFactory(roles=[Role.COORDINATOR]), something_shut=True):
        assert behind(here, "seat_days") == ["Bela", "Carl"]
        found = people(here.program, BEGINS, ENDS, "seat_days", Dimension.TOTAL, "", today=TODAY)
        assert found.not_shown() == 1
        assert counted(here, Dimension.TOTAL)["seat_days"][None].people == 3


def test_two_who_were_found_to_be_one_are_counted_once(here):
    emil = Participant.objects.get(first_name="Emil")
    emil.merged_into = Participant.objects.get(first_name="Dino")
    emil.save()
    found = counted(here, Dimension.TOTAL)
    assert (found["referred"][None].value, found["referred_people"][None].value) == (8, 6)
    assert behind(here, "undecided") == ["Dino"]


@pytest.mark.parametrize(
    ("by", "queries"),
    # Ten sources, and with a violation that was reported the days between and the closures; names of courts or cohorts.
    {
        Dimension.TOTAL: 12,
        Dimension.QUARTER: 12,
        Dimension.MONTH: 12,
        Dimension.COURT: 12,
        Dimension.COHORT: 12,
        Dimension.KIND: 11,
    }.items(),
)
def test_as_many_queries_however_much_there_is(here, django_assert_num_queries, by, queries):
    with django_assert_num_queries(queries):
        tables(here.program, BEGINS, ENDS, by, today=TODAY)
