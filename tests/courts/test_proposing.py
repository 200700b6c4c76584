from datetime import date, timedelta
from typing import Any

import pytest

from courts.proposing import BY_ITSELF, Asker, grounds, has_completed, is_left, wanted
from programs.kinds import Standing
from programs.reasons import Code, Reason

TODAY = date(2026, 3, 25)


def found(standing: Standing, *reasons: Reason, **facts: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "standing": standing.value,
        "credited": [1, 2, 3],
        "credited_on": ["2026-03-10", "2026-03-17", "2026-03-24"],
        "missing": [],
        "excused": [],
        "unexcused": [],
        "finishes_on": None,
        "plan": [],
    }
    return usual | facts | {"reasons": [reason.facts() for reason in reasons]}


WARNING = Reason(code=Code.UNEXCUSED_WARNING, weeks=(2,), count=1, allowed=1)
IN_A_ROW = Reason(code=Code.IN_A_ROW, count=2)
EXCEEDED = Reason(code=Code.UNEXCUSED_EXCEEDED, weeks=(2, 3), count=2, allowed=1)


class TestWhatFollows:
    @pytest.mark.parametrize(
        ("standing", "reasons", "kinds"),
        [
            (Standing.COMPLETED, [], {"completion"}),
            (Standing.COMPLETED, [WARNING, IN_A_ROW], {"completion"}),
            (Standing.REQUIREMENTS_OPEN, [], set()),
            (Standing.ON_TRACK, [], set()),
            (Standing.ON_TRACK, [WARNING], {"warn"}),
            (Standing.NEEDS_MAKEUPS, [], {"make_up"}),
            (Standing.NEEDS_MAKEUPS, [WARNING, IN_A_ROW], {"make_up", "warn", "call"}),
            (Standing.CANNOT_FINISH, [IN_A_ROW], {"more_time", "call"}),
        ],
        ids=lambda value: value if isinstance(value, Standing) else None,
    )
    def test_from_each_standing(self, standing: Standing, reasons: list[Reason], kinds: set[str]):
        facts = found(standing, *reasons, missing=[3])
        assert wanted(facts, Asker(today=TODAY, finish_by=TODAY)) == kinds

    def test_from_a_policy_exceeded(self):
        facts = found(Standing.POLICY_EXCEEDED, EXCEEDED, IN_A_ROW, unexcused=["2026-03-17", "2026-03-24"])
        assert wanted(facts, Asker(today=TODAY)) == {"noncompliance", "call"}

    def test_a_self_referral_is_owed_no_report(self):
        asker = Asker(today=TODAY, owed_reports=False, finish_by=TODAY)
        assert [wanted(found(s, WARNING, missing=[3]), asker) for s in Standing] == [
            frozenset(),
            {"warn"},
            {"warn"},
            {"warn", "make_up"},
            {"warn"},
            {"warn"},
        ]

    def test_of_two_referrals_one_tells_the_office_to_warn_and_call_him(self):
        facts = found(Standing.NEEDS_MAKEUPS, WARNING, IN_A_ROW)
        assert wanted(facts, Asker(today=TODAY, speaks_for_him=False)) == set()

    @pytest.mark.parametrize(
        ("standing", "finish_by", "kinds"),
        [
            (Standing.NEEDS_MAKEUPS, TODAY, {"warn"}),
            (Standing.CANNOT_FINISH, TODAY, {"warn"}),
            (Standing.CANNOT_FINISH, TODAY - timedelta(days=1), {"warn", "more_time"}),
            (Standing.POLICY_EXCEEDED, TODAY, {"warn", "noncompliance"}),
            (Standing.COMPLETED, TODAY, {"completion"}),
        ],
        ids=["no make-up", "no more time", "unless the date is over", "a notice", "a completion"],
    )
    def test_whoever_waits_is_to_be_given_a_seat_first(self, standing: Standing, finish_by: date, kinds: set[str]):
        facts = found(standing, WARNING, missing=[3], unexcused=["2026-03-24"])
        assert wanted(facts, Asker(today=TODAY, finish_by=finish_by, seated=False)) == kinds

    @pytest.mark.parametrize(
        ("kind", "asker", "left"),
        [
            ("more_time", {"finish_by": date(2026, 5, 1)}, True),
            ("more_time", {"finish_by": date(2026, 5, 19)}, False),
            ("more_time", {"start_by": date(2026, 4, 6)}, True),
            ("more_time", {"start_by": date(2026, 4, 7)}, False),
            ("more_time", {}, False),
            ("more_time", {"finish_by": date(2026, 5, 1), "seated": True}, False),
            ("make_up", {"finish_by": date(2026, 5, 1)}, False),
        ],
        ids=["ends late", "in time now", "begins late", "begins in time now", "no date", "seated", "another kind"],
    )
    def test_what_was_asked_for_him_is_left_until_his_dates_have_room(
        self, kind: str, asker: dict[str, Any], left: bool
    ):
        facts = found(Standing.NEEDS_MAKEUPS, ask_for="2026-05-19", begins_on="2026-04-07")
        waits = Asker(today=TODAY, **{"seated": False, **asker})
        assert is_left(kind, facts, waits) is left
        assert not is_left(kind, found(Standing.CANNOT_FINISH), waits)

    def test_nothing_is_taken_back_that_isnt_made_by_itself(self):
        assert {"completion", "more_time", "noncompliance", "make_up", "warn", "call"} == BY_ITSELF


class TestACourtsOwnOrder:
    @pytest.mark.parametrize(
        ("since", "completed"),
        [(None, True), (date(2026, 3, 9), True), (date(2026, 3, 10), True), (date(2026, 3, 11), False)],
        ids=["accepts earlier credit", "the day before", "the day itself", "the day after"],
    )
    def test_all_weeks_must_have_been_under_it(self, since: date | None, completed: bool):
        asker = Asker(today=TODAY, since=since)
        assert has_completed(found(Standing.COMPLETED), asker) is completed
        assert wanted(found(Standing.COMPLETED), asker) == {"completion" if completed else "more_time"}

    def test_whoever_is_not_through_has_completed_for_nobody(self):
        assert not has_completed(found(Standing.REQUIREMENTS_OPEN), Asker(today=TODAY))

    @pytest.mark.parametrize(
        ("since", "kinds"),
        [(date(2026, 3, 24), {"noncompliance"}), (date(2026, 3, 25), set())],
        ids=["one absence since", "none since"],
    )
    def test_absences_before_it_are_no_noncompliance(self, since: date, kinds: set[str]):
        facts = found(Standing.POLICY_EXCEEDED, EXCEEDED, unexcused=["2026-03-17", "2026-03-24"])
        assert wanted(facts, Asker(today=TODAY, since=since)) == kinds

    def test_a_long_break_counts_from_the_day_it_began(self):
        long_break = Reason(code=Code.LONG_BREAK, on=date(2026, 2, 10), allowed=30)
        facts = found(Standing.POLICY_EXCEEDED, long_break)
        assert wanted(facts, Asker(today=TODAY, since=date(2026, 2, 10))) == {"noncompliance"}
        assert wanted(facts, Asker(today=TODAY, since=date(2026, 2, 11))) == set()


class TestACourtsOwnDate:
    """The enrollment is bound to the soonest date of all; a court with a later one needs no more time."""

    @pytest.mark.parametrize(
        ("finish_by", "finishes_on", "missing", "kinds"),
        [
            (date(2026, 4, 7), "2026-04-07", [3], set()),
            (date(2026, 4, 6), "2026-04-07", [3], {"more_time"}),
            (None, "2026-04-07", [3], set()),
            (None, None, [3], set()),
            (date(2026, 4, 6), None, [3], {"more_time"}),
            (date(2026, 3, 25), None, [], set()),
            (date(2026, 3, 24), None, [], {"more_time"}),
        ],
        ids=[
            "in time for this one",
            "a day late",
            "it set no date",
            "no date and no plan",
            "no plan",
            "requirements can be met today",
            "requirements open, date passed",
        ],
    )
    def test_decides(self, finish_by: date | None, finishes_on: str | None, missing: list[int], kinds: set[str]):
        facts = found(Standing.CANNOT_FINISH, finishes_on=finishes_on, missing=missing)
        assert wanted(facts, Asker(today=TODAY, finish_by=finish_by)) == kinds


class TestGrounds:
    def test_another_week_attended_is_no_new_ground_to_warn(self):
        before = found(Standing.ON_TRACK, WARNING, credited=[1], unexcused=["2026-03-17"])
        after = found(Standing.ON_TRACK, WARNING, credited=[1, 3], unexcused=["2026-03-17"])
        assert grounds("warn", before) == grounds("warn", after)

    @pytest.mark.parametrize(
        ("kind", "changed"),
        [
            ("warn", {"unexcused": ["2026-03-17"]}),
            ("call", {"excused": ["2026-03-17"]}),
            ("call", {"unexcused": ["2026-03-17"]}),
            ("noncompliance", {"unexcused": ["2026-03-17"]}),
            ("completion", {"credited_on": ["2026-03-10"]}),
            ("completion", {"finishes_on": "2026-03-26"}),
            ("more_time", {"finishes_on": "2026-04-07"}),
        ],
    )
    def test_what_it_rests_on_is_new_ground(self, kind: str, changed: dict[str, Any]):
        standing = Standing.ON_TRACK
        assert grounds(kind, found(standing)) != grounds(kind, found(standing, **changed))

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("make_up", Reason(code=Code.NEEDS_MAKEUPS, weeks=(2,), count=1)),
            ("call", IN_A_ROW),
            ("noncompliance", EXCEEDED),
            ("more_time", Reason(code=Code.CANNOT_FINISH, by=date(2026, 4, 6))),
        ],
    )
    def test_a_reason_is_new_ground_for_its_own_kind_only(self, kind: str, reason: Reason):
        standing = Standing.ON_TRACK
        moved = {k for k in BY_ITSELF if grounds(k, found(standing)) != grounds(k, found(standing, reason))}
        assert moved == {kind}
