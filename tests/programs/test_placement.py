"""What fits a man, why the rest doesn't, and what an offer promises."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.kinds import MarkKind, Standing
from programs.placement import Bar, Barred, Group, Needs, Offer, placement
from programs.progress import Marked, Reachable, Rules, Week, assess

TODAY = date(2026, 3, 3)
FIRST = date(2026, 3, 10)
WEEKS = tuple(Week(module, module) for module in range(1, 5))
RULES = Rules(sessions_required=4, requires=frozenset())
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def evening(session: int, module: int, on: date, *, own: bool = True) -> Reachable:
    return Reachable(session, module, on, datetime.combine(on, time(18), UTC), own)


def group(number: int = 1, *, first: date = FIRST, begins_with: int = 1, **said: Any) -> Group:
    """Of four weeks; `begins_with`: the earlier ones are behind it."""
    coming = [
        evening(100 * number + week.week, week.module, first + WEEK * (week.week - begins_with))
        for week in WEEKS
        if week.week >= begins_with
    ]
    usual: dict[str, Any] = {
        "cohort": number,
        "name": f"Cohort {number}",
        "language": "en",
        "weekday": first.weekday(),
        "weeks": WEEKS,
        "rules": RULES,
        "last_week_to_join": 2,
        "evenings": tuple(coming),
        "free": 3,
    }
    return Group(**{**usual, **said})


def needs(**said: Any) -> Needs:
    return Needs(**{"today": TODAY, "language": "en", "finish_by": date(2026, 4, 30), **said})


def marked(module: int, on: date, kind: MarkKind = MarkKind.PRESENT) -> Marked:
    return Marked(session=900 + module, module=module, on=on, kind=kind)


def offer(found: Any) -> Offer:
    (only,) = found.offers
    assert found.barred == ()
    return only


def barred(found: Any) -> Barred:
    (only,) = found.barred
    assert found.offers == ()
    return only


def test_a_cohort_that_ends_in_time_is_offered() -> None:
    found = placement(needs(), [group()])

    assert offer(found) == Offer(
        group=group(), begins_on=FIRST, finishes_on=date(2026, 3, 31), in_hand=30, finish_by=date(2026, 4, 30)
    )
    assert (found.earliest, found.ask_for) == (None, None)


def test_without_a_date_nothing_is_late() -> None:
    only = offer(placement(needs(finish_by=None), [group(first=date(2027, 3, 2))]))

    assert (only.in_hand, only.finish_by) == (None, None)


@pytest.mark.parametrize(
    ("finish_by", "days", "fits"),
    [
        (date(2026, 4, 7), 7, True),
        (date(2026, 4, 6), 7, False),
        (date(2026, 4, 6), 6, True),
        (date(2026, 3, 31), 0, True),
        (date(2026, 3, 30), 0, False),
    ],
)
def test_so_many_days_are_left_in_hand(finish_by: date, days: int, fits: bool) -> None:
    """It ends on March 31."""
    found = placement(needs(finish_by=finish_by, days_in_hand=days), [group()])

    assert bool(found.offers) is fits
    if not fits:
        assert found.barred == (
            Barred(group=group(), bar=Bar.ENDS_TOO_LATE, on=date(2026, 3, 31), by=finish_by, days_in_hand=days),
        )
        assert found.earliest is not None
        assert (found.earliest.finishes_on, found.ask_for) == (date(2026, 3, 31), date(2026, 3, 31) + days * DAY)


@pytest.mark.parametrize(
    ("said", "of_him", "bar"),
    [
        ({"evenings": ()}, {}, Bar.OVER),
        ({"language": "es"}, {}, Bar.OTHER_LANGUAGE),
        ({}, {"weekdays": frozenset({0, 2})}, Bar.OTHER_WEEKDAY),
        ({"kept_apart": True}, {}, Bar.KEPT_APART),
        ({"free": 0}, {}, Bar.FULL),
        ({"begins_with": 3}, {}, Bar.TOO_LATE_TO_JOIN),
        ({"begins_with": 2}, {}, Bar.NO_PLAN),
        ({}, {"start_by": FIRST - DAY}, Bar.BEGINS_TOO_LATE),
        ({}, {"marks": tuple(marked(n, TODAY - n * WEEK) for n in range(1, 5))}, Bar.NO_NEED),
    ],
    ids=lambda value: value.value if isinstance(value, Bar) else "",
)
def test_what_bars_him(said: dict[str, Any], of_him: dict[str, Any], bar: Bar) -> None:
    assert barred(placement(needs(**of_him), [group(**said)])).bar is bar


def test_an_evening_full_of_makeups_bars_him_by_its_day() -> None:
    only = barred(placement(needs(), [group(full_on=date(2026, 3, 17))]))

    assert (only.bar, only.on) == (Bar.FULL, date(2026, 3, 17))


def test_on_the_day_itself_he_starts_in_time() -> None:
    assert offer(placement(needs(start_by=FIRST, weekdays=frozenset({1})), [group()])).begins_on == FIRST


def test_who_joins_in_its_second_week_makes_up_the_first_elsewhere() -> None:
    """On the soonest free day of his own but those on which he sits there."""
    elsewhere = [evening(7, 1, FIRST), evening(8, 1, FIRST + 9 * DAY), evening(9, 1, FIRST + 2 * DAY, own=False)]
    only = offer(placement(needs(), [group(begins_with=2)], elsewhere))

    assert [(one.session, one.own) for one in only.makeups] == [(9, False)]
    assert (only.weeks, only.finishes_on) == ((1,), FIRST + 2 * WEEK)


def test_who_brings_credit_for_what_is_behind_it_may_still_join() -> None:
    came = tuple(marked(n, TODAY - n * WEEK) for n in (1, 2))
    only = offer(placement(needs(marks=came), [group(begins_with=3)]))

    assert (only.makeups, only.finishes_on) == ((), FIRST + WEEK)


def test_who_only_missed_it_may_not() -> None:
    missed = tuple(marked(n, TODAY - n * WEEK, MarkKind.ABSENT) for n in (1, 2))
    only = barred(placement(needs(marks=missed), [group(begins_with=3)]))

    assert (only.bar, only.weeks) == (Bar.TOO_LATE_TO_JOIN, (1, 2))


def test_who_sat_there_before_goes_on() -> None:
    elsewhere = [evening(8, 1, FIRST + 2 * DAY), evening(9, 2, FIRST + 9 * DAY)]
    only = offer(placement(needs(), [group(begins_with=3, was_his=True)], elsewhere))

    assert only.weeks == (1, 2)


def test_a_makeup_that_he_is_booked_on_counts_for_him() -> None:
    booked = evening(8, 1, FIRST + 2 * DAY)
    only = offer(placement(needs(own=(booked,), made_up=(booked.on,)), [group(begins_with=2)]))

    assert (only.makeups, only.finishes_on) == ((), FIRST + 2 * WEEK)


def test_one_makeup_a_week() -> None:
    """Both weeks that he missed are held elsewhere in one week, and there is no other: it can't be done."""
    elsewhere = [evening(8, 1, FIRST + 2 * DAY), evening(9, 2, FIRST + 3 * DAY)]
    found = placement(needs(), [group(begins_with=3, last_week_to_join=3)], elsewhere)

    assert (barred(found).bar, barred(found).weeks) == (Bar.NO_PLAN, (1, 2))
    twice = replace(RULES, makeups_per_week=2)
    assert placement(needs(), [group(begins_with=3, last_week_to_join=3, rules=twice)], elsewhere).offers


def test_where_nothing_ends_in_time_weeks_are_taken_elsewhere_sooner() -> None:
    """It ends on March 31, and he needs to be through by the 26th: the last week on a Thursday."""
    late = needs(finish_by=date(2026, 3, 26), days_in_hand=0)
    only = offer(placement(late, [group()], [evening(9, 4, date(2026, 3, 26))]))

    assert (only.weeks, only.finishes_on, only.in_hand) == ((4,), date(2026, 3, 26), 0)


def test_but_no_more_weeks_than_the_policy_lets_him_make_up() -> None:
    late = needs(finish_by=date(2026, 3, 26), days_in_hand=0)
    strict = group(rules=replace(RULES, makeups_allowed=0))

    assert barred(placement(late, [strict], [evening(9, 4, date(2026, 3, 26))])).bar is Bar.ENDS_TOO_LATE


def test_not_while_another_fits_by_itself() -> None:
    late = needs(finish_by=date(2026, 3, 26), days_in_hand=0)
    sooner = group(2, first=FIRST - WEEK)
    found = placement(late, [group(), sooner], [evening(9, 4, date(2026, 3, 26))])

    assert [one.group.cohort for one in found.offers] == [2]
    assert [(one.group.cohort, one.bar) for one in found.barred] == [(1, Bar.ENDS_TOO_LATE)]


def test_the_best_first() -> None:
    """In time to enroll, the fewest make-ups, the soonest end, the most room, the name."""
    makes_up = group(1, begins_with=2)
    early, roomy = group(2), group(3, free=9)
    later, last = group(4, first=FIRST + 2 * DAY), group(5, first=FIRST + WEEK)
    found = placement(
        needs(enroll_by=FIRST + 3 * DAY),
        [last, later, early, roomy, makes_up],
        [evening(9, 1, FIRST + 2 * DAY)],
    )

    assert [(one.group.cohort, one.enroll_by) for one in found.offers] == [
        (3, None),
        (2, None),
        (4, None),
        (1, None),
        (5, FIRST + 3 * DAY),
    ]


def test_the_earliest_date_that_would_do() -> None:
    """Of those that only the date bars: a full one would be sooner, but no date of a court frees a seat."""
    full, late, later = group(1, free=0), group(2, first=FIRST + DAY), group(3, first=FIRST + WEEK)
    found = placement(needs(finish_by=date(2026, 3, 20)), [later, full, late])

    assert [one.bar for one in found.barred] == [Bar.ENDS_TOO_LATE, Bar.ENDS_TOO_LATE, Bar.FULL]
    assert found.earliest is not None
    assert (found.earliest.group.cohort, found.earliest.finishes_on) == (2, date(2026, 4, 1))
    assert found.ask_for == date(2026, 4, 8)


def test_where_no_date_would_do_none_is_named() -> None:
    found = placement(needs(finish_by=date(2026, 3, 20)), [group(free=0), group(2, language="es")])

    assert (found.earliest, found.ask_for) == (None, None)


def test_without_cohorts_there_is_nothing() -> None:
    found = placement(needs(), [])

    assert (found.offers, found.barred, found.earliest) == ((), (), None)


# --- what an offer promises, whatever there is


@st.composite
def groups(draw: st.DrawFn) -> list[Group]:
    return [
        group(
            number,
            first=TODAY + timedelta(days=draw(st.integers(1, 40))),
            begins_with=draw(st.integers(1, 4)),
            free=draw(st.integers(-1, 2)),
            last_week_to_join=draw(st.integers(1, 4)),
            kept_apart=draw(st.booleans()),
            language=draw(st.sampled_from(["en", "es"])),
        )
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]


elsewhere = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 60)).map(lambda of: evening(0, of[0], TODAY + of[1] * DAY)), max_size=12
).map(lambda found: [replace(one, session=5000 + number) for number, one in enumerate(found)])


@given(groups(), elsewhere, st.integers(10, 80), st.integers(0, 9))
def test_carried_out_an_offer_finishes_on_its_day(
    there: list[Group], others: list[Reachable], days: int, in_hand: int
) -> None:
    asked = needs(finish_by=TODAY + days * DAY, days_in_hand=in_hand)
    for one in placement(asked, there, others).offers:
        attended = {session.module: session for session in (*one.group.evenings, *one.makeups)}
        # A week that he makes up sooner isn't waited for.
        attended |= {session.module: session for session in one.makeups}
        marks = [Marked(session=s.session, module=s.module, on=s.on, kind=MarkKind.PRESENT) for s in attended.values()]
        through = assess(
            modules=WEEKS,
            marks=marks,
            policy=RULES,
            requirements={},
            reachable=[],
            finish_by=asked.finish_by,
            today=one.finishes_on,
        )
        assert (through.standing, through.finishes_on) == (Standing.COMPLETED, one.finishes_on)
        assert one.finishes_on + in_hand * DAY <= TODAY + days * DAY
        days_there = [session.on for session in attended.values()]
        assert len(days_there) == len(set(days_there))


@given(groups(), elsewhere, st.integers(10, 80))
def test_nothing_is_offered_that_may_not_be(there: list[Group], others: list[Reachable], days: int) -> None:
    found = placement(needs(finish_by=TODAY + days * DAY), there, others)

    assert {(one.group.free > 0, one.group.kept_apart, one.group.language) for one in found.offers} <= {
        (True, False, "en")
    }
    # Each is told once, here or there.
    seen = [one.group.cohort for one in found.offers] + [one.group.cohort for one in found.barred]
    assert sorted(seen) == [one.cohort for one in there]
    assert (found.earliest is None) or not found.offers
