"""A referral at a glance, as its court may see it: where it stands, and which date comes next. No Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courts.moves import Closing, State

STANDS: dict[State, str] = {
    State.RECEIVED: "Received, not yet decided",
    State.ACCEPTED: "Accepted",
    State.ENROLLED: "Enrolled",
    State.ON_HOLD: "On hold",
    State.DECLINED: "Not accepted",
    State.CLOSED: "Closed",
}
# What a court was told by a report, or said itself. Of the others it is enough that it is closed.
ENDED: dict[Closing, str] = {
    Closing.COMPLETED: "Completed",
    Closing.DISCHARGED: "Discharged",
    Closing.WITHOUT_FAULT: "Ended without fault",
    Closing.DID_NOT_BEGIN: "Did not begin",
    Closing.NOT_ACCEPTED: "Not accepted",
    Closing.RECALLED: "Recalled by the court",
    Closing.DISMISSED: "Case dismissed",
    Closing.BY_MISTAKE: "Entered by mistake",
    Closing.MOVED: "Moved to another court",
}


def status(state: str, closing: str) -> str:
    known = closing in {*ENDED}
    return ENDED[Closing(closing)] if state == State.CLOSED and known else STANDS[State(state)]


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and on which day of the court's calendar."""

    on: date
    what: str


def next_of(dates: Iterable[tuple[str, date | None]], *, today: date) -> Next | None:
    """The earliest that isn't over; of two on one day the first named. None: none lies ahead."""
    ahead = [Next(on, what) for what, on in dates if on is not None and on >= today]
    return min(ahead, key=lambda one: one.on, default=None)
