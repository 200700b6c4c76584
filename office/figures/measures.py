"""How a figure comes out of the rows of its source: which column says yes, which one is counted."""

from dataclasses import dataclass
from enum import StrEnum

from office.figures.definitions import BY_CODE
from office.figures.kinds import MEDIANS, Dimension, Unit


class How(StrEnum):
    ROWS = "rows"
    DISTINCT = "distinct"
    MEDIAN = "median"
    SUM = "sum"
    # By business days, which no database counts: `counting` does.
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Measure:
    """`column`: what is counted, summed, or of which the median is; for ROWS a yes or no, "" for each row.

    `of`: of a share, the yes or no of its denominator, "" for each row; None: it is no share.
    """

    code: str
    source: str
    how: How
    column: str = ""
    of: str | None = None

    @property
    def columns(self) -> set[str]:
        return {one for one in (self.column, self.of) if one} - {"man"}

    @property
    def by(self) -> frozenset[Dimension]:
        return BY_CODE[self.code].by

    def sql(self, median: str) -> list[str]:
        """Value, of how many, the people behind it, and the people behind what isn't in it."""
        rows, men = "COUNT(*)", "COUNT(DISTINCT man)"
        column, of = quoted(self.column), quoted(self.of or "")
        if self.how is How.ROWS and self.of is None:
            return [rows + _where(column), "NULL", men + _where(column), "NULL"]
        if self.how is How.ROWS:
            inside, rest = _all(of, column), _all(of, f"NOT {column}")
            return [rows + _where(inside), rows + _where(of), men + _where(inside), men + _where(rest)]
        has = _where(f"{column} IS NOT NULL")
        if self.how is How.MEDIAN:
            return [median, f"COUNT({column})", men + has, "NULL"]
        if self.how is How.SUM:
            return [f"COALESCE(SUM({column}), 0)", "NULL", men + has, "NULL"]
        if self.how is How.CALENDAR:
            return ["NULL", f"COUNT({column})", men + has, "NULL"]
        return [f"COUNT(DISTINCT {column})", "NULL", men, "NULL"]


def quoted(column: str) -> str:
    """Some are words of SQL: left, over."""
    return f'"{column}"' if column else ""


def _where(condition: str) -> str:
    return f" FILTER (WHERE {condition})" if condition else ""


def _all(*conditions: str) -> str:
    return " AND ".join(filter(None, conditions))


def _shares(source: str, columns: str, of: str = "") -> list[Measure]:
    return [Measure(code, source, How.ROWS, code, of) for code in columns.split()]


def _medians(source: str, columns: str) -> list[Measure]:
    return [Measure(code, source, How.MEDIAN, code) for code in columns.split()]


def _counts(source: str, columns: str) -> list[Measure]:
    return [Measure(code, source, How.ROWS, code) for code in columns.split()]


MEASURES: tuple[Measure, ...] = (
    Measure("referred", "referrals", How.ROWS),
    Measure("referred_people", "referrals", How.DISTINCT, "man"),
    *_shares("referrals", "accepted declined undecided closed_early began"),
    *_shares("referrals", "through running", of="began"),
    *_medians("referrals", "tried_days reached_days intake_days seat_days"),
    *_medians("stays", "days_received days_accepted days_enrolled days_on_hold"),
    Measure("opened", "opened", How.ROWS),
    Measure("begun", "begun", How.ROWS),
    *_shares("begun", "completed left still_in"),
    Measure("over", "begun", How.ROWS, "over"),
    Measure("completed_of_over", "begun", How.ROWS, "completed", of="over"),
    *_medians("begun", "days_to_complete"),
    *_counts("ended", "finished discharged without_fault other_end"),
    Measure("evenings", "marks", How.DISTINCT, "evening"),
    Measure("expected", "marks", How.ROWS),
    *_shares("marks", "attended excused unexcused sent_home"),
    Measure("reminded", "marks", How.ROWS, "told", of=""),
    Measure("absent_reminded", "marks", How.ROWS, "absent", of="told"),
    Measure("not_reminded", "marks", How.ROWS, "untold", of=""),
    Measure("absent_not_reminded", "marks", How.ROWS, "absent", of="untold"),
    Measure("reminders", "reminders", How.ROWS),
    Measure("reports_due", "deadlines", How.ROWS, "report"),
    *_shares("deadlines", "on_time late not_delivered", of="report"),
    Measure("notices_due", "deadlines", How.ROWS, "notice"),
    *_shares("deadlines", "notices_on_time", of="notice"),
    Measure("proofs_due", "deadlines", How.ROWS, "proof"),
    *_shares("deadlines", "proof_on_time", of="proof"),
    Measure("violations", "violations", How.ROWS),
    *_shares("violations", "violations_told violations_dismissed"),
    Measure("violation_days", "violations", How.CALENDAR, "told_on"),
    *(Measure(code, "entries", How.SUM, code) for code in ("assessed", "collected", "waived")),
)
OF_CODE = {measure.code: measure for measure in MEASURES}


def is_plain(code: str) -> bool:
    """Whether nothing at all is 0 of it; a share of nothing and a median of nobody are no numbers."""
    return BY_CODE[code].unit not in (*MEDIANS, Unit.PERCENT)
