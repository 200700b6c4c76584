from itertools import product

import pytest

from courts.moves import MOVES, OVER, OWES, OWING, WITH_ENROLLMENT, Closing, State, may_move
from courts.steps import ReportKind


def test_each_move_of_the_table_has_a_sentence_of_its_own_two_states():
    assert all(old is not new and sentence.endswith(".") for (old, new), sentence in MOVES.items())


def test_whatever_isnt_in_the_table_is_no_move():
    moves = {(old, new) for old, new in product(State, State) if may_move(old, new)}

    assert moves == {
        (State.RECEIVED, State.ACCEPTED),
        (State.RECEIVED, State.DECLINED),
        (State.RECEIVED, State.CLOSED),
        (State.ACCEPTED, State.ENROLLED),
        (State.ACCEPTED, State.ON_HOLD),
        (State.ACCEPTED, State.CLOSED),
        (State.ENROLLED, State.ON_HOLD),
        (State.ENROLLED, State.CLOSED),
        (State.ON_HOLD, State.ACCEPTED),
        (State.ON_HOLD, State.ENROLLED),
        (State.ON_HOLD, State.CLOSED),
        (State.DECLINED, State.RECEIVED),
        (State.DECLINED, State.CLOSED),
        (State.CLOSED, State.RECEIVED),
        (State.CLOSED, State.ACCEPTED),
        (State.CLOSED, State.ENROLLED),
    }


def test_his_seat_goes_only_where_two_files_are_taken_apart():
    taken_apart = {(old, new) for old, new in product(State, State) if may_move(old, new, taken_apart=True)}

    assert taken_apart - {(old, new) for old, new in taken_apart if may_move(old, new)} == {
        (State.ENROLLED, State.ACCEPTED)
    }


@pytest.mark.parametrize("state", State)
def test_no_state_is_a_dead_end(state: State):
    assert [new for new in State if may_move(state, new)] != []


@pytest.mark.parametrize("state", [state for state in State if state is not State.DECLINED])
def test_every_open_state_and_no_closed_one_may_be_closed(state: State):
    assert may_move(state, State.CLOSED) is (state not in OVER)


def test_each_closing_reason_says_which_report_it_owes():
    assert OWES.keys() == set(Closing)
    assert {reason: OWES[reason] for reason in OWING} == {
        Closing.COMPLETED: ReportKind.COMPLETION,
        Closing.DISCHARGED: ReportKind.DISCHARGE,
        Closing.WITHOUT_FAULT: ReportKind.WITHOUT_FAULT,
        Closing.DID_NOT_BEGIN: ReportKind.DID_NOT_BEGIN,
        Closing.NOT_ACCEPTED: ReportKind.NOT_ACCEPTED,
    }


def test_nobody_is_enrolled_in_what_is_over():
    assert set(OVER) & set(WITH_ENROLLMENT) == set()
