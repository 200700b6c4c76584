"""Whatever a coordinator does to a schedule, in whatever order, it stays one."""

from datetime import date, datetime, time, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.refusal import Refusal
from programs import schedule
from programs.actions import schedules
from programs.actions.cohorts import close_session
from programs.actions.schedules import Following
from programs.models import Mark, Session
from tests.factories.programs import DayOffFactory, MarkFactory
from tests.programs.scene import Scene, at, scene

pytestmark = pytest.mark.django_db

WEEKS = 5
HOUR = time(18)


@pytest.fixture
def running() -> Scene:
    """Over the night in spring on which the clocks change, with a day off; week 1 is held."""
    made = scene(weeks=WEEKS)
    DayOffFactory(program=made.program, on=date(2026, 3, 31))
    first = made.session(1)
    MarkFactory(enrollment=made.seated(), session=first)
    close_session(session=first, taught=first.module, minutes_held=120, by=made.leader, now=at(first, 120))
    return made


step = st.tuples(
    st.sampled_from(["move", "cancel", "follow", "swap"]),
    st.integers(0, WEEKS - 1),
    st.integers(-10, 30),
    st.booleans(),
)


@given(steps=st.lists(step, max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence(running: Scene, steps: list[tuple[str, int, int, bool]]) -> None:
    with transaction.atomic(), mock.patch("programs.actions.schedules.telling.tell", return_value=[]):
        _any_sequence(running, steps)
        transaction.set_rollback(True)


def _any_sequence(running: Scene, steps: list[tuple[str, int, int, bool]]) -> None:
    now = running.session(1).starts_at + timedelta(days=1)
    marks, first = list(Mark.objects.values()), running.session(1).starts_at
    weeks = list(range(1, WEEKS + 1))
    for name, number, days, follow in steps:
        standing = list(Session.objects.standing().filter(cohort=running.cohort).select_related("cohort", "program"))
        session = standing[number]
        before = _days(running)
        try:
            swapped = _take(name, running, session, standing, days, follow, now)
        except Refusal:
            assert _days(running) == before
            continue
        if swapped:
            one, other = weeks.index(session.module.week), weeks.index(swapped.module.week)
            weeks[one], weeks[other] = weeks[other], weeks[one]
    laid = _days(running)
    assert [week for week, _ in laid] == weeks
    assert sorted(weeks) == list(range(1, WEEKS + 1))
    assert len({start.astimezone(running.program.zone).date() for _, start in laid}) == WEEKS
    assert {start.astimezone(running.program.zone).time() for _, start in laid} == {HOUR}
    assert running.session(1).starts_at == first
    assert list(Mark.objects.values()) == marks


def _take(
    name: str, running: Scene, session: Session, standing: list[Session], days: int, follow: bool, now: datetime
) -> Session | None:
    """Of two weeks swapped, the other."""
    said: dict[str, Any] = {"by": running.coordinator, "now": now}
    following = Following.MOVE if follow else Following.STAY
    to = schedule.instant(session.on + timedelta(days=days), HOUR, running.program.zone)
    if name == "move":
        schedules.move_session(session=session, to=to, following=following, **said)
    elif name == "cancel":
        _in_order(session, to)
        schedules.cancel_session(session=session, why=Session.Canceled.WEATHER, replaced_at=to, **said)
    elif name == "follow":
        schedules.cancel_session(session=session, why=Session.Canceled.WEATHER, following=Following.MOVE, **said)
    else:
        other = standing[days % WEEKS]
        schedules.swap_weeks(one=session, other=other, why="A guest comes.", **said)
        return other
    return None


def _in_order(session: Session, to: datetime) -> None:
    """A week that is canceled may be held again at the very end; the order is asked of the others."""
    between = sorted((session.starts_at, to))
    others = Session.objects.standing().filter(cohort=session.cohort_id, starts_at__range=between)
    if others.exclude(pk=session.pk).exists():
        raise schedules.OutOfOrder("Not here.")


def _days(running: Scene) -> list[tuple[int, datetime]]:
    standing = Session.objects.standing().filter(cohort=running.cohort)
    return list(standing.values_list("module__week", "starts_at"))
