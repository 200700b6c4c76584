from datetime import date

import factory
from factory import SelfAttribute, SubFactory

from records.kinds import Asking, Basis, Kept
from records.models import (
    DeadlineRemains,
    Disposal,
    LegalHold,
    OwnFile,
    Release,
    ReleaseItem,
    Remains,
    RetentionRule,
)
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, DeadlineFactory, ReferralFactory
from tests.factories.participants import ParticipantFactory


class RetentionRuleFactory(factory.django.DjangoModelFactory[RetentionRule]):
    class Meta:
        model = RetentionRule

    kind = factory.Iterator(Kept)
    months = 84
    made_at = NOW
    made_by = SubFactory(UserFactory)


class LegalHoldFactory(factory.django.DjangoModelFactory[LegalHold]):
    class Meta:
        model = LegalHold

    participant = SubFactory(ParticipantFactory)
    why = "A suit is pending"
    placed_at = NOW
    placed_by = SubFactory(UserFactory)


class DisposalFactory(factory.django.DjangoModelFactory[Disposal]):
    class Meta:
        model = Disposal

    referral = SubFactory(ReferralFactory)
    basis = Basis.RETENTION
    proposed_at = NOW

    class Params:
        by_order = factory.Trait(
            basis=Basis.VACATED,
            ordered_on=date(2026, 2, 20),
            court=SubFactory(CourtFactory),
            proposed_by=SubFactory(UserFactory),
        )
        approved = factory.Trait(
            first_at=NOW, first_by=SubFactory(UserFactory), second_at=NOW, second_by=SubFactory(UserFactory)
        )


class OwnFileFactory(factory.django.DjangoModelFactory[OwnFile]):
    class Meta:
        model = OwnFile

    participant = SubFactory(ParticipantFactory)
    asked_on = date(2026, 3, 2)
    asked_at = NOW
    asked_by = SubFactory(UserFactory)


class ReleaseFactory(factory.django.DjangoModelFactory[Release]):
    class Meta:
        model = Release

    participant = SubFactory(ParticipantFactory)
    key = SelfAttribute("participant.key")
    grounds = Asking.SUBPOENA
    who = "The county's public defender"
    cited = "Subpoena of 20 February 2026"
    received_on = date(2026, 3, 2)
    asked_for = "His attendance"
    made_at = NOW
    made_by = SubFactory(UserFactory)


class ReleaseItemFactory(factory.django.DjangoModelFactory[ReleaseItem]):
    class Meta:
        model = ReleaseItem

    release = SubFactory(ReleaseFactory)
    record = factory.Sequence(lambda n: f"courts.IssuedDocument:{n}")
    said = factory.LazyFunction(lambda: {"title": "Certificate"})
    added_at = NOW
    added_by = SubFactory(UserFactory)


class RemainsFactory(factory.django.DjangoModelFactory[Remains]):
    class Meta:
        model = Remains

    referral = SubFactory(ReferralFactory)


class DeadlineRemainsFactory(factory.django.DjangoModelFactory[DeadlineRemains]):
    class Meta:
        model = DeadlineRemains

    deadline = SubFactory(DeadlineFactory, settled=True)
    in_time = True
