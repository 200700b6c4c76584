"""How a referral moves from state to state, as data: each move with the sentence that history shows."""

from enum import StrEnum

from courts.steps import ReportKind


class State(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    ENROLLED = "enrolled"
    ON_HOLD = "on_hold"
    DECLINED = "declined"
    CLOSED = "closed"


class Closing(StrEnum):
    COMPLETED = "completed"
    DISCHARGED = "discharged"
    WITHOUT_FAULT = "without_fault"
    DID_NOT_BEGIN = "did_not_begin"
    NOT_ACCEPTED = "not_accepted"
    RECALLED = "recalled"
    DISMISSED = "dismissed"
    DIED = "died"
    BY_MISTAKE = "by_mistake"
    MOVED = "moved"


# A closing reason owes the court one report, or none. It closes only when the one it owes has been delivered.
OWES: dict[Closing, ReportKind | None] = {
    Closing.COMPLETED: ReportKind.COMPLETION,
    Closing.DISCHARGED: ReportKind.DISCHARGE,
    Closing.WITHOUT_FAULT: ReportKind.WITHOUT_FAULT,
    Closing.DID_NOT_BEGIN: ReportKind.DID_NOT_BEGIN,
    Closing.NOT_ACCEPTED: ReportKind.NOT_ACCEPTED,
    Closing.RECALLED: None,
    Closing.DISMISSED: None,
    Closing.DIED: None,
    Closing.BY_MISTAKE: None,
    Closing.MOVED: None,
}
OWING = [reason for reason, report in OWES.items() if report]

OVER = (State.DECLINED, State.CLOSED)
WITH_ENROLLMENT = (State.ACCEPTED, State.ENROLLED, State.ON_HOLD)

MOVES: dict[tuple[State, State], str] = {
    (State.RECEIVED, State.ACCEPTED): "Accepted into the program.",
    (State.RECEIVED, State.DECLINED): "Not accepted.",
    (State.RECEIVED, State.CLOSED): "Closed before a decision.",
    (State.ACCEPTED, State.ENROLLED): "Seated in a cohort.",
    (State.ACCEPTED, State.ON_HOLD): "Put on hold.",
    (State.ACCEPTED, State.CLOSED): "Closed before he was seated.",
    (State.ENROLLED, State.ACCEPTED): "Not seated yet: the seat was another man's.",
    (State.ENROLLED, State.ON_HOLD): "Put on hold.",
    (State.ENROLLED, State.CLOSED): "Closed.",
    (State.ON_HOLD, State.ACCEPTED): "Taken up again; not seated yet.",
    (State.ON_HOLD, State.ENROLLED): "Taken up again.",
    (State.ON_HOLD, State.CLOSED): "Closed while on hold.",
    (State.DECLINED, State.RECEIVED): "Opened again for a new decision.",
    (State.DECLINED, State.CLOSED): "Closed.",
    (State.CLOSED, State.RECEIVED): "Reopened.",
    (State.CLOSED, State.ACCEPTED): "Reopened; not seated yet.",
    (State.CLOSED, State.ENROLLED): "Reopened; his seat stands.",
}


# Behind no button: two files that had been put together are taken apart.
UNSEATED = (State.ENROLLED, State.ACCEPTED)


def may_move(old: State, new: State, *, taken_apart: bool = False) -> bool:
    return (old, new) in MOVES and (taken_apart or (old, new) != UNSEATED)
