from datetime import timedelta
from typing import Any

import pytest

from programs.kinds import MarkKind, RequirementKind, Standing, Why
from programs.progress import Assessment, Rules, Week, earns_credit, unmeetable
from programs.reasons import Code, Reason
from tests.programs.cases import (
    ALL_MET,
    END,
    FIRST,
    MODULES,
    assessed,
    codes,
    mark,
    own_from,
    session,
    tuesday,
)


# -- credit ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "minutes", "earned"),
    [
        pytest.param(MarkKind.PRESENT, None, True, id="present"),
        pytest.param(MarkKind.LATE, 15, True, id="late, at the limit"),
        pytest.param(MarkKind.LATE, 16, False, id="late, past the limit"),
        pytest.param(MarkKind.LEFT_EARLY, 15, True, id="left early, at the limit"),
        pytest.param(MarkKind.LEFT_EARLY, 16, False, id="left early, past the limit"),
        pytest.param(MarkKind.SENT_HOME, None, False, id="sent home"),
        pytest.param(MarkKind.ABSENT, None, False, id="absent"),
        pytest.param(MarkKind.NOT_PROVIDED, None, False, id="not provided"),
    ],
)
def test_what_earns_credit(kind, minutes, earned):
    assert earns_credit(kind, minutes, Rules()) is earned


def test_late_and_early_have_limits_of_their_own():
    policy = Rules(late_limit=5, early_limit=30)

    assert not earns_credit(MarkKind.LATE, 6, policy)
    assert earns_credit(MarkKind.LEFT_EARLY, 30, policy)


def test_credits_the_minutes_he_was_there():
    marks = [mark(1), mark(2, MarkKind.LATE, minutes=10), mark(3, MarkKind.LEFT_EARLY, minutes=15)]

    found = assessed(marks, own_from(4), today=tuesday(4))

    assert [credit.mark.attended for credit in found.credited] == [120, 110, 105]


def test_two_marks_of_one_module_credit_once_by_the_earlier():
    again = mark(1, session=77, on=tuesday(4))

    found = assessed([again, mark(1)], own_from(2), today=tuesday(2))

    assert [(credit.week.week, credit.mark.session) for credit in found.credited] == [(1, 1)]
    assert found.still_needed == 9


def test_a_module_of_another_curriculum_credits_nothing():
    found = assessed([mark(1, module=999)], own_from(1))

    assert found.credited == ()
    assert found.still_needed == 10


def test_a_session_not_provided_is_nobodys_absence():
    found = assessed([mark(1, MarkKind.NOT_PROVIDED)], [*own_from(2), session(1, tuesday(4) + timedelta(1))])

    assert (found.excused, found.unexcused, found.no_credit, found.in_a_row) == ((), (), (), 0)
    assert found.missing[0].why is Why.NOT_PROVIDED
    assert found.standing is Standing.NEEDS_MAKEUPS
    assert codes(found) == [Code.NEEDS_MAKEUPS, Code.NOT_PROVIDED]


def test_who_made_up_a_week_in_advance_does_not_miss_it():
    ahead = mark(5, session=77, on=tuesday(2) + timedelta(1))

    found = assessed([ahead, mark(5, MarkKind.ABSENT)], own_from(6), today=tuesday(5))

    assert found.unexcused == ()


# -- standings ---------------------------------------------------------------------------------------------
def test_on_track_with_his_own_sessions():
    found = assessed([mark(1)], own_from(2), finish_by=END, today=tuesday(2))

    assert found.standing is Standing.ON_TRACK
    assert found.finishes_on == END
    assert [one.session for one in found.plan] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert found.reasons == (Reason(code=Code.ON_TRACK, on=END, by=END),)


def test_an_earlier_session_of_another_cohort_does_not_move_a_man_who_is_on_track():
    found = assessed([], [*own_from(1), session(10, tuesday(3) + timedelta(1))], finish_by=END)

    assert found.makeups == ()
    assert found.finishes_on == END


def test_a_make_up_already_booked_is_his_own():
    booked = session(1, tuesday(3) + timedelta(1), own=True)

    assert assessed([mark(1, MarkKind.ABSENT)], [*own_from(2), booked], today=tuesday(2)).standing is (
        Standing.ON_TRACK
    )


def test_needs_make_ups_where_his_own_sessions_do_not_suffice():
    wednesday = session(1, tuesday(5) + timedelta(1))

    found = assessed(
        [mark(1, MarkKind.ABSENT, excused=True)],
        [*own_from(2), wednesday],
        finish_by=END,
        today=tuesday(2),
    )

    assert found.standing is Standing.NEEDS_MAKEUPS
    assert found.makeups == (wednesday,)
    assert found.reasons == (Reason(code=Code.NEEDS_MAKEUPS, weeks=(1,), count=1, on=END, by=END),)


def test_another_cohorts_session_saves_him_whose_own_come_too_late():
    earlier = session(10, END - timedelta(1))

    found = assessed([], [*own_from(1), earlier], finish_by=END - timedelta(1))

    assert found.standing is Standing.NEEDS_MAKEUPS
    assert found.makeups == (earlier,)


def test_cannot_finish_where_a_week_comes_too_late():
    found = assessed([], own_from(1), finish_by=tuesday(8))

    assert found.standing is Standing.CANNOT_FINISH
    assert found.finishes_on == END
    assert found.reasons == (
        Reason(code=Code.CANNOT_FINISH, on=END, by=tuesday(8)),
        Reason(code=Code.NO_SESSION, weeks=(9, 10), by=tuesday(8)),
    )


def test_cannot_finish_where_a_week_never_comes():
    found = assessed([mark(1, MarkKind.ABSENT, excused=True)], own_from(2), today=tuesday(2))

    assert found.standing is Standing.CANNOT_FINISH
    assert (found.finishes_on, found.plan) == (None, ())
    assert found.reasons == (
        Reason(code=Code.CANNOT_FINISH),
        Reason(code=Code.NO_SESSION, weeks=(1,)),
    )


def test_cannot_finish_where_a_week_has_room_for_one_make_up_only():
    missed = [mark(1, MarkKind.NOT_PROVIDED), mark(2, MarkKind.NOT_PROVIDED)]
    one, other = tuesday(3) + timedelta(1), tuesday(3) + timedelta(2)
    offered = [session(1, one, number=901), session(2, other, number=902)]

    found = assessed(missed, [*own_from(3), *offered], today=tuesday(3), finish_by=END)

    assert found.standing is Standing.CANNOT_FINISH
    assert codes(found) == [Code.CANNOT_FINISH, Code.SESSIONS_CLASH, Code.NOT_PROVIDED]
    twice = assessed(
        missed, [*own_from(3), *offered], today=tuesday(3), finish_by=END, policy=Rules(makeups_per_week=2)
    )
    assert twice.standing is Standing.NEEDS_MAKEUPS


def test_a_make_up_already_attended_uses_up_its_week():
    wednesday = session(1, tuesday(3) + timedelta(1))
    asked: dict[str, Any] = {"marks": [mark(1, MarkKind.NOT_PROVIDED)], "reachable": [*own_from(2), wednesday]}

    assert assessed(**asked, made_up=[tuesday(3) - timedelta(1)]).standing is Standing.CANNOT_FINISH
    assert assessed(**asked, made_up=[tuesday(2)]).standing is Standing.NEEDS_MAKEUPS


def test_two_sessions_of_one_day_need_a_coordinators_waiver():
    modules, policy = MODULES[:2], Rules(sessions_required=2)

    def doubled(*, waived: bool) -> Assessment:
        evening = [session(week, FIRST, number=week, own=True, waived=waived) for week in (1, 2)]
        return assessed([], evening, modules=modules, policy=policy)

    assert doubled(waived=False).standing is Standing.CANNOT_FINISH
    assert doubled(waived=True).standing is Standing.ON_TRACK


def test_sessions_that_are_over_are_not_reachable():
    assert assessed([], own_from(1), today=tuesday(2)).standing is Standing.CANNOT_FINISH


def test_today_counts_as_ahead():
    assert assessed([], own_from(1), today=FIRST).standing is Standing.ON_TRACK


def test_too_few_modules_for_the_policy():
    found = assessed([], own_from(1), modules=MODULES[:9], policy=Rules(sessions_required=10))

    assert found.standing is Standing.CANNOT_FINISH
    assert found.reasons[1] == Reason(code=Code.POLICY_UNMEETABLE, count=10, allowed=9)
    assert unmeetable(Rules(sessions_required=10), MODULES[:9]) == found.reasons[1]
    assert unmeetable(Rules(), MODULES) is None


ALL_PRESENT = [mark(week) for week in range(1, 11)]


def test_completed_on_the_day_the_last_thing_was_there():
    interview = END + timedelta(3)
    met = ALL_MET | {RequirementKind.EXIT_INTERVIEW: interview}

    found = assessed(ALL_PRESENT, requirements=met, today=END + timedelta(9), finish_by=interview)

    assert found.standing is Standing.COMPLETED
    assert found.finishes_on == interview
    assert found.reasons == (Reason(code=Code.COMPLETED, on=interview, by=interview),)
    assert (found.missing, found.still_needed, found.plan) == ((), 0, ())


def test_completed_but_after_the_date():
    found = assessed(ALL_PRESENT, today=END, finish_by=END - timedelta(1))

    assert found.standing is Standing.COMPLETED
    assert codes(found) == [Code.COMPLETED_LATE]


@pytest.mark.parametrize("kind", [kind for kind in RequirementKind if kind is not RequirementKind.FEE])
def test_sessions_alone_never_complete(kind):
    found = assessed(ALL_PRESENT, requirements=ALL_MET | {kind: None}, today=END, finish_by=END)

    assert found.standing is Standing.REQUIREMENTS_OPEN
    assert found.open_requirements == (kind,)
    assert found.reasons == (Reason(code=Code.REQUIREMENT_OPEN, requirement=kind),)


def test_money_blocks_only_where_the_policy_says_so():
    unpaid = ALL_MET | {RequirementKind.FEE: None}
    strict = Rules(requires=frozenset(RequirementKind))

    assert assessed(ALL_PRESENT, requirements=unpaid, today=END).standing is Standing.COMPLETED
    assert assessed(ALL_PRESENT, requirements=unpaid, today=END, policy=strict).standing is (Standing.REQUIREMENTS_OPEN)


def test_requirements_open_when_the_date_has_passed():
    found = assessed(ALL_PRESENT, requirements={}, today=END + timedelta(1), finish_by=END)

    assert found.standing is Standing.CANNOT_FINISH
    assert codes(found)[:2] == [Code.DATE_PASSED, Code.REQUIREMENT_OPEN]
    assert found.finishes_on is None


@pytest.mark.parametrize(
    ("marks", "policy", "expected"),
    [
        pytest.param(
            [mark(3, MarkKind.ABSENT), mark(5, MarkKind.ABSENT)],
            Rules(),
            Reason(code=Code.UNEXCUSED_EXCEEDED, weeks=(3, 5), count=2, allowed=1),
            id="unexcused",
        ),
        pytest.param(
            [mark(week, MarkKind.ABSENT, excused=True) for week in (1, 3, 5)],
            Rules(),
            Reason(code=Code.EXCUSED_EXCEEDED, weeks=(1, 3, 5), count=3, allowed=2),
            id="excused",
        ),
        pytest.param(
            [mark(week, MarkKind.LATE, minutes=40) for week in (1, 2, 3, 4)],
            Rules(),
            Reason(code=Code.MAKEUPS_EXCEEDED, weeks=(1, 2, 3, 4), count=4, allowed=3),
            id="more missed than may be made up",
        ),
    ],
)
def test_policy_exceeded(marks, policy, expected):
    everything = [session(week, tuesday(week) + timedelta(71)) for week in range(1, 11)]

    found = assessed(marks, everything, policy=policy, today=tuesday(6))

    assert found.standing is Standing.POLICY_EXCEEDED
    assert expected in found.reasons


def test_what_the_policy_allows_is_within_it():
    marks = [
        mark(1, MarkKind.ABSENT, excused=True),
        mark(2, MarkKind.ABSENT, excused=True),
        mark(3, MarkKind.ABSENT),
    ]
    offered = [session(week, tuesday(week + 4) + timedelta(1), number=900 + week) for week in (1, 2, 3)]

    found = assessed(marks, [*own_from(4), *offered], today=tuesday(4))

    assert found.standing is Standing.NEEDS_MAKEUPS
    assert codes(found) == [Code.NEEDS_MAKEUPS, Code.UNEXCUSED_WARNING, Code.IN_A_ROW]


def test_who_made_everything_up_is_completed_and_what_happened_stays_said():
    marks = [mark(1, MarkKind.ABSENT), mark(2, MarkKind.ABSENT), *ALL_PRESENT[2:]]
    made_up = [mark(week, session=70 + week, on=END + timedelta(week)) for week in (1, 2)]

    found = assessed([*marks, *made_up], today=END + timedelta(7))

    assert found.standing is Standing.COMPLETED
    assert codes(found) == [Code.COMPLETED, Code.UNEXCUSED_EXCEEDED]


# -- which modules count -----------------------------------------------------------------------------------
def test_any_modules_will_do_where_none_is_required():
    policy = Rules(sessions_required=3, each_module_required=False)

    found = assessed([mark(9)], own_from(1), policy=policy)

    assert [one.module for one in found.plan] == [101, 102]
    assert found.still_needed == 2


def test_required_modules_first_then_electives():
    modules = [*MODULES[:2], *(Week(week.module, week.week, required=False) for week in MODULES[2:5])]
    policy = Rules(sessions_required=3)

    found = assessed([mark(4)], own_from(1), modules=modules, policy=policy)

    assert [one.module for one in found.plan] == [101, 102]
    assert [missing.week.week for missing in found.missing] == [1, 2]
    too_few = assessed([mark(1), mark(2)], [], modules=modules, policy=policy)
    assert too_few.reasons[1] == Reason(code=Code.NO_SESSION, count=1)
