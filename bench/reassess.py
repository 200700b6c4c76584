"""The night's round: against loading the very rows that it needs, and with flat memory.

Programs of 40 groups of twelve, in all the weeks of their course; what changed is written before it is measured.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery

from bench.copies import copy, highest
from bench.postgres import process, servers_at
from bench.report import resident
from bench.row import Row, at_most
from participants.models import Participant
from programs.actions.many import AT_ONCE
from programs.actions.rounds import reassess_program
from programs.kinds import MarkKind, RequirementKind
from programs.models import (
    Booking,
    BreakApproval,
    Cohort,
    Curriculum,
    Enrollment,
    Mark,
    Module,
    Policy,
    Program,
    Requirement,
    Seat,
    Session,
    StandingChange,
)
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import CohortFactory, CurriculumFactory, PolicyFactory, ProgramFactory, SessionFactory

GROUPS, TWELVE, WEEKS, CAPACITY = 40, 12, 10, 13
A_PROGRAM = GROUPS * TWELVE
EARLY, MANY = 20_000, 100_000
NOW = datetime(2026, 3, 26, 10, 30, tzinfo=UTC)
TABLES = (
    Program, Curriculum, Module, Policy, Participant, Cohort, Session, Enrollment, Seat, Booking, Requirement, Mark,
    StandingChange,
)  # fmt: skip


def rows() -> list[Row]:
    with servers_at() as urls, process(urls, "onus_bench_reassess") as executor:
        enrollments, filled = executor.submit(fill).result()
        early, late, ours, loading = executor.submit(measure).result()
    about = f"{enrollments:,} enrollments"
    return [
        at_most(
            3, f"reassess: s for {about} ({filled:.0f} s to fill), to load their rows", ours=ours, reference=loading
        ),
        at_most(1.2, f"reassess: MB held after {about}, to {EARLY:,}", ours=late, reference=early),
    ]


def measure() -> tuple[float, float, float, float]:
    """MB held early and late, the seconds of the round, the seconds of the loading.

    The first round, in which the memory is looked at, finds nothing new either: it warms the database up.
    """
    held: list[float] = []
    at_early = -(-EARLY // A_PROGRAM)
    programs = list(Program.objects.order_by("pk"))
    for number, program in enumerate(programs, start=1):
        assert reassess_program(program, now=NOW) == 0
        if number in (at_early, len(programs)):
            held.append(resident())
    # In turn, so that a busy moment of the machine falls on both.
    ours = loading = 0.0
    for program in programs:
        ours += seconds(partial(reassess_program, program, now=NOW))
        loading += seconds(partial(load, program))
    return held[0], held[-1], ours, loading


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def load(program: Program) -> int:
    """The rows of a round and no others, as the ORM gives them, in the same chunks; how many they are."""
    today = NOW.astimezone(program.zone).date()
    shared = [
        *Policy.objects.filter(program=program),
        *Module.objects.filter(curriculum__program=program),
        *Session.objects.filter(program=program, state=Session.State.PLANNED, starts_at__date__gte=today),
    ]
    return len(shared) + sum(len(list(queryset)) for men in _chunks(program) for queryset in _rows_of(men))


def _chunks(program: Program) -> Iterator[list[Any]]:
    last, men = 0, Enrollment.objects.open().filter(program=program).order_by("pk")
    while chunk := list(men.annotate(speaks=F("participant__language")).filter(pk__gt=last)[:AT_ONCE]):
        last = chunk[-1].pk
        yield chunk


def _rows_of(men: list[Any]) -> Iterable[Any]:
    pks = [man.pk for man in men]
    newest = StandingChange.objects.filter(enrollment=OuterRef("pk")).order_by("-id").values("pk")[:1]
    written = Enrollment.objects.filter(pk__in=pks).annotate(newest=Subquery(newest)).values("newest")
    marks = Mark.objects.current().filter(enrollment__in=pks)
    groups = Cohort.objects.filter(seats__enrollment__in=pks).distinct()
    return (
        Seat.objects.filter(enrollment__in=pks).order_by("id"),
        marks.defer("comment", "correction"),
        Requirement.objects.filter(enrollment__in=pks),
        Booking.objects.standing().filter(enrollment__in=pks).select_related("session"),
        BreakApproval.objects.filter(enrollment__in=pks).defer("why"),
        groups,
        Session.objects.standing().filter(Q(cohort__in=groups) | Q(pk__in=marks.values("session"))),
        StandingChange.objects.filter(pk__in=written),
    )


# --- the data


def fill() -> tuple[int, float]:
    """One program by hand, the others copied by the database; how many are enrolled, and the seconds it took."""
    start = time.perf_counter()
    with transaction.atomic():
        before = highest(TABLES)
        reassess_program(_program(), now=NOW)
        columns = {
            "programs_program.name": "old.name || ' ' || nth",
            "programs_program.number_prefix": "'P' || nth",
            "programs_standingchange.taken_at": "old.at",
            "programs_standingchange.facts": _of_its_own_sessions(highest([Session])[Session] - before[Session]),
        }
        copy(before, -(-MANY // A_PROGRAM) - 1, columns=columns)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Enrollment.objects.open().count(), time.perf_counter() - start


def _of_its_own_sessions(sessions: int) -> str:
    """SQL: what was found of the copied man names the copied sessions."""
    named = "old.facts"
    for name in ("plan", "makeups"):
        ids = f"jsonb_agg(pk::bigint + nth * {sessions} ORDER BY place)"
        listed = f"jsonb_array_elements_text(old.facts->'{name}') WITH ORDINALITY AS of(pk, place)"
        named = f"jsonb_set({named}, '{{{name}}}', (SELECT coalesce({ids}, '[]') FROM {listed}))"
    return named


def _program() -> Program:
    program: Program = ProgramFactory.create()
    curriculum = CurriculumFactory.create(program=program, weeks=WEEKS)
    policy = PolicyFactory.create(program=program, sessions_required=WEEKS)
    by = UserFactory.create()
    for number in range(GROUPS):
        # Some begin next week, some are in their last.
        first = NOW.replace(hour=1) + timedelta(days=number % 5, weeks=1 - number % (WEEKS + 1))
        fields = {"program": program, "curriculum": curriculum, "policy": policy, "capacity": CAPACITY}
        cohort = CohortFactory.create(name=f"Group {number}", **fields)
        _group(cohort, first, by)
    return program


def _group(cohort: Cohort, first: datetime, by: Any) -> None:
    evenings = [
        SessionFactory.create(
            cohort=cohort,
            module=module,
            starts_at=first + timedelta(weeks=week),
            capacity=CAPACITY,
            **_state(first, week, module, by),
        )
        for week, module in enumerate(cohort.curriculum.modules.all())
    ]
    began = first - timedelta(days=7)
    for number in range(TWELVE):
        him = Enrollment.objects.create(
            participant=ParticipantFactory.create(),
            program=cohort.program,
            state="seated",
            opened_at=began,
            finish_by=_finish_by(number, first),
        )
        Seat.objects.create(enrollment=him, cohort=cohort, from_on=began.date(), opened_at=began, opened_by=by)
        Requirement.objects.bulk_create(
            Requirement(enrollment=him, kind=kind, met_on=began.date(), recorded_at=began, recorded_by=by)
            for kind in (RequirementKind.INTAKE, RequirementKind.AGREEMENT)
        )
        Mark.objects.bulk_create(_mark(him, one, number, by) for one in evenings if one.state == Session.State.HELD)


def _state(first: datetime, week: int, module: Module, by: Any) -> dict[str, Any]:
    over = first + timedelta(weeks=week, hours=2)
    if over > NOW:
        return {}
    return {"state": "held", "taught": module, "minutes_held": 120, "closed_at": over, "closed_by": by}


def _finish_by(number: int, first: datetime) -> date | None:
    """Some have no date, and some one that comes before their last evening."""
    if number % 6 == 0:
        return None
    return (first + timedelta(weeks=WEEKS - 2 if number % 11 == 0 else 2 * WEEKS)).date()


def _mark(him: Enrollment, session: Session, number: int, by: Any) -> Mark:
    """Most were there; about one in three has missed one by the end."""
    absent = (number * 7 + session.module.week * 3) % 31 == 0
    kind = MarkKind.ABSENT if absent else MarkKind.PRESENT
    return Mark(enrollment=him, session=session, kind=kind, idempotency_key=uuid.uuid4(), at=session.starts_at, by=by)
