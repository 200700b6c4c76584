"""The numbers of a year over 100,000 enrollments, beside bare SQL that gives the same figures, on PostgreSQL."""

import os
import statistics
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from django.db import connection

from bench import desk_rows, postgres
from bench.numbers_sql import BARE, statement
from bench.row import Row, at_most
from core import clock
from office.figures.counting import tables
from office.figures.kinds import Cell, Dimension, Table
from office.figures.period import Period
from programs.models import Enrollment, Program
from tests.factories.courts import ReferralMoveFactory

ENROLLMENTS = int(os.environ.get("BENCH_NUMBERS", "100000"))
RUNNING, ROUNDS = 24, 5
LIMIT = 2
DATABASE = "onus_bench_numbers"
# Some of what is told is about evenings, and some dates are of reports, met early and late.
MORE = (
    "UPDATE messaging_message m SET kind = 'session_reminder', about = 'programs.Session:' || k.session_id"
    " FROM (SELECT k.session_id, e.participant_id, row_number() OVER (PARTITION BY e.participant_id ORDER BY k.id) n"
    " FROM programs_mark k JOIN programs_enrollment e ON e.id = k.enrollment_id) k"
    " WHERE m.participant_id = k.participant_id AND m.key LIKE 'bench:%:' || k.n AND k.n <= 8",
    "UPDATE courts_deadline SET kind = 'completion_report' WHERE id % 2 = 0 AND state = 'met'",
    "UPDATE courts_deadline SET due_on = settled_at::date + (id % 9)::int - 4 WHERE state = 'met'",
)
Told = dict[tuple[str, str], Cell]


def rows() -> Iterator[Row]:
    with postgres.servers_at() as urls, postgres.process(urls, DATABASE) as database:
        database.submit(fill).result()
        for by in (Dimension.TOTAL, Dimension.MONTH):
            ours, bare = database.submit(take, by).result()
            name = f"numbers of a year, {by.label.lower()}: ms at {ENROLLMENTS:,} enrollments, to bare SQL"
            yield at_most(LIMIT, name, ours=ours, reference=bare)


def fill() -> None:
    desk_rows.fill(enrollments=ENROLLMENTS, running=RUNNING, now=clock.now())
    moved = ReferralMoveFactory(number=2, old="received", new="accepted")
    came = {"referral_id": "s.id", "number": "1", "old": "''", "new": "'received'", "at": "s.made_at"}
    others = f"(SELECT *, received_on::timestamptz AS made_at FROM courts_referral WHERE id <> {moved.referral_id}) s"
    desk_rows.each(moved, came, others)
    later = {"referral_id": "s.id", "at": "s.made_at + (s.id %% 9) * interval '1 day'"}
    desk_rows.each(moved, later, others)
    with connection.cursor() as cursor:
        for sql in MORE:
            cursor.execute(sql)
        cursor.execute("VACUUM ANALYZE")


def take(by: Dimension) -> tuple[float, float]:
    """Milliseconds of both, in turn; and they say the same."""
    program = Program.objects.get(pk=Enrollment.objects.earliest("id").program_id)
    ends = clock.now().astimezone(program.zone).date()
    period = Period(program, ends - timedelta(days=364), ends, ends)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        took, told = _timed(lambda: tables(program, period.begins, period.ends, by, today=ends))
        ours.append(took)
        took, said = _timed(lambda: bare(period, by))
        theirs.append(took)
        compare(told, said)
    return statistics.median(ours) * 1000, statistics.median(theirs) * 1000


def _timed(what: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    found = what()
    return perf_counter() - began, found


def bare(period: Period, by: Dimension) -> Told:
    """By figure and month ("": in total) what each statement says."""
    given: dict[str, Any] = {
        "program": period.program.pk, "begins": period.begins, "ends": period.ends, "today": period.today,
        "starts": period.starts_at, "stops": period.stops_at, "zone": period.program.time_zone,
    }  # fmt: skip
    said: Told = {}
    for source in BARE:
        sql, codes = statement(source, by_month=by is Dimension.MONTH)
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            for month, *numbers in cursor.fetchall():
                for code, four in zip(codes, zip(*[iter(numbers)] * 4, strict=True), strict=True):
                    said[code, _key(month)] = Cell(*four)
    return said


def _key(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else ""


def compare(told: list[Table], said: Told) -> None:
    """Raises AssertionError where one figure is another; of a month of which no row tells, there is none to compare."""
    ours = {
        (figure.code, row.key): cell
        for table in told
        for row in (*table.rows, table.total)
        for figure, cell in zip(table.figures, row.cells, strict=True)
    }
    wrong = {at: (ours[at], cell) for at, cell in said.items() if ours[at] != cell}
    assert not wrong, wrong
    assert sum(bool(cell.value) for cell in said.values()) > len(BARE), "a bench of nothing"
