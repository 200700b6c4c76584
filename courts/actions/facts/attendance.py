"""His sessions as one court may be told of them: by its own calendar, and none from before its order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from core.refusal import Refusal
from courts import deadlines as dates
from courts.actions import deadlines
from courts.actions.facts.base import Telling
from courts.told import AttendedSession, CompletedAmount
from programs.actions.standing import assessment_of
from programs.kinds import Standing
from programs.models import Enrollment, Module, Policy, Program, Seat, Session
from programs.progress import Assessment, Marked, Rules
from programs.reasons import Code, Reason


class NotEnrolled(Refusal):
    pass


class How(StrEnum):
    ATTENDED = "Attended"
    MADE_UP = "Made up"
    EXCUSED = "Excused absence"
    UNEXCUSED = "Unexcused absence"
    WITHOUT_CREDIT = "Attended without credit"


CREDITED = (How.ATTENDED, How.MADE_UP)
ABSENT = (How.EXCUSED, How.UNEXCUSED)


@dataclass(frozen=True, slots=True)
class Evening:
    """With its day on the court's own calendar, and the minutes he was there."""

    week: int
    on: date
    starts_at: datetime
    minutes: int
    how: How

    @property
    def fact(self) -> AttendedSession:
        return {"week": self.week, "on": self.on.isoformat(), "how": self.how.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """`evenings`: those told, the earliest first. `earlier`: some that earned credit may not be told.

    `seat`: the last one he had; None: he waits for one.
    """

    enrollment: Enrollment
    seat: Seat | None
    rules: Rules
    assessment: Assessment
    evenings: tuple[Evening, ...]
    earlier: bool
    today: date

    def those(self, *hows: How) -> list[Evening]:
        return [one for one in self.evenings if one.how in hows]

    @property
    def completed(self) -> CompletedAmount:
        return completed(self.those(*CREDITED))

    @property
    def finishes_on(self) -> date | None:
        """None: nobody can say, for a plan counts also what this court doesn't, or an evening not yet written down."""
        on = self.assessment.finishes_on
        over = on is not None and on < self.today and self.assessment.standing is not Standing.COMPLETED
        return None if self.earlier or over else on


def completed(credited: Sequence[Evening]) -> CompletedAmount:
    return {
        "sessions": len(credited),
        "minutes": sum(one.minutes for one in credited),
        "first_on": credited[0].on.isoformat() if credited else None,
        "last_on": credited[-1].on.isoformat() if credited else None,
    }


def newest_rules(program: Program) -> Rules:
    """For whoever has never had a seat: no cohort keeps an older version for him."""
    return Policy.objects.filter(program=program).latest("version").rules


def attendance(telling: Telling) -> Attendance:
    """Raises NotEnrolled."""
    enrollment = telling.referral.enrollment
    if enrollment is None:
        raise NotEnrolled("He isn't enrolled under this referral. Accept it first.")
    seat = enrollment.seats.select_related("cohort__policy").order_by("-id").first()
    assessment = assessment_of(enrollment, today=telling.now.astimezone(enrollment.program.zone).date())
    evenings = _evenings(telling, enrollment, assessment)
    told = tuple(one for one in evenings if telling.may_tell(one.on))
    credited = sum(one.how in CREDITED for one in told)
    return Attendance(
        enrollment=enrollment,
        seat=seat,
        rules=seat.cohort.policy.rules if seat else newest_rules(enrollment.program),
        assessment=assessment,
        evenings=told,
        earlier=credited < len(assessment.credited),
        today=telling.today,
    )


def _evenings(telling: Telling, enrollment: Enrollment, assessment: Assessment) -> list[Evening]:
    by_how: tuple[tuple[How, Iterable[Marked]], ...] = (
        (How.ATTENDED, [credit.mark for credit in assessment.credited]),
        (How.EXCUSED, assessment.excused),
        (How.UNEXCUSED, assessment.unexcused),
        (How.WITHOUT_CREDIT, assessment.no_credit),
    )
    marks = [(how, mark) for how, some in by_how for mark in some]
    sessions = Session.objects.in_bulk([mark.session for _, mark in marks])
    weeks = Module.objects.in_bulk([mark.module for _, mark in marks])
    own = set(enrollment.seats.values_list("cohort_id", flat=True))
    found = []
    for how, mark in marks:
        session = sessions[mark.session]
        elsewhere = how is How.ATTENDED and session.cohort_id not in own
        found.append(
            Evening(
                week=weeks[mark.module].week,
                on=session.starts_at.astimezone(telling.referral.zone).date(),
                starts_at=session.starts_at,
                minutes=mark.attended,
                how=How.MADE_UP if elsewhere else how,
            )
        )
    return sorted(found, key=attrgetter("starts_at"))


def exceeded(telling: Telling, of: Attendance) -> list[Reason]:
    """By which of the policy's limits, counting only what happened under this court's order."""
    missed = {How.EXCUSED: len(of.those(How.EXCUSED)), How.UNEXCUSED: len(of.those(How.UNEXCUSED))}
    weeks = len({one.week for one in of.those(*ABSENT, How.WITHOUT_CREDIT)})
    rules = of.rules
    holds: dict[Code, Callable[[Reason], bool]] = {
        Code.UNEXCUSED_EXCEEDED: lambda _: missed[How.UNEXCUSED] >= rules.unexcused_notice_at,
        Code.EXCUSED_EXCEEDED: lambda _: missed[How.EXCUSED] > rules.excused_allowed,
        Code.MAKEUPS_EXCEEDED: lambda _: weeks > rules.makeups_allowed,
        Code.LONG_BREAK: lambda reason: reason.on is not None and telling.may_tell(reason.on),
    }
    return [one for one in of.assessment.reasons if one.code in holds and holds[one.code](one)]


def binding_on(telling: Telling) -> date | None:
    """This court's own date; the enrollment's is the soonest of all its courts'."""
    return dates.finish_by([deadlines.dates_of(telling.referral, ())])
