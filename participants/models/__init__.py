from participants.kinds import choices
from participants.models.appointment import Appointment, AppointmentQuerySet, IntakeSheet
from participants.models.file import (
    NonAssociation,
    NonAssociationQuerySet,
    Note,
    Restriction,
    RestrictionName,
    RestrictionQuerySet,
)
from participants.models.person import (
    NameToken,
    NameTokenQuerySet,
    OtherName,
    Participant,
    ParticipantQuerySet,
)
from participants.models.reach import Consent, ConsentQuerySet, ContactAttempt, ContactPoint, ContactPointQuerySet

__all__ = [
    "Appointment",
    "AppointmentQuerySet",
    "Consent",
    "ConsentQuerySet",
    "ContactAttempt",
    "ContactPoint",
    "ContactPointQuerySet",
    "IntakeSheet",
    "NameToken",
    "NameTokenQuerySet",
    "NonAssociation",
    "NonAssociationQuerySet",
    "Note",
    "OtherName",
    "Participant",
    "ParticipantQuerySet",
    "Restriction",
    "RestrictionName",
    "RestrictionQuerySet",
    "choices",
]
