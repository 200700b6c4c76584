"""A program with years behind it: cohorts of twelve that are over, and some that have their seventh week tonight."""

import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from bench.copies import copy, highest
from participants.models import ContactAttempt, Participant
from programs.actions.cohorts import close_session
from programs.actions.enrollments import finish
from programs.actions.marks import record_mark
from programs.kinds import MarkKind, RequirementKind
from programs.models import (
    Cohort,
    Curriculum,
    Enrollment,
    Mark,
    Requirement,
    Seat,
    Session,
    SessionLeader,
    StandingChange,
)
from tests.factories.accounts import UserFactory
from tests.factories.participants import ContactAttemptFactory
from tests.factories.programs import (
    CohortFactory,
    CurriculumFactory,
    EnrollmentFactory,
    PolicyFactory,
    RequirementFactory,
    SeatFactory,
    SessionFactory,
    SessionLeaderFactory,
)

TWELVE, WEEKS, TONIGHT = 12, 10, 7
# Two more than there are men, so that who missed a week finds one elsewhere.
CAPACITY = 14
# Whoever is pointed to stands before who points.
TABLES = (
    Participant,
    ContactAttempt,
    Cohort,
    Session,
    SessionLeader,
    Enrollment,
    Seat,
    Requirement,
    Mark,
    StandingChange,
    Event,
)


def fill(*, enrollments: int, running: int, now: datetime) -> None:
    """`lay`, and let the database count what it has."""
    lay(enrollments=enrollments, running=running, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def lay(*, enrollments: int, running: int, now: datetime) -> None:
    """`running` cohorts meet tonight, each with a leader of its own; the rest of so many enrollments are finished."""
    curriculum = CurriculumFactory(weeks=WEEKS)
    leaders = [UserFactory(roles=[Role.FACILITATOR]) for _ in range(running)]
    tonight = now - timedelta(minutes=5)
    columns = {
        "programs_cohort.name": "old.name || ' ' || nth",
        "programs_sessionleader.user_id": f"(ARRAY{[leader.pk for leader in leaders]})[nth % {running} + 1]",
        # As after years: the proposals were made, the events are sealed.
        "programs_standingchange.taken_at": "old.at",
        "audit_event.seal_number": "nth",
    }
    before = highest(TABLES)
    over = _cohort("Over", curriculum, leaders[0], first=tonight - timedelta(weeks=2 * WEEKS))
    _hold(over, weeks=WEEKS)
    for him in _men(over):
        finish(enrollment=him, by=leaders[0], now=tonight - timedelta(weeks=WEEKS))
    copy(before, enrollments // TWELVE - running - 1, columns=columns, weeks_back="(nth % 400)")
    before = highest(TABLES)
    meets = _cohort("Tonight", curriculum, leaders[0], first=tonight - timedelta(weeks=TONIGHT - 1))
    _hold(meets, weeks=TONIGHT - 1)
    copy(before, running - 1, columns=columns)


def _cohort(name: str, curriculum: Curriculum, leader: User, *, first: datetime) -> Cohort:
    """Laid by hand: an evening stays on its day, even where that is a holiday."""
    program = curriculum.program
    policy = program.policies.first() or PolicyFactory(program=program, sessions_required=WEEKS)
    cohort = CohortFactory(program=program, curriculum=curriculum, policy=policy, name=name, capacity=CAPACITY)
    for number, module in enumerate(curriculum.modules.all()):
        starts_at = first + timedelta(weeks=number)
        session = SessionFactory(cohort=cohort, module=module, starts_at=starts_at, capacity=CAPACITY)
        SessionLeaderFactory(session=session, user=leader)
    began, by = first - timedelta(days=14), first + timedelta(weeks=2 * WEEKS)
    for _ in range(TWELVE):
        him = EnrollmentFactory(program=program, state="seated", opened_at=began, finish_by=by.date())
        ContactAttemptFactory(participant=him.participant, at=began, by=leader)
        SeatFactory(enrollment=him, cohort=cohort, from_on=began.date(), opened_at=began, opened_by=leader)
        for kind in RequirementKind:
            RequirementFactory(enrollment=him, kind=kind, met_on=began.date(), recorded_at=began, recorded_by=leader)
    return cohort


def _men(cohort: Cohort) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(seats__cohort=cohort).order_by("id")


def _hold(cohort: Cohort, *, weeks: int) -> None:
    """The first so many evenings: each man has a mark, and they are closed."""
    for session in cohort.sessions.select_related("program", "cohort__policy", "module")[:weeks]:
        (led,) = session.led.select_related("user")
        ends_at = session.starts_at + timedelta(minutes=session.minutes)
        for number, him in enumerate(_men(cohort)):
            kind = _kind(number, session.module.week)
            record_mark(
                enrollment=him,
                session=session,
                kind=kind,
                minutes=10 if kind is MarkKind.LATE else None,
                idempotency_key=uuid.uuid4(),
                by=led.user,
                now=ends_at,
            )
        close_session(session=session, taught=session.module, minutes_held=session.minutes, by=led.user, now=ends_at)


def _kind(number: int, week: int) -> MarkKind:
    """Most were there, some came late, and some missed a week."""
    if (number + 3 * week) % 11 == 0:
        return MarkKind.ABSENT
    return MarkKind.LATE if (number + week) % 6 == 0 else MarkKind.PRESENT
