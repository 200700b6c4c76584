from datetime import date, timedelta

import factory

from participants.kinds import AppointmentKind, ConsentHow, ContactChannel, ContactKind, ContactResult
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    IntakeSheet,
    Likeness,
    Merge,
    NameToken,
    NonAssociation,
    Note,
    OtherName,
    Participant,
    Restriction,
    RestrictionName,
    Sound,
)
from participants.names import folded
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.vault import KeyFactory

FIRST_NAMES = ("Dorian", "Marek", "Tobias", "Ansel", "Kofi", "Renzo", "Ilya", "Quentin")
LAST_NAMES = ("Halloway", "Brzezik", "Penhale", "Okonjo", "Vasquéz", "Lindqvist", "Tamura")


class ParticipantFactory(factory.django.DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    key = factory.SubFactory(KeyFactory)
    first_name = factory.Sequence(lambda n: FIRST_NAMES[n % len(FIRST_NAMES)])
    last_name = factory.Sequence(lambda n: LAST_NAMES[n % len(LAST_NAMES)])
    folded_name = factory.LazyAttribute(lambda o: folded(f"{o.first_name} {o.last_name}"))
    date_of_birth = factory.Sequence(lambda n: date(1970, 1, 1) + timedelta(days=97 * (n % 200)))
    time_zone = "America/Los_Angeles"
    made_at = NOW


class OtherNameFactory(factory.django.DjangoModelFactory[OtherName]):
    class Meta:
        model = OtherName

    participant = factory.SubFactory(ParticipantFactory)
    kind = OtherName.Kind.ALIAS
    name = factory.Sequence(lambda n: f"Dory Halloway {n}")
    folded = factory.LazyAttribute(lambda o: folded(o.name))


class ContactPointFactory(factory.django.DjangoModelFactory[ContactPoint]):
    """`ContactPointFactory(safe=True)` is marked safe."""

    class Meta:
        model = ContactPoint

    class Params:
        safe = factory.Trait(safe_at=NOW, safe_by=factory.SubFactory(UserFactory))

    participant = factory.SubFactory(ParticipantFactory)
    kind = ContactKind.PHONE
    value = factory.Sequence(lambda n: f"+1206555{n % 10_000:04}")
    source = "the court's list"
    made_at = NOW


class ConsentFactory(factory.django.DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    contact_point = factory.SubFactory(ContactPointFactory)
    given = True
    at = NOW
    how = ConsentHow.WRITTEN
    recorded_by = factory.SubFactory(UserFactory)


class NonAssociationFactory(factory.django.DjangoModelFactory[NonAssociation]):
    class Meta:
        model = NonAssociation

    one = factory.SubFactory(ParticipantFactory)
    other = factory.SubFactory(ParticipantFactory)
    reason = "a no-contact order"
    made_at = NOW
    made_by = factory.SubFactory(UserFactory)


class AppointmentFactory(factory.django.DjangoModelFactory[Appointment]):
    class Meta:
        model = Appointment

    participant = factory.SubFactory(ParticipantFactory)
    kind = AppointmentKind.INTAKE
    starts_at = NOW + timedelta(days=1)
    with_whom = factory.SubFactory(UserFactory)


class ContactAttemptFactory(factory.django.DjangoModelFactory[ContactAttempt]):
    class Meta:
        model = ContactAttempt

    participant = factory.SubFactory(ParticipantFactory)
    at = NOW
    channel = ContactChannel.PHONE
    result = ContactResult.NO_ANSWER
    by = factory.SubFactory(UserFactory)


class NoteFactory(factory.django.DjangoModelFactory[Note]):
    class Meta:
        model = Note

    participant = factory.SubFactory(ParticipantFactory)
    at = NOW
    by = factory.SubFactory(UserFactory)
    text = "He asks for the Tuesday group."


class NameTokenFactory(factory.django.DjangoModelFactory[NameToken]):
    class Meta:
        model = NameToken

    participant = factory.SubFactory(ParticipantFactory)
    token = factory.Sequence(lambda n: f"halloway{n}")


class IntakeSheetFactory(factory.django.DjangoModelFactory[IntakeSheet]):
    class Meta:
        model = IntakeSheet

    appointment = factory.SubFactory(AppointmentFactory)
    answers = factory.LazyFunction(lambda: {"language": "en"})
    changed_at = NOW
    changed_by = factory.SubFactory(UserFactory)


class RestrictionFactory(factory.django.DjangoModelFactory[Restriction]):
    class Meta:
        model = Restriction

    participant = factory.SubFactory(ParticipantFactory)
    why = "A relative of his works here."
    began_at = NOW
    began_by = factory.SubFactory(UserFactory)


class RestrictionNameFactory(factory.django.DjangoModelFactory[RestrictionName]):
    class Meta:
        model = RestrictionName

    restriction = factory.SubFactory(RestrictionFactory)
    user = factory.SubFactory(UserFactory)
    named_at = NOW
    named_by = factory.SubFactory(UserFactory)


class SoundFactory(factory.django.DjangoModelFactory[Sound]):
    class Meta:
        model = Sound

    participant = factory.SubFactory(ParticipantFactory)
    sound = factory.Sequence(lambda n: f"TRN HLW{n}")


class LikenessFactory(factory.django.DjangoModelFactory[Likeness]):
    class Meta:
        model = Likeness

    one = factory.SubFactory(ParticipantFactory)
    other = factory.SubFactory(ParticipantFactory)
    score = 91
    found_at = NOW


class MergeFactory(factory.django.DjangoModelFactory[Merge]):
    class Meta:
        model = Merge

    kept = factory.SubFactory(ParticipantFactory)
    left = factory.SubFactory(ParticipantFactory)
    at = NOW
    by = factory.SubFactory(UserFactory)
