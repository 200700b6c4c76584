"""The figures of a period: each source is asked once, and the database counts.

Ten queries for a table of each section, one more for business days and their closures where a violation was reported,
and one for the names of courts or cohorts.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from core import clock
from courts.kinds import LABELS, ReferralKind
from courts.models import Court
from office import subjects, words
from office.figures import business
from office.figures.definitions import BY_CODE, of_section
from office.figures.kinds import TIMES, Cell, Dimension, Row, Section, Table, Unit
from office.figures.measures import MEASURES, OF_CODE, How, Measure, is_plain, quoted
from office.figures.period import Period
from office.figures.sources import SOURCES, Rows
from office.figures.sql import median
from participants.models import Participant
from programs.models import Cohort, Program

# By group, by figure; None: in total.
Counted = dict[str | None, dict[str, Cell]]
ALL = "All"
# One man or one enrollment stands in one group only.
APART = {
    Dimension.TOTAL: frozenset(Section),
    Dimension.MONTH: frozenset(Section),
    Dimension.QUARTER: frozenset(Section),
    Dimension.LANGUAGE: frozenset(Section),
    Dimension.COHORT: frozenset(Section),
    Dimension.COURT: frozenset({Section.REFERRALS, Section.WAITING, Section.REPORTS, Section.EVIDENCE}),
    Dimension.KIND: frozenset({Section.REFERRALS, Section.WAITING, Section.REPORTS, Section.EVIDENCE}),
}


def tables(
    program: Program,
    begins: date,
    ends: date,
    by: Dimension,
    *,
    today: date | None = None,
    sections: Collection[Section] = tuple(Section),
) -> list[Table]:
    """One a section, in order; both days count, by the program's clock. `today` None: as of now.

    Only the sources of these `sections` are asked.
    """
    period = _period(program, begins, ends, today)
    wanted = {one.code for section in sections for one in of_section(section, by)}
    counted: Counted = defaultdict(dict)
    for source in SOURCES:
        for group, cells in _of_source(source, period, by, wanted).items():
            counted[group].update(cells)
    return list(_tables(counted, period, by, sections))


@dataclass(frozen=True, slots=True)
class People:
    """Those behind one cell; `men`: their ids, whoever looks."""

    men: QuerySet[Any]

    @property
    def shown(self) -> QuerySet[Participant]:
        """Those who exist for whoever looks."""
        found: QuerySet[Participant] = subjects.rows(Participant)
        return found.filter(pk__in=self.men)

    def not_shown(self) -> int:
        """How many more stand behind it whose files are shut to whoever looks."""
        return Participant.objects.filter(pk__in=self.men).count() - self.shown.count()


def people(
    program: Program, begins: date, ends: date, code: str, by: Dimension, key: str, *, today: date | None = None
) -> People:
    """`key` of the total, and of those who have none: "". Raises KeyError where there is no such figure, ValueError
    where there is no such group."""
    return People(_behind(_period(program, begins, ends, today), code, by, key))


def _period(program: Program, begins: date, ends: date, today: date | None) -> Period:
    return Period(program, begins, ends, today or clock.now().astimezone(program.zone).date())


def _behind(period: Period, code: str, by: Dimension, key: str) -> QuerySet[Any]:
    measure = OF_CODE[code]
    rows = SOURCES[measure.source](period, by)
    if measure.of:
        rows = rows.filter(**{measure.of: True})
    if measure.how is How.ROWS and measure.column:
        rows = rows.filter(**{measure.column: True})
    elif measure.how is not How.ROWS and measure.column:
        rows = rows.filter(**{f"{measure.column}__isnull": False})
    rows = rows if by is Dimension.TOTAL else rows.filter(_in_group(by, key))
    behind: QuerySet[Any] = rows.values("man")
    return behind


def _in_group(by: Dimension, key: str) -> Q:
    if by in (Dimension.COURT, Dimension.COHORT):
        return Q(group=int(key or 0))
    return Q(group=date.fromisoformat(f"{key}-01") if by in TIMES else key)


# --- One source


def _of_source(source: str, period: Period, by: Dimension, wanted: Collection[str]) -> Counted:
    measures = [one for one in MEASURES if one.source == source and one.code in wanted]
    if not measures:
        return {}
    rows = SOURCES[source](period, by)
    counted = dict(_counted(rows, measures, by))
    if calendar := next((one for one in measures if one.how is How.CALENDAR), None):
        _by_calendar(counted, calendar, rows, by)
    return counted


def _counted(rows: Rows, measures: list[Measure], by: Dimension) -> Iterator[tuple[str | None, dict[str, Cell]]]:
    columns = sorted({column for one in measures for column in one.columns})
    once = ["once"] if "once" in rows.query.annotations else []
    grouped = [] if by is Dimension.TOTAL else ["group"]
    inner, given = rows.order_by().values_list(*grouped, "man", *once, *columns).query.sql_with_params()
    asked = ", ".join(part for one in measures for part in one.sql(median(connection, quoted(one.column))))
    # The rows are found once, and counted by group and in total. Every name in it is one of ours.
    sql = f"WITH facts AS MATERIALIZED ({inner}) "
    if grouped:
        sql += f'SELECT 0, "group", {asked} FROM facts GROUP BY "group" UNION ALL '
    sql += f"SELECT 1, NULL, {asked} FROM facts" + " WHERE once" * len(once)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        for is_total, group, *numbers in cursor.fetchall():
            fours = zip(*[iter(numbers)] * 4, strict=True)
            cells = {one.code: _cell(one.code, *four) for one, four in zip(measures, fours, strict=True)}
            yield None if is_total else _key(group, by), cells


def _cell(code: str, value: Any, of: int | None, people: int, rest: int | None) -> Cell:
    unit = BY_CODE[code].unit
    if unit == Unit.DOLLARS:
        value = Decimal(str(value)).quantize(Decimal("0.01"))
    elif value is not None:
        exact = Decimal(str(value))
        value = int(exact) if exact == exact.to_integral_value() else exact
    return Cell(value, of, people, rest)


def _key(group: Any, by: Dimension) -> str:
    if by in TIMES:
        return str(group)[:7]
    return str(group or "")


def _by_calendar(counted: Counted, measure: Measure, rows: Rows, by: Dimension) -> None:
    """The median of business days, from as many pairs of days as there are at each court, however many people."""
    grouped = [] if by is Dimension.TOTAL else ["group"]
    columns = [*grouped, "at_court", "in_state", "found_on", "told_on"]
    inner, given = rows.order_by().values_list(*columns).query.sql_with_params()
    listed = ", ".join(map(quoted, columns))
    sql = f"WITH facts AS ({inner}) SELECT COUNT(*), {listed} FROM facts WHERE told_on IS NOT NULL GROUP BY {listed}"
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        pairs = cursor.fetchall()
    if not pairs:
        return
    calendars, found = business.Calendars(), defaultdict[str | None, Counter[int]](Counter)
    for times, *group, court, state, begins, ends in pairs:
        days = calendars.days(court, state, _day(begins), _day(ends))
        for key in {None, *(_key(one, by) for one in group)}:
            found[key][days] += times
    for key, times in found.items():
        counted[key][measure.code] = replace(counted[key][measure.code], value=business.median(times))


def _day(told: Any) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)


# --- Tables


def _tables(counted: Counted, period: Period, by: Dimension, sections: Collection[Section]) -> Iterator[Table]:
    labels = _labels(by)
    for section in (one for one in Section if one in sections):
        figures = of_section(section, by)
        codes = [figure.code for figure in figures]
        keys = _times(period, by) or _keys(counted, codes)
        rows = [Row(_label(key, by, labels), key, _cells(counted, key, codes)) for key in keys]
        total = Row(ALL, "", _cells(counted, None, codes))
        ordered = rows if by in TIMES else sorted(rows, key=lambda row: (not row.key, _place(row, by)))
        yield Table(section, by, figures, tuple(ordered), total, apart=section in APART[by])


def _times(period: Period, by: Dimension) -> list[str]:
    """Each, also where nothing was; none by anything else."""
    return list({Dimension.MONTH: period.months, Dimension.QUARTER: period.quarters}.get(by, tuple)())


def _keys(counted: Counted, codes: list[str]) -> Iterator[str]:
    wanted = set(codes)
    return (key for key, cells in counted.items() if key is not None and not wanted.isdisjoint(cells))


def _cells(counted: Counted, key: str | None, codes: list[str]) -> tuple[Cell, ...]:
    has = counted.get(key, {})
    return tuple(has.get(code) or _none(code) for code in codes)


def _none(code: str) -> Cell:
    """Where there is nothing to count."""
    if is_plain(code):
        return Cell(0)
    is_share = BY_CODE[code].unit == Unit.PERCENT
    return Cell(0, of=0, rest=0) if is_share else Cell(None, of=0)


def _labels(by: Dimension) -> Mapping[str, str]:
    """By key; asked once."""
    named = {Dimension.COURT: Court.objects, Dimension.COHORT: Cohort.objects}.get(by)
    return {str(pk): name for pk, name in named.values_list("pk", "name")} if named else {}


def _label(key: str, by: Dimension, labels: Mapping[str, str]) -> str:
    if by is Dimension.MONTH:
        return f"{date.fromisoformat(f'{key}-01'):%b %Y}"
    if by is Dimension.QUARTER:
        return f"Q{int(key[5:]) // 3 + 1} {key[:4]}"
    if not key:
        return {Dimension.COURT: "Not filed", Dimension.COHORT: "No cohort"}.get(by, "None")
    if by is Dimension.KIND:
        # LABELS can't tell this kind from the referrer of that name, who is "Himself".
        return "Self-referral" if key == ReferralKind.SELF else LABELS[ReferralKind(key)]
    return words.language(key) if by is Dimension.LANGUAGE else labels[key]


def _place(row: Row, by: Dimension) -> tuple[int, str]:
    """Kinds in the order in which a case goes on, all else by name."""
    return (list(ReferralKind).index(ReferralKind(row.key)) if by is Dimension.KIND and row.key else 0), row.label
