"""Whether a man's fee keeps him from completing: it never does while it is settled, waived or on a plan."""

from datetime import date, datetime

from accounts.models import User
from audit.actions import record
from programs.actions.standing import reassess
from programs.fees import Due, FeeStanding, fee_standing
from programs.kinds import RequirementKind
from programs.models import Enrollment, FeeEntry, Installment, Requirement


def standing_of(enrollment: Enrollment, *, today: date) -> FeeStanding:
    return fee_standing(due_of(enrollment), FeeEntry.objects.of(enrollment).lines(), today)


def due_of(enrollment: Enrollment) -> list[Due] | None:
    """By his plan. None: he has none."""
    told = Installment.objects.filter(plan__enrollment=enrollment, plan__ended_at=None)
    return [Due(*one) for one in told.order_by("due_on").values_list("due_on", "amount")] or None


def settle(*, enrollment: Enrollment, by: User, now: datetime) -> None:
    """Note the requirement as met, or as open again, where that changed. An enrollment that is over keeps what it had.

    What was noted by hand stays until the first line is entered; from then on the ledger says whether it is met.
    """
    lines = FeeEntry.objects.of(enrollment).lines()
    if enrollment.closed_at is not None or not lines:
        return
    today = now.astimezone(enrollment.program.zone).date()
    is_met = fee_standing(due_of(enrollment), lines, today).is_met
    noted = enrollment.requirements.filter(kind=RequirementKind.FEE).first()
    if is_met and noted is None:
        _note(enrollment, today, by, now)
    elif noted is not None and not is_met:
        record(by=by, now=now, verb="requirement.open_again", on=noted, facts={"kind": RequirementKind.FEE})
        noted.delete()
    else:
        return
    reassess(enrollment=enrollment, by=by, now=now)


def _note(enrollment: Enrollment, today: date, by: User, now: datetime) -> None:
    met = Requirement.objects.create(
        enrollment=enrollment, kind=RequirementKind.FEE, met_on=today, recorded_at=now, recorded_by=by
    )
    record(by=by, now=now, verb="requirement.met", on=met, facts={"kind": RequirementKind.FEE, "on": today})
