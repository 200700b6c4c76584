from datetime import date

from factory.declarations import LazyFunction, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from office.models import Assignment, FunderReport, SavedFilter, Snooze
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import ProgramFactory


class AssignmentFactory(DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    line = Sequence(lambda n: f"to_decide:courts.Referral:{n}")
    to = SubFactory(UserFactory)
    at = NOW
    by = SubFactory(UserFactory)


class SnoozeFactory(DjangoModelFactory[Snooze]):
    class Meta:
        model = Snooze

    line = Sequence(lambda n: f"to_decide:courts.Referral:{n}")
    until = date(2026, 3, 9)
    why = "The court answers by Monday."
    at = NOW
    by = SubFactory(UserFactory)


class SavedFilterFactory(DjangoModelFactory[SavedFilter]):
    class Meta:
        model = SavedFilter

    user = SubFactory(UserFactory)
    noun = "courts.referral"
    name = Sequence(lambda n: f"Mine {n}")
    query = "state=received"
    at = NOW


class FunderReportFactory(DjangoModelFactory[FunderReport]):
    class Meta:
        model = FunderReport

    class Params:
        on_the_page = Trait(published_at=NOW, published_by=SubFactory(UserFactory))

    program = SubFactory(ProgramFactory)
    begins_on = date(2025, 1, 1)
    ends_on = date(2025, 12, 31)
    figures = LazyFunction(dict)
    made_at = NOW
    made_by = SubFactory(UserFactory)
