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
from participants.models.reach import (
    Consent,
    ConsentQuerySet,
    ContactAttempt,
    ContactPoint,
    ContactPointQuerySet,
    tried,
)
from participants.models.twice import Likeness, LikenessQuerySet, Merge, MergeQuerySet, Sound, SoundQuerySet

__all__ = [
    "Appointment",
    "AppointmentQuerySet",
    "Consent",
    "ConsentQuerySet",
    "ContactAttempt",
    "ContactPoint",
    "ContactPointQuerySet",
    "IntakeSheet",
    "Likeness",
    "LikenessQuerySet",
    "Merge",
    "MergeQuerySet",
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
    "Sound",
    "SoundQuerySet",
    "choices",
    "tried",
]
