"""office: what its tables refuse."""

from datetime import date, timedelta

from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.office import AssignmentFactory, FunderReportFactory, SavedFilterFactory, SnoozeFactory


def two_on_the_page() -> object:
    first = FunderReportFactory(on_the_page=True)
    return FunderReportFactory(on_the_page=True, program=first.program, begins_on=date(2024, 1, 1))


def one_after_the_other() -> object:
    first = FunderReportFactory(on_the_page=True, taken_off_at=NOW, taken_off_by=UserFactory())
    return FunderReportFactory(on_the_page=True, program=first.program, begins_on=date(2024, 1, 1))


REFUSED: Listed = [
    ("office_assignment_one_open", lambda: again(AssignmentFactory, "line")),
    ("office_snooze_one_open", lambda: again(SnoozeFactory, "line")),
    ("office_snooze_says_why", lambda: SnoozeFactory(why="")),
    ("office_snooze_ended_later", lambda: SnoozeFactory(ended_at=NOW - timedelta(seconds=1))),
    ("office_savedfilter_once", lambda: again(SavedFilterFactory, "user", "name")),
    ("office_funderreport_once", lambda: again(FunderReportFactory, "program")),
    ("office_funderreport_of_months", lambda: FunderReportFactory(begins_on=date(2025, 1, 2))),
    ("office_funderreport_one_public", two_on_the_page),
    ("office_funderreport_published_at_and_by", lambda: FunderReportFactory(published_at=NOW)),
    ("office_funderreport_taken_off_at_and_by", lambda: FunderReportFactory(taken_off_at=NOW)),
    ("office_savedfilter_named", lambda: SavedFilterFactory(name="")),
]

ALLOWED: Listed = [
    ("office_assignment_one_open", lambda: again(AssignmentFactory, "line", ended_at=NOW)),
    ("office_snooze_one_open", lambda: again(SnoozeFactory, "line", ended_at=NOW)),
    ("office_funderreport_one_public", one_after_the_other),
]
