"""What a change of schedule came to."""

from dataclasses import dataclass
from enum import StrEnum

from programs.models import Cohort, Enrollment, Session


class Following(StrEnum):
    """Whether the later sessions of the cohort go along."""

    STAY = "stay"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """`to_call`: those among the concerned whom no message reaches in time, and whose booking was given up."""

    sessions: list[Session]
    concerned: list[Enrollment]
    to_call: list[Enrollment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceled:
    """`replacement`: when its week is held instead; None: not yet. `moved`: the later ones that gave way."""

    session: Session
    replacement: Session | None
    moved: list[Session]
    concerned: list[Enrollment]
    to_call: list[Enrollment]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCanceled:
    canceled: list[Canceled]
    to_call: list[Enrollment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`canceled`: the evenings of the cohort that is no more."""

    into: Cohort
    moved: list[Enrollment]
    canceled: list[Session]
    to_call: list[Enrollment]
