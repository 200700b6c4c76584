"""How it stands with the program's own fee. What a court itself imposes is never told, nor any amount."""

from courts.actions.facts.attendance import Attendance
from courts.actions.facts.base import Telling
from programs.actions.money import standing_of
from programs.fees import FeeState
from programs.kinds import RequirementKind


def fee_standing(telling: Telling, found: Attendance) -> str | None:
    """None: completion doesn't ask for it, or nothing was assessed yet."""
    if RequirementKind.FEE not in found.rules.requires:
        return None
    today = telling.now.astimezone(found.enrollment.program.zone).date()
    state = standing_of(found.enrollment, today=today).state
    return None if state is FeeState.NOT_ASSESSED else state.label
