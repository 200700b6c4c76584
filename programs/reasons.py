from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from programs.kinds import RequirementKind


class Code(StrEnum):
    COMPLETED = "completed"
    COMPLETED_LATE = "completed_late"
    ON_TRACK = "on_track"
    NEEDS_MAKEUPS = "needs_makeups"
    CANNOT_FINISH = "cannot_finish"
    DATE_PASSED = "date_passed"
    NO_SESSION = "no_session"
    SESSIONS_CLASH = "sessions_clash"
    POLICY_UNMEETABLE = "policy_unmeetable"
    UNEXCUSED_EXCEEDED = "unexcused_exceeded"
    EXCUSED_EXCEEDED = "excused_exceeded"
    MAKEUPS_EXCEEDED = "makeups_exceeded"
    LONG_BREAK = "long_break"
    UNEXCUSED_WARNING = "unexcused_warning"
    IN_A_ROW = "in_a_row"
    REASON_GIVEN = "reason_given"
    NO_CREDIT = "no_credit"
    NOT_PROVIDED = "not_provided"
    BREAK_AHEAD = "break_ahead"
    REQUIREMENT_OPEN = "requirement_open"


EXCEEDS_POLICY = frozenset({Code.UNEXCUSED_EXCEEDED, Code.EXCUSED_EXCEEDED, Code.MAKEUPS_EXCEEDED, Code.LONG_BREAK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A fact as data: `programs.wording.sentence` says it. What a code doesn't need stays empty.

    `on` is the day it happened or can happen, `by` the date that binds.
    """

    code: Code
    weeks: tuple[int, ...] = ()
    count: int | None = None
    allowed: int | None = None
    on: date | None = None
    by: date | None = None
    requirement: RequirementKind | None = None

    def facts(self) -> dict[str, Any]:
        """For a JSON column; `Reason.from_facts` reads it back."""
        return {
            "code": self.code.value,
            "weeks": list(self.weeks),
            "count": self.count,
            "allowed": self.allowed,
            "on": self.on and self.on.isoformat(),
            "by": self.by and self.by.isoformat(),
            "requirement": self.requirement and self.requirement.value,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        return cls(
            code=Code(facts["code"]),
            weeks=tuple(facts["weeks"]),
            count=facts["count"],
            allowed=facts["allowed"],
            on=facts["on"] and date.fromisoformat(facts["on"]),
            by=facts["by"] and date.fromisoformat(facts["by"]),
            requirement=facts["requirement"] and RequirementKind(facts["requirement"]),
        )
