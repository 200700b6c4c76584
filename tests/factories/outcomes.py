from datetime import date, timedelta

import factory
from factory import LazyAttribute, SubFactory

from outcomes import shipped
from outcomes.instruments import written
from outcomes.kinds import Kind, Moment, Purpose, Way
from outcomes.models import (
    Agreement,
    Asking,
    Draft,
    FollowUp,
    FollowUpDue,
    Instrument,
    Link,
    Sheet,
    Subject,
    Ticket,
    YearOfChange,
)
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import EnrollmentFactory, ProgramFactory
from tests.factories.vault import KeyFactory

MONTH = date(2026, 3, 1)


class InstrumentFactory(factory.django.DjangoModelFactory[Instrument]):
    """`InstrumentFactory(questionnaire=True)` is the other one that Onus brings along."""

    class Meta:
        model = Instrument

    class Params:
        questionnaire = factory.Trait(
            code=shipped.FREQUENCY,
            kind=Kind.QUESTIONNAIRE,
            content=factory.LazyFunction(lambda: written(shipped.frequency())),
        )

    program = SubFactory(ProgramFactory)
    code = shipped.BELIEFS
    version = factory.Sequence(lambda n: n + 1)
    kind = Kind.MEASURE
    label = shipped.NOT_VALIDATED
    content = factory.LazyFunction(lambda: written(shipped.beliefs()))
    used_from = NOW


class DraftFactory(factory.django.DjangoModelFactory[Draft]):
    class Meta:
        model = Draft

    program = SubFactory(ProgramFactory)
    code = shipped.BELIEFS
    kind = Kind.MEASURE
    label = shipped.NOT_VALIDATED
    content = factory.LazyFunction(lambda: written(shipped.beliefs()))
    changed_at = NOW
    changed_by = SubFactory(UserFactory)


class AgreementFactory(factory.django.DjangoModelFactory[Agreement]):
    class Meta:
        model = Agreement

    enrollment = SubFactory(EnrollmentFactory)
    purpose = Purpose.STATISTICS
    given = True
    at = NOW


class AskingFactory(factory.django.DjangoModelFactory[Asking]):
    class Meta:
        model = Asking

    enrollment = SubFactory(EnrollmentFactory)
    moment = Moment.INTAKE
    due_on = NOW.date()
    closes_on = LazyAttribute(lambda made: made.due_on + timedelta(days=28))


class SubjectFactory(factory.django.DjangoModelFactory[Subject]):
    class Meta:
        model = Subject

    program = SubFactory(ProgramFactory)
    key = SubFactory(KeyFactory, kind="subject")
    language = "en"


class LinkFactory(factory.django.DjangoModelFactory[Link]):
    class Meta:
        model = Link

    enrollment = SubFactory(EnrollmentFactory)
    key = SubFactory(KeyFactory, kind="link")
    code = factory.LazyFunction(lambda: str(SubjectFactory.create().pk))


class SheetFactory(factory.django.DjangoModelFactory[Sheet]):
    class Meta:
        model = Sheet

    subject = SubFactory(SubjectFactory)
    instrument = SubFactory(InstrumentFactory, program=factory.SelfAttribute("..subject.program"))
    moment = Moment.INTAKE
    month = MONTH
    answers = factory.LazyFunction(dict)


class TicketFactory(factory.django.DjangoModelFactory[Ticket]):
    class Meta:
        model = Ticket

    asking = SubFactory(AskingFactory)
    way = Way.LINK
    token_hash = factory.Sequence(lambda n: f"{n:064}")
    sealed = b"sealed"
    expires_at = NOW + timedelta(days=14)


class FollowUpDueFactory(factory.django.DjangoModelFactory[FollowUpDue]):
    class Meta:
        model = FollowUpDue

    enrollment = SubFactory(EnrollmentFactory)
    moment = Moment.SIX
    due_on = NOW.date()
    sealed = b"sealed"


class FollowUpFactory(factory.django.DjangoModelFactory[FollowUp]):
    class Meta:
        model = FollowUp

    subject = SubFactory(SubjectFactory)
    moment = Moment.SIX
    month = MONTH
    known = "no"


class YearOfChangeFactory(factory.django.DjangoModelFactory[YearOfChange]):
    class Meta:
        model = YearOfChange

    program = SubFactory(ProgramFactory)
    year = 2025
    tables = factory.LazyFunction(dict)
    key = SubFactory(KeyFactory, kind="subject")
    roll = b""
    made_at = NOW
