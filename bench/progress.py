"""Where a man stands after thirty marks in ten modules: against a bare loop that only groups them by module."""

import statistics
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import perf_counter

from bench.row import Row, at_most
from programs.kinds import MarkKind, RequirementKind
from programs.progress import Assessment, Marked, Rules, Week, assess

FIRST = date(2026, 1, 6)
MODULES = [Week(module=100 + week, week=week) for week in range(1, 11)]
# Each week three times: the first time he missed it, then he came late, then in time.
KINDS = (MarkKind.ABSENT, MarkKind.LATE, MarkKind.PRESENT)
ROUNDS, CALLS = 200, 50


def rows() -> list[Row]:
    marks = thirty_marks()
    ours, bare = seconds_of(partial(assessed, marks), partial(grouped, marks))
    return [at_most(3, "progress: µs for thirty marks, to a bare loop", ours=ours * 1e6, reference=bare * 1e6)]


def thirty_marks() -> list[Marked]:
    return [
        Marked(
            session=10 * time + week.week,
            module=week.module,
            on=FIRST + timedelta(weeks=10 * time + week.week),
            kind=kind,
            minutes=10 if kind is MarkKind.LATE else None,
        )
        for time, kind in enumerate(KINDS)
        for week in MODULES
    ]


def assessed(marks: list[Marked]) -> Assessment:
    return assess(
        modules=MODULES,
        marks=marks,
        policy=RULES,
        requirements=MET,
        reachable=(),
        finish_by=None,
        today=FIRST + timedelta(weeks=31),
        started_on=FIRST,
    )


RULES = Rules()
MET = dict.fromkeys(RequirementKind, FIRST)


def grouped(marks: list[Marked]) -> dict[int, list[Marked]]:
    by_module: dict[int, list[Marked]] = {}
    for mark in marks:
        by_module.setdefault(mark.module, []).append(mark)
    return by_module


def seconds_of(*jobs: Callable[[], object]) -> list[float]:
    """Median of one call of each, in turn, so that a busy moment of the machine falls on both."""
    taken: list[list[float]] = [[] for _ in jobs]
    for _ in range(ROUNDS):
        for job, times in zip(jobs, taken, strict=True):
            start = perf_counter()
            for _ in range(CALLS):
                job()
            times.append((perf_counter() - start) / CALLS)
    return [statistics.median(times) for times in taken]
