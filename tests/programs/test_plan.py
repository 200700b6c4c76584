"""Small and crowded cases, where own sessions and make-ups fall on the same days of the same weeks."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.plan import Limits, Need, Plan, Reachable, best_plan, earliest_plan

MONDAY = date(2026, 3, 2)
SPAN = 6


def session(number: int, module: int, day: int, *, own: bool) -> Reachable:
    on = MONDAY + timedelta(day)
    return Reachable(
        session=number, module=module, on=on, starts_at=datetime.combine(on, time(18), tzinfo=UTC), own=own
    )


crowded = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, SPAN), st.booleans()), min_size=3, max_size=10, unique=True
).map(lambda rows: [session(number, *row[:2], own=row[2]) for number, row in enumerate(rows)])


def worth(chosen: tuple[Reachable, ...]) -> tuple[int, date]:
    return sum(not one.own for one in chosen), max(one.on for one in chosen)


def every_plan(modules: int, sessions: list[Reachable], per_week: int) -> list[tuple[int, date]]:
    choices = [[one for one in sessions if one.module == module] for module in range(1, modules + 1)]
    return [worth(chosen) for chosen in product(*choices) if go_together(chosen, per_week)]


def go_together(chosen: tuple[Reachable, ...], per_week: int) -> bool:
    weeks = Counter(one.on.isocalendar()[:2] for one in chosen if not one.own)
    return all(count <= per_week for count in weeks.values()) and all(
        one.on != other.on for one, other in combinations(chosen, 2)
    )


@settings(max_examples=1500)
@given(crowded, st.integers(2, 4), st.integers(1, 2))
def test_crowded_weeks(sessions, modules, per_week):
    need, limits = Need(frozenset(range(1, modules + 1))), Limits(per_week)
    every = every_plan(modules, sessions, per_week)

    best = best_plan(need, sessions, limits, MONDAY + timedelta(SPAN))
    earliest = earliest_plan(need, sessions, limits)

    assert (best and worth(best.sessions)) == min(every, default=None)
    assert (earliest and worth(earliest.sessions)[::-1]) == min((each[::-1] for each in every), default=None)


def test_fifty_two_weeks_on_one_evening_are_planned():
    days = [7 * week for week in range(60)]
    own = [session(week, week + 1, days[week], own=True) for week in range(2, 52)]
    others = [session(100 + week, week % 52 + 1, days[week], own=False) for week in range(52, 60)]

    plan = best_plan(Need(frozenset(range(1, 53))), [*own, *others], Limits(1), MONDAY + timedelta(500))

    assert isinstance(plan, Plan)
    assert worth(plan.sessions) == (2, MONDAY + timedelta(7 * 53))


def test_a_day_that_only_the_make_up_can_have():
    """Module 1 is held on Wednesday only; so module 2, his own on that day, has to wait for another week."""
    sessions = [
        session(1, 1, 2, own=False),
        session(2, 2, 2, own=True),
        session(3, 2, 3, own=False),
        session(4, 2, 7, own=False),
    ]

    plan = best_plan(Need(frozenset({1, 2})), sessions, Limits(1), MONDAY + timedelta(7))

    assert plan == Plan((sessions[0], sessions[3]))
