"""Which rows go over from the file that is left aside, and which stay where they were written."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model, Q, QuerySet

from accounts.models import User
from courts.actions.twice.hindrances import begun, both_open, names_of_both, shut_files
from courts.actions.twice.steps import Steps
from courts.models import Referral
from courts.moves import State
from messaging.models import Message
from participants.kinds import ContactKind
from participants.models import (
    Appointment,
    Consent,
    ContactPoint,
    Likeness,
    NonAssociation,
    OtherName,
    Participant,
    Restriction,
    RestrictionName,
)
from participants.names import folded
from participants.twice import pair
from programs.kinds import RequirementKind
from programs.models import Enrollment, FeeEntry, Requirement

# Every way from a row straight to a man is in one of these two tables; a test walks the models.
MOVED = {
    ("participants.Appointment", "participant"),
    ("participants.ContactPoint", "participant"),
    ("participants.NonAssociation", "one"),
    ("participants.NonAssociation", "other"),
    ("participants.OtherName", "participant"),
    ("participants.Participant", "merged_into"),
    ("participants.Restriction", "participant"),
    ("messaging.Message", "participant"),
    ("programs.Enrollment", "participant"),
    ("courts.Referral", "participant"),
}
STAYS = {
    ("participants.ContactAttempt", "participant"): "Never changed: his file shows those of both.",
    ("participants.Note", "participant"): "Never changed: his file shows those of both.",
    ("participants.NameToken", "participant"): "Laid anew for both.",
    ("participants.Sound", "participant"): "Laid anew for both.",
    ("participants.Likeness", "one"): "Says what somebody saw; who was told apart from him is copied.",
    ("participants.Likeness", "other"): "Says what somebody saw; who was told apart from him is copied.",
    ("participants.Merge", "kept"): "Says what was done.",
    ("participants.Merge", "left"): "Says what was done.",
    ("records.LegalHold", "participant"): "Whatever would go asks for those of both.",
    ("records.Disposal", "participant"): "Says what was done.",
    ("records.OwnFile", "participant"): "Says what was asked for and handed over.",
    ("records.Release", "participant"): "Says what was asked for and let out.",
}
# By a word for the page, what goes over and is counted there.
COUNTED: dict[str, tuple[type[Model], dict[str, object]]] = {
    "referral": (Referral, {}),
    "enrollment": (Enrollment, {}),
    "phone number": (ContactPoint, {"kind": ContactKind.PHONE, "ended_at": None}),
    "e-mail address": (ContactPoint, {"kind": ContactKind.EMAIL, "ended_at": None}),
    "postal address": (ContactPoint, {"kind": ContactKind.POSTAL, "ended_at": None}),
    "appointment": (Appointment, {}),
    "message": (Message, {}),
}


def what_moves(left: Participant) -> dict[str, int]:
    """By what it is, how much goes over; nothing of which there is none."""
    counts = {
        what: model._default_manager.filter(participant=left, **only).count() for what, (model, only) in COUNTED.items()
    }
    return {what: count for what, count in counts.items() if count}


def move(kept: Participant, left: Participant, steps: Steps, *, by: User, now: datetime) -> list[Enrollment]:
    """All that goes over; returns the enrollments that stand for two from now on."""
    joined = [_joined(one, other, steps, now) for one, other in both_open(kept, left)]
    for model in (Referral, Enrollment, Appointment, Message):
        steps.set(model._default_manager.filter(participant=left), participant_id=kept.pk)
    _contact_points(kept, left, steps, now)
    _names(kept, left, steps)
    _apart(kept, left, steps, now)
    _restrictions(kept, left, steps, by, now)
    _told_apart(kept, left, steps)
    steps.set(Participant.objects.filter(merged_into=left), merged_into_id=kept.pk)
    return joined


def become_enrolled(one: Participant, other: Participant) -> list[Referral]:
    """Accepted, and with the seat of the other file from then on: the one thing of a merge that a court sees."""
    pairs = [_sides(mine, his) for mine, his in both_open(one, other)]
    ending = [ends.pk for goes_on, ends in pairs if goes_on.state == Enrollment.State.SEATED]
    return list(Referral.objects.filter(enrollment__in=ending, state=State.ACCEPTED).order_by("id"))


def _sides(one: Enrollment, other: Enrollment) -> tuple[Enrollment, Enrollment]:
    """Of two in one program the one that has begun goes on, else the kept file's; the other, empty one ends."""
    return (other, one) if begun(other) else (one, other)


def _joined(one: Enrollment, other: Enrollment, steps: Steps, now: datetime) -> Enrollment:
    going, ending = _sides(one, other)
    steps.set(Referral.objects.fulfilled_by(ending), enrollment_id=going.pk)
    steps.set(_lacking(going, ending), enrollment_id=going.pk)
    over = {"state": Enrollment.State.ENDED, "ended_why": Enrollment.Ended.NO_REFERRAL_LEFT, "closed_at": now}
    steps.set(Enrollment.objects.filter(pk=ending.pk), **over)
    if going.requirements.filter(kind=RequirementKind.INTAKE).exists():
        before = Enrollment.objects.filter(pk=going.pk, state=Enrollment.State.INTAKE)
        steps.set(before, state=Enrollment.State.WAITING)
    return going


def _lacking(going: Enrollment, ending: Enrollment) -> QuerySet[Requirement]:
    """What was met under the one alone; of a fee that has lines, its own ledger says whether it is met."""
    met = set(going.requirements.values_list("kind", flat=True))
    if FeeEntry.objects.filter(enrollment=going).exists():
        met.add(RequirementKind.FEE)
    return Requirement.objects.filter(enrollment=ending).exclude(kind__in=met)


def _contact_points(kept: Participant, left: Participant, steps: Steps, now: datetime) -> None:
    """What stands in both is in use once: as he spoke of it last."""
    own = {(one.kind, one.value): one for one in kept.contact_points.in_use()}
    ends = []
    for point in left.contact_points.in_use().order_by("id"):
        twin = own.get((point.kind, point.value))
        if twin is not None:
            ends.append(twin if _said_last(point, twin) else point)
    steps.set(ContactPoint.objects.filter(pk__in=[one.pk for one in ends]), ended_at=now)
    steps.set(ContactPoint.objects.filter(participant=left), participant_id=kept.pk)


def _said_last(one: ContactPoint, other: ContactPoint) -> bool:
    newest = Consent.objects.filter(contact_point__in=(one, other)).order_by("-at", "-id").first()
    return newest is not None and newest.contact_point_id == one.pk


def _names(kept: Participant, left: Participant, steps: Steps) -> None:
    """By whatever either was called he is found, and the courts' lists know him."""
    there = set(kept.other_names.values_list("folded", flat=True))
    steps.set(left.other_names.exclude(folded__in=there), participant_id=kept.pk)
    there = set(kept.other_names.values_list("folded", flat=True)) | {kept.folded_name, folded(kept.legal_name)}
    called = {folded(name): name for name in (f"{left.first_name} {left.last_name}", left.legal_name)}
    new = {fold: name for fold, name in called.items() if fold not in there}
    alias = OtherName.Kind.ALIAS
    steps.made(
        OtherName.objects.create(participant=kept, kind=alias, name=name, folded=fold) for fold, name in new.items()
    )


def _apart(kept: Participant, left: Participant, steps: Steps, now: datetime) -> None:
    away = NonAssociation.objects.kept_apart_from(kept)
    his = NonAssociation.objects.filter(Q(one=left) | Q(other=left)).select_related("one__key").order_by("id")
    for apart in his:
        other = apart.other_id if apart.one_id == left.pk else apart.one_id
        if apart.ended_at is None and other in away:
            steps.set(NonAssociation.objects.filter(pk=apart.pk), ended_at=now)
        if other != kept.pk:
            steps.pair(apart, kept.pk, other)


def _restrictions(kept: Participant, left: Participant, steps: Steps, by: User, now: datetime) -> None:
    """Who could open only one of two restricted files opens neither; nobody comes to anything new."""
    shut = shut_files(kept, left)
    if len(shut) == 2:
        mine, his = shut[kept.pk], shut[left.pk]
        both = names_of_both(mine, his)
        gone = RestrictionName.objects.filter(restriction=mine, ended_at=None).exclude(user__in=both)
        steps.set(gone, ended_at=now)
        steps.set(Restriction.objects.filter(pk=his.pk), ended_at=now, ended_by_id=by.pk)
    steps.set(Restriction.objects.filter(participant=left), participant_id=kept.pk)


def _told_apart(kept: Participant, left: Participant, steps: Steps) -> None:
    """Of whom somebody said that they are two men: they are two still."""
    said = Likeness.objects.filter(Q(one=left) | Q(other=left), settled_at__isnull=False)
    others = {one.other_id if one.one_id == left.pk else one.one_id: one for one in said}
    there = Likeness.objects.of(kept.pk, others).others(kept.pk) | {kept.pk}
    steps.made(_copied(others, there, kept))


def _copied(others: dict[int, Likeness], there: set[int], kept: Participant) -> Iterable[Likeness]:
    for other, said in others.items():
        if other not in there:
            copy = pair(kept.pk, other, score=said.score, why=said.why, found_at=said.found_at)
            copy.settled_at, copy.settled_by_id = said.settled_at, said.settled_by_id
            copy.save()
            yield copy
