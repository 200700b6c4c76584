"""A ten-week course on Tuesdays, and what happens in it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from programs.kinds import MarkKind, RequirementKind
from programs.progress import Assessment, Marked, Reachable, Rules, Week, assess
from programs.reasons import Code

FIRST = date(2026, 1, 6)  # a Tuesday
MODULES = tuple(Week(module=100 + week, week=week) for week in range(1, 11))
ALL_MET = dict.fromkeys(RequirementKind, FIRST)
END = FIRST + timedelta(weeks=9)


def tuesday(week: int) -> date:
    return FIRST + timedelta(weeks=week - 1)


def mark(week: int, kind: MarkKind = MarkKind.PRESENT, **more: Any) -> Marked:
    values: dict[str, Any] = {"session": week, "module": 100 + week, "on": tuesday(week), "kind": kind}
    return Marked(**(values | more))


def own(week: int) -> Reachable:
    return session(week, tuesday(week), number=week, own=True)


def session(week: int, on: date, *, number: int = 900, own: bool = False, waived: bool = False) -> Reachable:
    return Reachable(
        session=number,
        module=100 + week,
        on=on,
        starts_at=datetime.combine(on, time(2), tzinfo=UTC),
        own=own,
        one_a_day_waived=waived,
    )


def assessed(marks: Iterable[Marked] = (), reachable: Iterable[Reachable] = (), **more: Any) -> Assessment:
    values: dict[str, Any] = {
        "modules": MODULES,
        "policy": Rules(),
        "requirements": ALL_MET,
        "finish_by": None,
        "today": FIRST,
    }
    return assess(marks=marks, reachable=reachable, **(values | more))


def own_from(week: int) -> list[Reachable]:
    return [own(each) for each in range(week, 11)]


def codes(assessment: Assessment) -> list[Code]:
    return [reason.code for reason in assessment.reasons]
