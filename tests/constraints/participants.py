"""participants: what its tables refuse."""

from datetime import timedelta

from participants.kinds import AppointmentState, ConsentHow
from participants.models import NonAssociation
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    IntakeSheetFactory,
    NameTokenFactory,
    NonAssociationFactory,
    OtherNameFactory,
    ParticipantFactory,
    RestrictionFactory,
    RestrictionNameFactory,
)


def settled(state: AppointmentState, **fields: object) -> object:
    return AppointmentFactory(state=state, **{"settled_at": NOW, "settled_by": UserFactory(), **fields})


def apart_the_wrong_way_round() -> None:
    one, other = ParticipantFactory(), ParticipantFactory()
    NonAssociationFactory(one=other, other=one)


def apart_from_himself() -> None:
    one = ParticipantFactory()
    NonAssociationFactory(one=one, other=one)


def moved_twice_to_one() -> None:
    moved_to = AppointmentFactory(starts_at=NOW + timedelta(days=2))
    for _ in range(2):
        settled(AppointmentState.MOVED, moved_to=moved_to)


def pair_ended_then_made_anew() -> None:
    pair = NonAssociationFactory(ended_at=NOW)
    NonAssociationFactory(one=pair.one, other=pair.other)
    assert NonAssociation.objects.count() == 2


REFUSED: Listed = [
    ("participants.Participant.key", lambda: again(ParticipantFactory, "key")),
    ("participants_othername_once", lambda: again(OtherNameFactory, "participant", name="Dory")),
    ("participants_contactpoint_once", lambda: again(ContactPointFactory, "participant", "value")),
    ("participants_contactpoint_safe_at_and_by", lambda: ContactPointFactory(safe_at=NOW)),
    ("participants_contactpoint_safe_at_and_by", lambda: ContactPointFactory(safe_by=UserFactory())),
    ("participants_contactpoint_unreachable_says_why", lambda: ContactPointFactory(unreachable_at=NOW)),
    ("participants_contactpoint_unreachable_says_why", lambda: ContactPointFactory(unreachable_why="bounced")),
    ("participants_nametoken_once", lambda: again(NameTokenFactory, "participant", "token")),
    ("participants_nametoken_says_something", lambda: NameTokenFactory(token="")),
    ("participants.IntakeSheet.appointment", lambda: again(IntakeSheetFactory, "appointment")),
    ("participants_intakesheet_finished_at_and_by", lambda: IntakeSheetFactory(finished_at=NOW)),
    ("participants_restriction_one_open", lambda: again(RestrictionFactory, "participant")),
    ("participants_restriction_ended_at_and_by", lambda: RestrictionFactory(ended_at=NOW)),
    ("participants_restrictionname_once", lambda: again(RestrictionNameFactory, "restriction", "user")),
    (
        "participants_consent_recorded_by_a_person",
        lambda: ConsentFactory(how=ConsentHow.WRITTEN, recorded_by=None),
    ),
    ("participants_nonassociation_in_order", apart_the_wrong_way_round),
    ("participants_nonassociation_in_order", apart_from_himself),
    ("participants_nonassociation_once", lambda: again(NonAssociationFactory, "one", "other")),
    (
        "participants_appointment_settled",
        lambda: AppointmentFactory(settled_at=NOW, settled_by=UserFactory()),
    ),
    ("participants_appointment_settled", lambda: settled(AppointmentState.KEPT, settled_at=None)),
    ("participants_appointment_settled", lambda: settled(AppointmentState.KEPT, settled_by=None)),
    ("participants_appointment_moved_somewhere", lambda: settled(AppointmentState.MOVED)),
    (
        "participants_appointment_moved_somewhere",
        lambda: settled(AppointmentState.KEPT, moved_to=AppointmentFactory()),
    ),
    ("participants_appointment_lasts", lambda: AppointmentFactory(minutes=0)),
    ("participants.Appointment.moved_to", moved_twice_to_one),
]

ALLOWED: Listed = [
    (
        "participants_contactpoint_once",
        lambda: again(ContactPointFactory, "participant", "value", ended_at=NOW),
    ),
    ("participants_nonassociation_once", pair_ended_then_made_anew),
    (
        "participants_restriction_one_open",
        lambda: again(RestrictionFactory, "participant", ended_at=NOW, ended_by=UserFactory()),
    ),
    (
        "participants_restrictionname_once",
        lambda: again(RestrictionNameFactory, "restriction", "user", ended_at=NOW),
    ),
    ("participants_consent_recorded_by_a_person", lambda: ConsentFactory(how="by_text", recorded_by=None)),
]
