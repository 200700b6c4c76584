from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from audit.models import Event
from core.refusal import Refusal
from courts.actions import states
from courts.moves import MOVES, UNSEATED, State, may_move
from tests.courts.cases import (
    Case,
    accepted,
    rows,
    seated,
)
from tests.courts.stations import (
    LATER,
    close,
    closed,
    closed_beside_another,
    decline,
    declined,
    hold,
    on_hold,
    reopen,
    resume,
    stored_in_clear,
    untouched,
)

pytestmark = pytest.mark.django_db

# How each move of the table comes about, from a case in its first state.
WAYS: dict[tuple[State, State], tuple[Callable[[], Case], Callable[[Case], object]]] = {
    (State.RECEIVED, State.ACCEPTED): (untouched, lambda case: case.accept()),
    (State.RECEIVED, State.DECLINED): (untouched, decline),
    (State.RECEIVED, State.CLOSED): (untouched, close),
    (State.ACCEPTED, State.ENROLLED): (accepted, lambda case: case.seat()),
    (State.ACCEPTED, State.ON_HOLD): (accepted, hold),
    (State.ACCEPTED, State.CLOSED): (accepted, close),
    (State.ENROLLED, State.ON_HOLD): (seated, hold),
    (State.ENROLLED, State.CLOSED): (seated, close),
    (State.ON_HOLD, State.ACCEPTED): (lambda: on_hold(keeps_seat=False), resume),
    (State.ON_HOLD, State.ENROLLED): (on_hold, resume),
    (State.ON_HOLD, State.CLOSED): (on_hold, close),
    (State.DECLINED, State.RECEIVED): (declined, reopen),
    (State.DECLINED, State.CLOSED): (declined, close),
    (State.CLOSED, State.RECEIVED): (lambda: closed(untouched), reopen),
    (State.CLOSED, State.ACCEPTED): (closed, reopen),
    (State.CLOSED, State.ENROLLED): (closed_beside_another, reopen),
}
IN_STATE: dict[State, Callable[[], Case]] = {old: make for (old, _), (make, _) in WAYS.items()}
TOWARDS: dict[State, Callable[[Case], object]] = {
    State.ACCEPTED: lambda case: case.accept(),
    State.DECLINED: decline,
    State.ON_HOLD: hold,
    State.CLOSED: close,
}


def named(moves: Any) -> list[str]:
    return [f"{old} to {new}" for old, new in moves]


class TestEachMove:
    def test_has_a_way(self):
        """But for the one behind no button: `test_twice` goes it."""
        assert WAYS.keys() == MOVES.keys() - {UNSEATED}

    @pytest.mark.parametrize("move", WAYS, ids=named(WAYS))
    def test_comes_about_by_an_action_as_a_row_and_an_event(self, move: tuple[State, State]):
        make, act = WAYS[move]
        case = make()
        assert case.state() == move[0]
        moves, newest = case.referral.moves.count(), Event.objects.order_by("-id").first()

        act(case)

        assert case.state() == move[1]
        row = case.referral.moves.order_by("-number").first()
        assert row is not None
        assert (row.old, row.new, row.number, row.by) == (*move, moves + 1, case.by)
        told = Event.objects.on(case.referral).filter(id__gt=newest.pk if newest else 0)
        told = told.exclude(verb__startswith="referral.deadlines_")
        assert [(e.verb, e.actor, e.facts["from"], e.at) for e in told] == [
            (f"referral.{move[1]}", f"user:{case.by.pk}", move[0], row.at)
        ]

    @pytest.mark.parametrize("move", WAYS, ids=named(WAYS))
    def test_goes_with_its_row_and_its_event_when_the_transaction_does(self, move: tuple[State, State]):
        make, act = WAYS[move]
        case = make()
        before = rows()

        with transaction.atomic():
            act(case)
            assert rows()["courts.ReferralMove"] > before["courts.ReferralMove"]
            assert rows()["audit.Event"] > before["audit.Event"]
            transaction.set_rollback(True)

        assert (case.state(), rows()) == (move[0], before)

    @pytest.mark.parametrize("new", TOWARDS)
    @pytest.mark.parametrize("old", State)
    def test_outside_the_table_is_refused_and_nothing_is_written(self, old: State, new: State):
        if may_move(old, new):
            return
        case = IN_STATE[old]()
        before = rows()

        with pytest.raises(states.MoveNotPossible) as refusal:
            TOWARDS[new](case)

        words = (old.replace("_", " "), new.replace("_", " "))
        assert str(refusal.value) == "This referral is {}. It can't be {} from there.".format(*words)
        assert (case.state(), rows()) == (old, before)

    @pytest.mark.parametrize("old", [state for state in State if state is not State.ON_HOLD])
    def test_only_what_is_on_hold_is_resumed(self, old: State):
        case = IN_STATE[old]()
        before = rows()

        with pytest.raises(states.MoveNotPossible):
            resume(case)

        assert (case.state(), rows()) == (old, before)

    @pytest.mark.parametrize("old", [s for s in State if s not in (State.DECLINED, State.CLOSED)])
    def test_only_what_is_over_is_reopened(self, old: State):
        case = IN_STATE[old]()
        before = rows()

        with pytest.raises(Refusal):
            reopen(case)

        assert (case.state(), rows()) == (old, before)

    def test_why_is_encrypted_in_row_and_event(self):
        case = untouched()

        states.decline(referral=case.referral, why="MARKER-WHY", by=case.by, now=LATER)

        move = case.referral.moves.get(number=2)
        event = Event.objects.get(verb="referral.declined")
        assert (move.why, event.reveal()) == ("MARKER-WHY", {"why": "MARKER-WHY"})
        assert stored_in_clear("MARKER-WHY") == []
