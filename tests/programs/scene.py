"""A small program that runs: a cohort of so many weeks on Tuesday evenings, a leader, a coordinator."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import User
from accounts.roles import Role
from programs.actions.cohorts import generate_cohort
from programs.actions.standing import reassess
from programs.models import Cohort, Curriculum, Enrollment, Policy, Program, Session
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import (
    CurriculumFactory,
    EnrollmentFactory,
    PolicyFactory,
    ProgramFactory,
    RequirementFactory,
    SeatFactory,
    SessionFactory,
    SessionLeaderFactory,
)

FIRST_ON = date(2026, 3, 10)


@dataclass(frozen=True, slots=True)
class Scene:
    program: Program
    curriculum: Curriculum
    policy: Policy
    cohort: Cohort
    coordinator: User
    leader: User

    def session(self, week: int) -> Session:
        return self.cohort.sessions.select_related("cohort", "program").get(module__week=week)

    def makeup(self, week: int, starts_at: datetime, **fields: object) -> Session:
        """A session of no cohort, led by the same leader."""
        module = self.curriculum.modules.get(week=week)
        made = SessionFactory(cohort=None, program=self.program, module=module, starts_at=starts_at, **fields)
        SessionLeaderFactory(session=made, user=self.leader)
        return made

    def waiting(self, **fields: object) -> Enrollment:
        """Somebody whose intake is done."""
        made = EnrollmentFactory(program=self.program, state="waiting", **fields)
        RequirementFactory(enrollment=made)
        return made

    def seated(self, cohort: Cohort | None = None, **fields: object) -> Enrollment:
        """Somebody who has a seat and was looked at since."""
        made = EnrollmentFactory(program=self.program, state="seated", **fields)
        RequirementFactory(enrollment=made)
        SeatFactory(enrollment=made, cohort=cohort or self.cohort)
        reassess(enrollment=made, by=self.coordinator, now=NOW)
        return made

    def another_cohort(self, **fields: object) -> Cohort:
        said = {"name": "Wednesdays", "first_on": FIRST_ON + timedelta(days=1), "starts_at": time(18), **fields}
        return generate_cohort(
            curriculum=self.curriculum,
            policy=self.policy,
            leaders=[UserFactory()],
            by=self.coordinator,
            now=NOW,
            place="12 Pier Street",
            **said,  # type: ignore[arg-type]
        )


def scene(*, weeks: int = 4, policy: dict[str, object] | None = None, **cohort: object) -> Scene:
    program = ProgramFactory()
    curriculum = CurriculumFactory(program=program, weeks=weeks)
    rules = PolicyFactory(program=program, **{"sessions_required": weeks, **(policy or {})})
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    leader = UserFactory(roles=[Role.FACILITATOR])
    made = generate_cohort(
        curriculum=curriculum,
        policy=rules,
        name="Tuesdays",
        first_on=FIRST_ON,
        starts_at=time(18),
        leaders=[leader],
        by=coordinator,
        now=NOW,
        place="12 Pier Street",
        **cohort,  # type: ignore[arg-type]
    )
    return Scene(program, curriculum, rules, made, coordinator, leader)


def at(session: Session, minutes: int = 0) -> datetime:
    """So many minutes after its start."""
    return session.starts_at + timedelta(minutes=minutes)
