"""What must hold for every case; the plan is compared with every assignment there is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from programs.kinds import MarkKind, RequirementKind, Standing
from programs.progress import Assessment, Marked, Reachable, Rules, Week, assess
from programs.reasons import Code

TODAY = date(2026, 3, 3)
COUNT = 5
MODULES = range(1, COUNT + 1)
MET = dict.fromkeys(RequirementKind, TODAY - timedelta(60))

days_ahead = st.integers(0, 20).map(lambda days: TODAY + timedelta(days))


@st.composite
def reachables(draw) -> list[Reachable]:
    rows = draw(st.lists(st.tuples(st.sampled_from(MODULES), days_ahead, st.booleans(), st.integers(0, 9)), max_size=9))
    return [
        Reachable(
            session=1000 + number,
            module=module,
            on=on,
            starts_at=datetime.combine(on, time(18), tzinfo=UTC),
            own=own,
            one_a_day_waived=luck == 0,
        )
        for number, (module, on, own, luck) in enumerate(rows)
    ]


@st.composite
def marked(draw, most: int = 8) -> list[Marked]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(range(1, COUNT + 2)),  # one is of another curriculum
                st.integers(0, 50),
                st.sampled_from(MarkKind),
                st.integers(1, 40),
                st.booleans(),
            ),
            max_size=most,
        )
    )
    return [
        Marked(
            session=number,
            module=module,
            on=TODAY - timedelta(ago),
            kind=kind,
            minutes=minutes if kind in (MarkKind.LATE, MarkKind.LEFT_EARLY) else None,
            excused=excused and kind is MarkKind.ABSENT,
        )
        for number, (module, ago, kind, minutes, excused) in enumerate(rows)
    ]


policies = st.builds(
    Rules,
    sessions_required=st.integers(0, COUNT + 1),
    each_module_required=st.booleans(),
    excused_allowed=st.integers(0, 3),
    unexcused_notice_at=st.integers(0, 4),
    makeups_allowed=st.integers(0, 5),
    makeups_per_week=st.integers(0, 2),
    longest_break_days=st.sampled_from([7, 30]),
)


@st.composite
def cases(draw) -> dict:
    return {
        "modules": [Week(module, module, required=draw(st.booleans())) for module in MODULES],
        "marks": draw(marked()),
        "policy": draw(policies),
        "requirements": draw(st.sampled_from([MET, {}])),
        "reachable": draw(reachables()),
        "finish_by": draw(st.none() | days_ahead | st.just(TODAY - timedelta(1))),
        "today": TODAY,
        "started_on": draw(st.none() | st.integers(0, 60).map(lambda days: TODAY - timedelta(days))),
        "made_up": draw(st.lists(days_ahead, max_size=2)),
    }


# -- brute force: every choice of a session, or none, for each module --------------------------------------
def assignments(case: dict, found: Assessment) -> Iterator[tuple[Reachable, ...]]:
    credited = {credit.week.module for credit in found.credited}
    policy = case["policy"]
    choices = [
        [None, *(one for one in case["reachable"] if one.module == module)]
        for module in MODULES
        if module not in credited
    ]
    binding = {week.module for week in case["modules"] if week.required and policy.each_module_required}
    for choice in product(*choices):
        chosen = tuple(one for one in choice if one)
        had = credited | {one.module for one in chosen}
        if binding <= had and len(had) >= policy.sessions_required and may_be_attended(chosen, case):
            yield chosen


def may_be_attended(chosen: tuple[Reachable, ...], case: dict) -> bool:
    clash = any(
        one.on == other.on and not one.one_a_day_waived and not other.one_a_day_waived
        for one, other in combinations(chosen, 2)
    )
    planned = Counter(one.on.isocalendar()[:2] for one in chosen if not one.own)
    used = Counter(day.isocalendar()[:2] for day in case["made_up"])
    room = all(count + used[week] <= case["policy"].makeups_per_week for week, count in planned.items())
    return room and not clash


def worth(chosen: tuple[Reachable, ...]) -> tuple[int, date]:
    return sum(not one.own for one in chosen), max(one.on for one in chosen)


@settings(max_examples=600)
@given(cases())
def test_the_plan_is_the_best_that_brute_force_finds(case):
    found = assess(**case)
    assume(found.still_needed)
    every = list(assignments(case, found))
    in_time = [one for one in every if case["finish_by"] is None or worth(one)[1] <= case["finish_by"]]

    if in_time:
        assert worth(found.plan) == min(worth(one) for one in in_time)
    elif every:
        assert worth(found.plan)[::-1] == min(worth(one)[::-1] for one in every)
    else:
        assert (found.plan, found.finishes_on) == ((), None)
    assert not found.plan or found.plan in {
        tuple(sorted(one, key=lambda each: (each.starts_at, each.session))) for one in every
    }
    if found.standing is not Standing.POLICY_EXCEEDED:
        assert (found.standing is Standing.CANNOT_FINISH) == (not in_time)
        if in_time:
            needed = min(worth(one)[0] for one in in_time)
            assert found.standing is (Standing.NEEDS_MAKEUPS if needed else Standing.ON_TRACK)


@settings(max_examples=400)
@given(cases(), st.sampled_from(MODULES), st.integers(0, 50))
def test_more_credit_never_worsens_a_standing(case, module, ago):
    more = Marked(session=500, module=module, on=TODAY - timedelta(ago), kind=MarkKind.PRESENT)

    before, after = assess(**case), assess(**(case | {"marks": [*case["marks"], more]}))

    assert after.standing.rank <= before.standing.rank


@settings(max_examples=400)
@given(cases(), st.data())
def test_a_mark_corrected_to_present_never_worsens_a_standing(case, data):
    assume(case["marks"])
    index = data.draw(st.integers(0, len(case["marks"]) - 1))
    corrected = list(case["marks"])
    corrected[index] = replace(corrected[index], kind=MarkKind.PRESENT, minutes=None, excused=False)

    assert assess(**(case | {"marks": corrected})).standing.rank <= assess(**case).standing.rank


@settings(max_examples=400)
@given(cases(), days_ahead | st.none())
def test_a_later_date_never_worsens_a_standing(case, later):
    assume(case["finish_by"] is not None)
    assume(later is None or later >= case["finish_by"])

    assert assess(**(case | {"finish_by": later})).standing.rank <= assess(**case).standing.rank


@settings(max_examples=400)
@given(cases())
def test_the_plan_carried_out_completes_on_the_day_it_named(case):
    case = case | {"requirements": MET}
    found = assess(**case)
    assume(found.plan)
    attended = [Marked(session=one.session, module=one.module, on=one.on, kind=MarkKind.PRESENT) for one in found.plan]

    then = assess(**(case | {"marks": [*case["marks"], *attended], "reachable": [], "today": found.finishes_on}))

    assert (then.standing, then.finishes_on) == (Standing.COMPLETED, found.finishes_on)


@given(cases(), st.randoms(use_true_random=False))
def test_assessing_twice_in_another_order_is_equal(case, random):
    shuffled = case | {
        "marks": random.sample(case["marks"], len(case["marks"])),
        "reachable": random.sample(case["reachable"], len(case["reachable"])),
    }

    assert assess(**case) == assess(**case)
    assert assess(**case) == assess(**shuffled)


def _later_break(one, other):
    return one.on is not None and other.on is not None and one.on < other.on <= TODAY


@given(cases(), st.integers(1, 20))
def test_a_day_on_which_nothing_happens_changes_no_facts(case, later):
    """Else each night would find something new to say of the same case."""
    case = case | {"reachable": [one for one in case["reachable"] if one.on > TODAY + timedelta(later)]}
    before, after = assess(**case), assess(**(case | {"today": TODAY + timedelta(later)}))
    assume(after.standing is before.standing)
    passed = case["finish_by"] is not None and TODAY <= case["finish_by"] < TODAY + timedelta(later)
    assume(not passed)

    codes = [reason.code for reason in before.reasons]
    if codes == [reason.code for reason in after.reasons]:
        for one, other in zip(before.reasons, after.reasons, strict=True):
            # The break that still runs may have become the longest: it began on a day, which doesn't move either.
            assert other == one or (one.code is Code.LONG_BREAK and _later_break(one, other))
    assert after.finishes_on == before.finishes_on
