from enum import StrEnum
from typing import Self


class Labeled(StrEnum):
    """A stored word and the words that a screen shows for it: `PRESENT = "present", "Present"`."""

    label: str
    _value_: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a model field: `choices=MarkKind.choices`."""
        return [(member.value, member.label) for member in cls]


class MarkKind(Labeled):
    PRESENT = "present", "Present"
    LATE = "late", "Late"
    LEFT_EARLY = "left_early", "Left early"
    SENT_HOME = "sent_home", "Sent home"
    ABSENT = "absent", "Absent"
    NOT_PROVIDED = "not_provided", "Not provided"


# He was there, whatever it earned him.
CAME = (MarkKind.PRESENT, MarkKind.LATE, MarkKind.LEFT_EARLY, MarkKind.SENT_HOME)


class NoCredit(Labeled):
    """What it counts as when a man came, but earned no credit: too late, gone too early, sent home."""

    MISSED_WEEK = "missed_week", "A missed week, but no absence"
    EXCUSED = "excused", "An excused absence"
    UNEXCUSED = "unexcused", "An unexcused absence"


class RequirementKind(Labeled):
    INTAKE = "intake", "Intake"
    EXIT_INTERVIEW = "exit_interview", "Exit interview"
    AGREEMENT = "agreement", "Signed agreement"
    ASSIGNMENTS = "assignments", "Assignments"
    FEE = "fee", "Fee settled, waived or on a plan"


class Standing(Labeled):
    """From the best to the worst; `rank` is the place in that order."""

    COMPLETED = "completed", "Completed"
    REQUIREMENTS_OPEN = "requirements_open", "Requirements open"
    ON_TRACK = "on_track", "On track"
    NEEDS_MAKEUPS = "needs_makeups", "Needs make-ups"
    CANNOT_FINISH = "cannot_finish", "Cannot finish by the date"
    POLICY_EXCEEDED = "policy_exceeded", "Policy exceeded"

    @property
    def rank(self) -> int:
        return list(Standing).index(self)


class Why(Labeled):
    """Why a week has no credit, by the newest mark for it."""

    NOT_YET = "not_yet", "Not yet held"
    EXCUSED = "excused", "Excused absence"
    UNEXCUSED = "unexcused", "Unexcused absence"
    NO_CREDIT = "no_credit", "Came, but earned no credit"
    NOT_PROVIDED = "not_provided", "The program did not provide it"


class EntryKind(Labeled):
    """A line of a ledger. Assessed and refunded add to what he owes; paid and waived take from it."""

    ASSESSED = "assessed", "Assessed"
    PAID = "paid", "Paid"
    WAIVED = "waived", "Waived"
    REFUNDED = "refunded", "Refunded"
    # The other way round than the line that it takes back.
    REVERSED = "reversed", "Taken back"


class PaidBy(Labeled):
    CASH = "cash", "Cash"
    CHECK = "check", "Check"
    MONEY_ORDER = "money_order", "Money order"
    TRANSFER = "transfer", "Bank transfer"
    OTHER = "other", "Another way"


class Change(StrEnum):
    """What changed about an evening: the kinds of message by which each is told."""

    CANCELED = "session_canceled"
    MOVED = "session_moved"
    PLACE = "session_place"
    BOOKED = "session_booked"
    UNBOOKED = "session_unbooked"
