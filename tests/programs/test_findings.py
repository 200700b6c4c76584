from datetime import timedelta

import pytest

from programs.kinds import MarkKind, NoCredit, RequirementKind, Standing, Why
from programs.progress import Assessment, Rules
from programs.reasons import Code, Reason
from tests.programs.cases import (
    END,
    FIRST,
    assessed,
    mark,
    own_from,
    session,
    tuesday,
)


# -- absences ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("counts_as", "field", "why"),
    [
        (NoCredit.MISSED_WEEK, "no_credit", Why.NO_CREDIT),
        (NoCredit.EXCUSED, "excused", Why.EXCUSED),
        (NoCredit.UNEXCUSED, "unexcused", Why.UNEXCUSED),
    ],
)
@pytest.mark.parametrize("kind", [MarkKind.LATE, MarkKind.LEFT_EARLY, MarkKind.SENT_HOME])
def test_no_credit_counts_as_the_policy_says(counts_as, field, why, kind):
    minutes = None if kind is MarkKind.SENT_HOME else 40
    came = mark(1, kind, minutes=minutes)

    found = assessed([came], own_from(2), policy=Rules(no_credit_counts_as=counts_as), today=tuesday(2))

    counted = {name: getattr(found, name) for name in ("excused", "unexcused", "no_credit")}
    assert counted == {"excused": (), "unexcused": (), "no_credit": ()} | {field: (came,)}
    assert found.missing[0].why is why


@pytest.mark.parametrize(
    ("kinds", "in_a_row"),
    [
        pytest.param("AA", 2, id="two"),
        pytest.param("APA", 1, id="came between"),
        pytest.param("ANA", 2, id="the program's own gap doesn't break the row"),
        pytest.param("AAP", 0, id="came since"),
        pytest.param("AAS", 0, id="came, though he was sent home"),
    ],
)
def test_absences_in_a_row_up_to_now(kinds, in_a_row):
    kind = {"A": "absent", "P": "present", "N": "not_provided", "S": "sent_home"}
    marks = [mark(week, MarkKind(kind[letter])) for week, letter in enumerate(kinds, 1)]

    assert assessed(reversed(marks)).in_a_row == in_a_row


# -- the remaining reasons ---------------------------------------------------------------------------------
def test_one_unexcused_absence_warns():
    found = assessed([mark(1, MarkKind.ABSENT)], own_from(2), today=tuesday(2))

    assert Reason(code=Code.UNEXCUSED_WARNING, weeks=(1,), count=1, allowed=1) in found.reasons


def test_a_reason_he_gave_waits_for_the_coordinator():
    found = assessed([mark(1, MarkKind.ABSENT, gave_reason=True)], own_from(2), today=tuesday(2))

    assert Reason(code=Code.REASON_GIVEN, weeks=(1,), count=1) in found.reasons


def test_two_in_a_row_ask_for_a_call_whatever_their_kind():
    marks = [mark(1, MarkKind.ABSENT, excused=True), mark(2, MarkKind.ABSENT)]

    assert Reason(code=Code.IN_A_ROW, count=2) in assessed(marks, today=tuesday(3)).reasons


def test_no_credit_is_said():
    found = assessed([mark(4, MarkKind.LEFT_EARLY, minutes=20)], today=tuesday(5))

    assert Reason(code=Code.NO_CREDIT, weeks=(4,), count=1) in found.reasons


def break_of(days: int, **more) -> Assessment:
    today = tuesday(1) + timedelta(days)
    offered = [session(week, today + timedelta(week), number=week, own=True) for week in range(2, 11)]
    return assessed([mark(1)], offered, today=today, started_on=FIRST, **more)


def test_a_break_longer_than_the_policy_allows_needs_approval():
    assert break_of(30).standing is Standing.ON_TRACK
    assert break_of(31).standing is Standing.POLICY_EXCEEDED
    assert Reason(code=Code.LONG_BREAK, on=FIRST, allowed=30) in break_of(31).reasons
    assert break_of(31, break_approved_until=FIRST + timedelta(31)).standing is Standing.ON_TRACK
    assert break_of(31, break_approved_until=FIRST + timedelta(30)).standing is Standing.POLICY_EXCEEDED


def test_breaks_are_counted_from_the_start_on():
    late_start = assessed([], own_from(1), today=FIRST, started_on=FIRST - timedelta(31))

    assert late_start.standing is Standing.POLICY_EXCEEDED
    assert assessed([], own_from(1), today=FIRST, started_on=None).standing is Standing.ON_TRACK


def test_a_break_that_the_plan_brings_is_told_but_exceeds_nothing_yet():
    found = assessed(
        [mark(week) for week in range(1, 10)],
        [session(10, tuesday(9) + timedelta(40), own=True)],
        today=tuesday(10),
        started_on=FIRST,
    )

    assert found.standing is Standing.ON_TRACK
    assert Reason(code=Code.BREAK_AHEAD, on=tuesday(9), allowed=30) in found.reasons


# -- reasons as data ---------------------------------------------------------------------------------------
def test_a_reason_survives_json():
    reasons = [
        Reason(code=Code.UNEXCUSED_EXCEEDED, weeks=(3, 5), count=2, allowed=1),
        Reason(code=Code.CANNOT_FINISH, on=END, by=FIRST),
        Reason(code=Code.REQUIREMENT_OPEN, requirement=RequirementKind.INTAKE),
    ]

    assert [Reason.from_facts(reason.facts()) for reason in reasons] == reasons
