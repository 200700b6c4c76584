"""What is counted, of what, and the tables that it gives. Nothing here asks a database."""

from dataclasses import dataclass, field
from decimal import Decimal

from programs.kinds import Labeled


class Dimension(Labeled):
    TOTAL = "total", "In total"
    MONTH = "month", "By month"
    QUARTER = "quarter", "By quarter"
    COURT = "court", "By court"
    LANGUAGE = "language", "By language"
    COHORT = "cohort", "By cohort"
    KIND = "kind", "By kind of referral"


# By when it was; each has the key of its first month.
TIMES = (Dimension.MONTH, Dimension.QUARTER)


class Unit(Labeled):
    PEOPLE = "people", "People"
    REFERRALS = "referrals", "Referrals"
    ENROLLMENTS = "enrollments", "Enrollments"
    # A median, with the number of those it is of.
    DAYS = "days", "Days, median"
    BUSINESS_DAYS = "business_days", "Business days, median"
    # So many of so many.
    PERCENT = "percent", "Share"
    SESSIONS = "sessions", "Sessions"
    REPORTS = "reports", "Reports"
    MESSAGES = "messages", "Messages"
    DOLLARS = "dollars", "US dollars"


MEDIANS = (Unit.DAYS, Unit.BUSINESS_DAYS)


class Section(Labeled):
    REFERRALS = "referrals", "Referrals"
    WAITING = "waiting", "Waiting"
    TAKING_PART = "taking_part", "Taking part"
    FINISHING = "finishing", "Finishing"
    REPORTS = "reports", "Reports"
    MESSAGES = "messages", "Messages"
    MONEY = "money", "Money"
    EVIDENCE = "evidence", "Evidence"


@dataclass(frozen=True, slots=True)
class Figure:
    """`counted` and `denominator` are sentences for a reader: how it is counted, and of what ("": of nothing)."""

    code: str
    section: Section
    title: str
    unit: Unit
    counted: str
    denominator: str = ""
    # Whether it says something about the men; else about the program's work, where "none" and "all" tell of nobody.
    people: bool = True
    # The figure that is its denominator, or of whose people these are a part; "": of none.
    part_of: str = ""
    # One man usually stands in it more than once: evenings, messages, lines of a ledger.
    often: bool = False
    # It stands in this section's table as well.
    also: Section | None = None
    by: frozenset[Dimension] = frozenset(Dimension)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number. Of a share the value is the numerator and `of` the denominator; of days the value is the median and
    `of` says of how many. None: nothing to count it of, or, in a table that left the program, withheld."""

    value: Decimal | int | None
    of: int | None = None
    # How many people stand behind the value; and, of a share, behind what isn't in it.
    people: int = 0
    rest: int | None = None
    withheld: bool = False

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; None: there is nothing to be a share of."""
        return Decimal(self.value) / self.of if self.of and self.value is not None else None


NOTHING = Cell(None)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    # As a link names it: "2026-03", a court's id, "en", a code; "": those who have none.
    key: str
    # One a figure, in the order of the table's.
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one section, a row for each group. Rows may add up to more than the total: one enrollment can
    fulfil referrals of two courts, and one man can come back; the total has him once."""

    section: Section
    dimension: Dimension
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    total: Row
    # Whether each row's people stand in no other row, so that rows add up to the total.
    apart: bool = field(default=False)

    def cell(self, code: str, key: str | None = None) -> Cell:
        """Of the total, where no key is given. Raises KeyError."""
        row = self.total if key is None else {row.key: row for row in self.rows}[key]
        return row.cells[[figure.code for figure in self.figures].index(code)]
