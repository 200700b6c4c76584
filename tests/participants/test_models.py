from datetime import date, datetime, timedelta

import pytest

from participants.kinds import AppointmentState, ContactKind
from participants.models import Appointment, Consent, ContactPoint, NonAssociation, Participant, choices
from tests.factories.accounts import UserFactory
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    NonAssociationFactory,
    OtherNameFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db
BORN = date(1980, 2, 29)


def test_a_name_is_found_however_it_is_spelled() -> None:
    found = ParticipantFactory(first_name="José", last_name="O'Neil")
    ParticipantFactory(first_name="Josef", last_name="O'Neil")

    assert list(Participant.objects.named("joseoneil")) == [found]


def test_the_same_person_has_the_same_name_and_birth_date() -> None:
    same = ParticipantFactory(first_name="José", last_name="O'Neil", date_of_birth=BORN)
    ParticipantFactory(first_name="José", last_name="O'Neil", date_of_birth=date(1980, 2, 28))
    ParticipantFactory(first_name="José", last_name="O'Neil", date_of_birth=None)
    ParticipantFactory(first_name="Marek", last_name="O'Neil", date_of_birth=BORN)

    assert list(Participant.objects.same_person("joseoneil", BORN)) == [same]


@pytest.mark.parametrize(
    ("names", "legal", "called"),
    [
        ({}, "Dorian Halloway", "Dorian H."),
        ({"middle_name": "Quentin", "suffix": "Jr."}, "Dorian Quentin Halloway Jr.", "Dorian H."),
        ({"preferred_name": "Dory"}, "Dorian Halloway", "Dory H."),
    ],
    ids=["plain", "whole", "preferred"],
)
def test_his_names(names: dict[str, str], legal: str, called: str) -> None:
    participant = ParticipantFactory(first_name="Dorian", last_name="Halloway", **names)

    assert (participant.legal_name, participant.called) == (legal, called)


def test_nothing_prints_his_name_by_accident() -> None:
    participant = ParticipantFactory(first_name="Dorian", last_name="Halloway")
    rows = [
        participant,
        OtherNameFactory(participant=participant, name="Dory Halloway"),
        ContactPointFactory(participant=participant, value="+12065550142"),
        ConsentFactory(contact_point__participant=participant),
        NonAssociationFactory(one=participant),
        AppointmentFactory(participant=participant),
    ]

    assert [str(row) for row in rows if "Hallo" in str(row) or "+1206" in str(row)] == []


def test_only_what_is_in_use_and_marked_safe_is_safe(now: datetime) -> None:
    safe = ContactPointFactory(safe=True)
    unmarked = ContactPointFactory()
    ContactPointFactory(safe=True, ended_at=now)

    assert list(ContactPoint.objects.safe()) == [safe]
    assert list(ContactPoint.objects.in_use().order_by("id")) == [safe, unmarked]


def test_the_newest_consent_comes_first_and_of_two_at_one_time_the_later_recorded(now: datetime) -> None:
    old, one, other = (ConsentFactory(at=at) for at in (now - timedelta(days=1), now, now))

    assert list(Consent.objects.newest_first()) == [other, one, old]


def test_keeps_apart_in_both_directions_and_for_as_long_as_it_lasts(now: datetime) -> None:
    him, a, b, ended, stranger = ParticipantFactory.create_batch(5)
    of_him = [NonAssociationFactory(one=him, other=a), NonAssociationFactory(one=him, other=b)]
    NonAssociationFactory(one=him, other=ended, ended_at=now)
    NonAssociationFactory(one=a, other=stranger)

    assert list(NonAssociation.objects.of(him).order_by("id")) == of_him
    assert NonAssociation.objects.kept_apart_from(him) == {a.pk, b.pk}
    assert NonAssociation.objects.kept_apart_from(a) == {him.pk, stranger.pk}
    assert NonAssociation.objects.kept_apart_from(ended) == set()


def test_appointments_still_planned(now: datetime) -> None:
    planned = AppointmentFactory()
    AppointmentFactory(state=AppointmentState.KEPT, settled_at=now, settled_by=UserFactory())

    assert list(Appointment.objects.planned()) == [planned]


def test_appointments_between_from_the_first_instant_to_before_the_last(now: datetime) -> None:
    end = now + timedelta(days=1)
    first, _, last = (
        AppointmentFactory(starts_at=at) for at in (now, now - timedelta(seconds=1), end - timedelta(seconds=1))
    )
    AppointmentFactory(starts_at=end)

    assert list(Appointment.objects.between(now, end).order_by("id")) == [first, last]


def test_choices_are_the_stored_words_and_readable_ones() -> None:
    assert choices(ContactKind) == [("phone", "phone"), ("email", "email"), ("postal", "postal")]
