"""More time needed, and an ending that is nobody's fault."""

from core.refusal import Refusal
from courts.actions.facts.attendance import attendance, binding_on, completed, newest_rules
from courts.actions.facts.base import Telling, iso, shared
from courts.told import MoreTimeFacts, WithoutFaultFacts
from programs.kinds import Standing


class NeedsNoTime(Refusal):
    pass


def more_time(telling: Telling) -> MoreTimeFacts:
    """Says when he can finish, and asks for nothing. Raises NotEnrolled, NeedsNoTime."""
    found = attendance(telling)
    if found.assessment.standing is Standing.COMPLETED and not found.earlier:
        raise NeedsNoTime("He has completed everything. Withdraw this and issue the completion report.")
    return {
        **shared(telling),
        "binding_on": iso(binding_on(telling)),
        "required": {"sessions": found.rules.sessions_required},
        "completed": found.completed,
        "can_finish_on": iso(found.finishes_on),
    }


def without_fault(telling: Telling) -> WithoutFaultFacts:
    """Never why: a cause such as illness or removal is not the program's to tell."""
    if telling.referral.enrollment is None:
        rules, done = newest_rules(telling.referral.program), completed([])
    else:
        found = attendance(telling)
        rules, done = found.rules, found.completed
    return {**shared(telling), "required": {"sessions": rules.sessions_required}, "completed": done}
