import uuid
from datetime import date, time, timedelta

import factory
from factory import Maybe, SelfAttribute, SubFactory

from programs.kinds import MarkKind, RequirementKind, Standing
from programs.models import (
    Booking,
    BreakApproval,
    CalendarFeed,
    Cohort,
    Curriculum,
    DayOff,
    EligibilityItem,
    Enrollment,
    Mark,
    Module,
    Policy,
    Program,
    Requirement,
    Seat,
    Session,
    SessionLeader,
    SessionNote,
    Signer,
    StandingChange,
    Visitor,
)
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ParticipantFactory
from tests.factories.vault import KeyFactory
from vault.models import Key


class ProgramFactory(factory.django.DjangoModelFactory[Program]):
    class Meta:
        model = Program

    name = factory.Sequence(lambda n: f"Harbor Program {n}")
    state = "WA"
    time_zone = "America/Los_Angeles"
    letterhead = "Harbor Program\n12 Pier Street\nSeattle, WA 98101"
    neutral_sender = "Pier Street Office"
    callback_number = "+12065550100"
    number_prefix = factory.Sequence(lambda n: f"H{n}")


class SignerFactory(factory.django.DjangoModelFactory[Signer]):
    class Meta:
        model = Signer

    program = SubFactory(ProgramFactory)
    user = SubFactory(UserFactory)
    title = "Program director"


class DayOffFactory(factory.django.DjangoModelFactory[DayOff]):
    class Meta:
        model = DayOff

    program = SubFactory(ProgramFactory)
    on = factory.Sequence(lambda n: date(2026, 4, 1) + timedelta(days=n))


class EligibilityItemFactory(factory.django.DjangoModelFactory[EligibilityItem]):
    class Meta:
        model = EligibilityItem

    program = SubFactory(ProgramFactory)
    code = factory.Sequence(lambda n: f"adult-{n}")
    question = "Is he an adult?"
    must_be = True
    position = factory.Sequence(lambda n: n)


class CurriculumFactory(factory.django.DjangoModelFactory[Curriculum]):
    """`CurriculumFactory(weeks=10)` has ten modules."""

    class Meta:
        model = Curriculum
        skip_postgeneration_save = True

    program = SubFactory(ProgramFactory)
    version = factory.Sequence(lambda n: n + 1)
    name = "Ten weeks"

    @factory.post_generation
    def weeks(self: Curriculum, create: bool, extracted: int | None) -> None:
        for week in range(1, (extracted or 0) + 1):
            ModuleFactory(curriculum=self, week=week)


class ModuleFactory(factory.django.DjangoModelFactory[Module]):
    class Meta:
        model = Module

    curriculum = SubFactory(CurriculumFactory)
    week = factory.Sequence(lambda n: n + 1)
    theme = factory.LazyAttribute(lambda o: f"Theme of week {o.week}")


class PolicyFactory(factory.django.DjangoModelFactory[Policy]):
    class Meta:
        model = Policy

    program = SubFactory(ProgramFactory)
    version = factory.Sequence(lambda n: n + 1)


class CohortFactory(factory.django.DjangoModelFactory[Cohort]):
    class Meta:
        model = Cohort

    program = SubFactory(ProgramFactory)
    curriculum = SubFactory(CurriculumFactory, program=SelfAttribute("..program"))
    policy = SubFactory(PolicyFactory, program=SelfAttribute("..program"))
    name = factory.Sequence(lambda n: f"Tuesdays {n}")
    weekday = 1
    starts_at = time(18)
    place = "12 Pier Street, second floor"


class SessionFactory(factory.django.DjangoModelFactory[Session]):
    """`SessionFactory(cohort=None)` is a make-up session."""

    class Meta:
        model = Session

    cohort = SubFactory(CohortFactory)
    program = Maybe("cohort", SelfAttribute("cohort.program"), SubFactory(ProgramFactory))
    module = Maybe(
        "cohort",
        SubFactory(ModuleFactory, curriculum=SelfAttribute("..cohort.curriculum")),
        SubFactory(ModuleFactory, curriculum__program=SelfAttribute("...program")),
    )
    starts_at = NOW + timedelta(days=7)
    minutes = 120
    place = "12 Pier Street, second floor"
    capacity = 12


class SessionLeaderFactory(factory.django.DjangoModelFactory[SessionLeader]):
    class Meta:
        model = SessionLeader

    session = SubFactory(SessionFactory)
    user = SubFactory(UserFactory)


class EnrollmentFactory(factory.django.DjangoModelFactory[Enrollment]):
    """`EnrollmentFactory(ended=True)` is over, `EnrollmentFactory(finished=True)` completed."""

    class Meta:
        model = Enrollment

    class Params:
        ended = factory.Trait(state="ended", ended_why=Enrollment.Ended.DISCHARGED, closed_at=NOW)
        finished = factory.Trait(state="finished", closed_at=NOW)

    participant = SubFactory(ParticipantFactory)
    program = SubFactory(ProgramFactory)
    opened_at = NOW


class SeatFactory(factory.django.DjangoModelFactory[Seat]):
    class Meta:
        model = Seat

    cohort = SubFactory(CohortFactory)
    enrollment = SubFactory(EnrollmentFactory, program=SelfAttribute("..cohort.program"), state="seated")
    from_on = date(2026, 3, 3)
    opened_at = NOW
    opened_by = SubFactory(UserFactory)


class BookingFactory(factory.django.DjangoModelFactory[Booking]):
    class Meta:
        model = Booking

    session = SubFactory(SessionFactory)
    enrollment = SubFactory(EnrollmentFactory, program=SelfAttribute("..session.program"), state="seated")
    made_at = NOW
    made_by = SubFactory(UserFactory)


class RequirementFactory(factory.django.DjangoModelFactory[Requirement]):
    class Meta:
        model = Requirement

    enrollment = SubFactory(EnrollmentFactory)
    kind = RequirementKind.INTAKE
    met_on = date(2026, 3, 3)
    recorded_at = NOW
    recorded_by = SubFactory(UserFactory)


class StandingChangeFactory(factory.django.DjangoModelFactory[StandingChange]):
    class Meta:
        model = StandingChange

    enrollment = SubFactory(EnrollmentFactory)
    old = Standing.ON_TRACK
    new = Standing.NEEDS_MAKEUPS
    facts = factory.LazyFunction(lambda: {"missing": [3]})
    at = NOW


class MarkFactory(factory.django.DjangoModelFactory[Mark]):
    class Meta:
        model = Mark

    session = SubFactory(SessionFactory)
    enrollment = SubFactory(EnrollmentFactory, program=SelfAttribute("..session.program"), state="seated")
    kind = MarkKind.PRESENT
    idempotency_key = factory.Sequence(lambda n: uuid.UUID(int=n))
    at = NOW
    by = SubFactory(UserFactory)


class BreakApprovalFactory(factory.django.DjangoModelFactory[BreakApproval]):
    class Meta:
        model = BreakApproval

    enrollment = SubFactory(EnrollmentFactory)
    until = date(2026, 5, 1)
    why = "Works abroad in April."
    approved_at = NOW
    approved_by = SubFactory(UserFactory)


class SessionNoteFactory(factory.django.DjangoModelFactory[SessionNote]):
    """`SessionNoteFactory(enrollment=him, key=him.participant.key)` is about one person."""

    class Meta:
        model = SessionNote

    session = SubFactory(SessionFactory)
    kind = SessionNote.Kind.PRIVATE
    key = SubFactory(KeyFactory, kind=Key.Kind.SESSION)
    text = "The heating was off again."
    idempotency_key = factory.Sequence(lambda n: uuid.UUID(int=n))
    at = NOW
    by = SubFactory(UserFactory)


class VisitorFactory(factory.django.DjangoModelFactory[Visitor]):
    class Meta:
        model = Visitor

    session = SubFactory(SessionFactory)
    role = Visitor.Role.SPEAKER
    alias = "River"
    agreement_signed = True
    noted_at = NOW
    noted_by = SubFactory(UserFactory)


class CalendarFeedFactory(factory.django.DjangoModelFactory[CalendarFeed]):
    class Meta:
        model = CalendarFeed

    user = SubFactory(UserFactory)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    made_at = NOW
