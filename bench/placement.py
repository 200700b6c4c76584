"""Placing a man among two thousand cohorts: what it asks the database, and how long the office waits for it."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.imports import throw_away_database
from bench.row import Row, at_most
from core import clock
from programs.actions.placement import Wishes, placement_of
from programs.models import Booking, Cohort, Enrollment, Program, Seat, Session
from programs.placement import Placement
from tests.factories.accounts import UserFactory
from tests.factories.participants import NonAssociationFactory
from tests.factories.programs import CurriculumFactory, EnrollmentFactory, PolicyFactory

COHORTS, WEEKS, QUERIES = 2_000, 10, 10
# What anyone waits for a page without wondering.
PATIENCE = 2.0


def rows() -> list[Row]:
    now = clock.now()
    with TemporaryDirectory() as folder, throw_away_database(Path(folder)):
        him = fill(COHORTS, now)
        queries, took, found = measured(him, now)
        assert found.offers, "some fit"
        # Nothing ends by then: the nearest are tried with weeks taken elsewhere, and the earliest date is looked for.
        him.finish_by = now.date() + timedelta(weeks=5)
        more, longest, none = measured(him, now)
        assert none.ask_for, "none fits"
    return [
        at_most(
            1, f"placement: queries at {COHORTS:,} cohorts, to {QUERIES}", ours=max(queries, more), reference=QUERIES
        ),
        at_most(1, f"placement: CPU s at {COHORTS:,} cohorts, to {PATIENCE:g}", ours=took, reference=PATIENCE),
        at_most(
            1, f"placement: CPU s where none of {COHORTS:,} fits, to {PATIENCE:g}", ours=longest, reference=PATIENCE
        ),
    ]


def measured(him: Enrollment, now: datetime) -> tuple[int, float, Placement]:
    with CaptureQueriesContext(connection) as asked:
        # Its own seconds: what else the machine does is no fault of it.
        start = time.process_time()
        found = placement_of(him, wishes=Wishes(), now=now)
        return len(asked), time.process_time() - start, found


def fill(number: int, now: datetime) -> Enrollment:
    """They begin between nine weeks ago and nine weeks from now; three of four seats are taken, every fifth is full."""
    program, by = Program.objects.get(), UserFactory()
    curriculum = CurriculumFactory(program=program, weeks=WEEKS)
    policy, modules = PolicyFactory(program=program), list(curriculum.modules.all())
    cohorts = Cohort.objects.bulk_create(
        Cohort(
            program=program,
            curriculum=curriculum,
            policy=policy,
            name=f"Cohort {n}",
            weekday=n % 7,
            starts_at="18:00",
            place="12 Pier Street",
            capacity=4,
            language="es" if n % 8 == 0 else "en",
        )
        for n in range(number)
    )
    Session.objects.bulk_create(
        Session(
            program=program,
            cohort=cohort,
            module=module,
            starts_at=now + timedelta(days=n % 7 + 1, weeks=n % 19 - 9 + week),
            minutes=120,
            language=cohort.language,
            place=cohort.place,
            capacity=cohort.capacity,
        )
        for n, cohort in enumerate(cohorts)
        for week, module in enumerate(modules)
    )
    pair = NonAssociationFactory()
    other = EnrollmentFactory(program=program, participant=pair.other, state="seated")
    men = [other, *EnrollmentFactory.create_batch(8, program=program, state="seated")]
    _take(cohorts, men, by.pk, now)
    him: Enrollment = EnrollmentFactory(
        program=program, participant=pair.one, state="waiting", finish_by=now.date() + timedelta(weeks=16)
    )
    return Enrollment.objects.select_related("participant", "program").get(pk=him.pk)


def _take(cohorts: list[Cohort], men: list[Enrollment], by: int, now: datetime) -> None:
    """Whoever sits there needs no name here: enrollments of one man, over so that he may have so many."""
    bare = Enrollment.objects.bulk_create(
        Enrollment(
            participant_id=men[1].participant_id,
            program_id=men[1].program_id,
            state="ended",
            ended_why="discharged",
            opened_at=now,
            closed_at=now,
        )
        for _ in range(sum(4 if n % 5 == 0 else 3 for n in range(len(cohorts))))
    )
    taken = iter(bare)
    seats = [
        Seat(cohort=cohort, enrollment=next(taken), from_on=now.date(), opened_at=now, opened_by_id=by)
        for n, cohort in enumerate(cohorts)
        for _ in range(4 if n % 5 == 0 else 3)
    ]
    Seat.objects.bulk_create(
        [*seats, Seat(cohort=cohorts[1], enrollment=men[0], from_on=now.date(), opened_at=now, opened_by_id=by)]
    )
    coming = Session.objects.filter(starts_at__gt=now).order_by("id")[::97]
    Booking.objects.bulk_create(Booking(enrollment=men[1], session=one, made_at=now, made_by_id=by) for one in coming)
