from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor, person
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.changes import write_into
from core.refusal import Refusal
from participants.findable import compare_again, make_findable
from participants.kinds import (
    AppointmentKind,
    AppointmentState,
    ConsentChannel,
    ConsentHow,
    ContactChannel,
    ContactKind,
    ContactResult,
    Unreachable,
)
from participants.locks import himself
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    NonAssociation,
    Note,
    OtherName,
    Participant,
    Restriction,
    RestrictionName,
)
from participants.names import folded
from vault.models import Key


class NotInUse(Refusal):
    pass


class AppointmentSettled(Refusal):
    pass


class AppointmentNotYet(Refusal):
    pass


class InThePast(Refusal):
    pass


class SamePerson(Refusal):
    pass


class NothingToCorrect(Refusal):
    pass


class NotKeptApart(Refusal):
    pass


# What of him stands in the audit trail under his key only.
PERSONAL = frozenset({"first_name", "middle_name", "last_name", "suffix", "preferred_name", "date_of_birth"})


@transaction.atomic
def add_participant(
    *, first_name: str, last_name: str, time_zone: str, by: Actor, now: datetime, **others: object
) -> Participant:
    """`others`: any further field of Participant, such as date_of_birth."""
    key = Key.new(Key.Kind.PERSON, now=now)
    key.save()
    added = Participant.objects.create(
        key=key,
        first_name=first_name,
        last_name=last_name,
        folded_name=folded(f"{first_name} {last_name}"),
        time_zone=time_zone,
        made_at=now,
        **others,
    )
    make_findable([added])
    record(by=by, now=now, verb="participant.added", on=added, key=key, personal={"name": added.legal_name})
    return added


@transaction.atomic
def correct_participant(
    *, participant: Participant, keep_former: bool = False, by: User, now: datetime, **said: object
) -> Participant:
    """His names, date of birth, language, whether he needs an interpreter. Raises NothingToCorrect, PutTogether.

    `keep_former`: he is found by the name that he had, too.
    """
    himself(participant)
    man = Participant.objects.select_related("key").get(pk=participant.pk)
    former = man.legal_name
    changes = write_into(man, said, personal=PERSONAL)
    if not changes:
        raise NothingToCorrect("This says what it said before. Change something, or leave it as it is.")
    if keep_former and man.legal_name != former:
        kind = {"kind": OtherName.Kind.FORMER, "name": former}
        OtherName.objects.get_or_create(participant=man, folded=folded(former), defaults=kind)
    man.folded_name = folded(f"{man.first_name} {man.last_name}")
    man.save(update_fields=[*changes.fields, "folded_name"])
    if changes.personal:
        make_findable([man])
    told = {"personal": changes.personal, "facts": {"changed": changes.facts}}
    record(by=by, now=now, verb="participant.corrected", on=man, key=man.key, **told)
    return man


@transaction.atomic
def add_contact_point(
    *, participant: Participant, kind: ContactKind, value: str, source: str, by: Actor, now: datetime
) -> ContactPoint:
    """`value` normalized as on ContactPoint. One that is already in use is returned as it stands.

    Raises PutTogether.
    """
    himself(participant)
    point, new = ContactPoint.objects.in_use().get_or_create(
        participant=participant,
        kind=kind,
        value=value,
        defaults={"source": source, "made_at": now, "ended_at": None},
    )
    if new:
        record(
            by=by,
            now=now,
            verb="contact_point.added",
            on=point,
            key=participant.key,
            personal={"value": value, "source": source},
            facts={"kind": kind},
        )
        if kind == ContactKind.PHONE:
            compare_again([participant.pk])
    return point


@transaction.atomic
def mark_safe(*, contact_point: ContactPoint, by: User, now: datetime) -> None:
    """From now on neutral messages may go there, also where something came back before. Raises NotInUse."""
    in_use = ContactPoint.objects.in_use().filter(pk=contact_point.pk)
    if not in_use.update(safe_at=now, safe_by=by, unreachable_at=None, unreachable_why=""):
        raise NotInUse("This contact is no longer in use. Add it again, then mark it safe.")
    contact_point.refresh_from_db()
    record(by=by, now=now, verb="contact_point.marked_safe", on=contact_point)


@transaction.atomic
def mark_unreachable(*, contact_point: ContactPoint, why: Unreachable, by: Actor, now: datetime) -> bool:
    """Nothing goes there any more, until somebody marks it safe anew. False: it was so already."""
    arrives = ContactPoint.objects.in_use().filter(pk=contact_point.pk, unreachable_at=None)
    if not arrives.update(unreachable_at=now, unreachable_why=why):
        return False
    contact_point.refresh_from_db()
    record(by=by, now=now, verb="contact_point.unreachable", on=contact_point, facts={"why": why})
    return True


@transaction.atomic
def mark_unsafe(*, contact_point: ContactPoint, by: User, now: datetime) -> None:
    """Nothing goes there any more, until somebody marks it safe anew. Raises NotInUse."""
    in_use = ContactPoint.objects.in_use().filter(pk=contact_point.pk)
    if not in_use.update(safe_at=None, safe_by=None):
        raise NotInUse("This contact is no longer in use. Nothing goes there.")
    contact_point.refresh_from_db()
    record(by=by, now=now, verb="contact_point.marked_unsafe", on=contact_point)


@transaction.atomic
def record_consent(
    *,
    contact_point: ContactPoint,
    channel: ConsentChannel = ConsentChannel.TEXT,
    given: bool,
    how: ConsentHow,
    by: Actor,
    now: datetime,
) -> Consent:
    consent = Consent.objects.create(
        contact_point=contact_point, channel=channel, given=given, at=now, how=how, recorded_by=person(by)
    )
    record(by=by, now=now, verb="consent.recorded", on=consent, facts={"given": given, "how": how})
    return consent


@transaction.atomic
def keep_apart(*, one: Participant, other: Participant, reason: str, by: User, now: datetime) -> NonAssociation:
    """From now on the two are never seated together. Raises SamePerson, PutTogether."""
    if one.pk == other.pk:
        raise SamePerson("These are the same person. Choose the other one.")
    first, second = sorted((one, other), key=lambda participant: participant.pk)
    himself(first)
    himself(second)
    pair, new = NonAssociation.objects.get_or_create(
        one=first, other=second, ended_at=None, defaults={"reason": reason, "made_at": now, "made_by": by}
    )
    if new:
        record(by=by, now=now, verb="non_association.made", on=pair, key=first.key, personal={"reason": reason})
    return pair


@transaction.atomic
def end_keeping_apart(*, pair: NonAssociation, why: str, by: User, now: datetime) -> None:
    """From now on they may be seated together. Raises NotKeptApart when somebody was faster."""
    if not NonAssociation.objects.filter(pk=pair.pk, ended_at=None).update(ended_at=now):
        raise NotKeptApart("These two are no longer kept apart. Look at it again.")
    pair.refresh_from_db()
    record(by=by, now=now, verb="non_association.ended", on=pair, key=pair.one.key, personal={"why": why})


@transaction.atomic
def plan_appointment(
    *,
    participant: Participant,
    kind: AppointmentKind,
    starts_at: datetime,
    with_whom: User,
    place: str = "",
    minutes: int = 60,
    by: User,
    now: datetime,
) -> Appointment:
    """Raises InThePast, PutTogether."""
    if starts_at <= now:
        raise InThePast("This time has passed. Choose one that is still to come.")
    himself(participant)
    appointment = Appointment.objects.create(
        participant=participant,
        kind=kind,
        starts_at=starts_at,
        with_whom=with_whom,
        place=place,
        minutes=minutes,
    )
    record(
        by=by,
        now=now,
        verb="appointment.planned",
        on=appointment,
        facts={"kind": kind, "starts_at": starts_at},
    )
    return appointment


@transaction.atomic
def settle_appointment(*, appointment: Appointment, kept: bool, by: User, now: datetime) -> None:
    """Raises AppointmentNotYet before its start, AppointmentSettled when somebody was faster."""
    if now < appointment.starts_at:
        raise AppointmentNotYet("This appointment is still to come. Move or cancel it instead.")
    state = AppointmentState.KEPT if kept else AppointmentState.MISSED
    _settle(appointment, state, by, now)
    record(by=by, now=now, verb=f"appointment.{state}", on=appointment)


@transaction.atomic
def move_appointment(*, appointment: Appointment, starts_at: datetime, by: User, now: datetime) -> Appointment:
    """The new appointment; the old one stays and says where it went. Raises InThePast, AppointmentSettled."""
    moved = plan_appointment(
        participant=appointment.participant,
        kind=AppointmentKind(appointment.kind),
        starts_at=starts_at,
        with_whom=appointment.with_whom,
        place=appointment.place,
        minutes=appointment.minutes,
        by=by,
        now=now,
    )
    _settle(appointment, AppointmentState.MOVED, by, now, moved_to=moved)
    record(by=by, now=now, verb="appointment.moved", on=appointment, facts={"to": moved.pk})
    return moved


@transaction.atomic
def cancel_appointment(*, appointment: Appointment, by: User, now: datetime) -> None:
    """Raises AppointmentSettled."""
    _settle(appointment, AppointmentState.CANCELED, by, now)
    record(by=by, now=now, verb="appointment.canceled", on=appointment)


def _settle(
    appointment: Appointment,
    state: AppointmentState,
    by: User,
    now: datetime,
    moved_to: Appointment | None = None,
) -> None:
    settled = {"state": state, "settled_at": now, "settled_by": by, "moved_to": moved_to}
    if not Appointment.objects.planned().filter(pk=appointment.pk).update(**settled):
        raise AppointmentSettled("Somebody has already noted what became of this appointment. Look at it again.")
    appointment.refresh_from_db()


@transaction.atomic
def log_contact_attempt(
    *,
    participant: Participant,
    channel: ContactChannel,
    result: ContactResult,
    note: str = "",
    by: User,
    now: datetime,
) -> ContactAttempt:
    attempt = ContactAttempt.objects.create(
        participant=participant, at=now, channel=channel, result=result, by=by, note=note
    )
    record(
        by=by,
        now=now,
        verb="contact_attempt.logged",
        on=attempt,
        facts={"channel": channel, "result": result},
    )
    return attempt


@transaction.atomic
def write_note(*, participant: Participant, text: str, by: User, now: datetime) -> Note:
    note = Note.objects.create(participant=participant, at=now, by=by, text=text)
    record(by=by, now=now, verb="note.written", on=note)
    return note


class AlreadyRestricted(Refusal):
    pass


class NobodyToOpenIt(Refusal):
    pass


class NoLongerRestricted(Refusal):
    pass


@transaction.atomic
def restrict(*, participant: Participant, why: str, names: Collection[User], by: User, now: datetime) -> Restriction:
    """His file opens to these alone from now on. Raises AlreadyRestricted, NobodyToOpenIt, PutTogether."""
    _somebody_opens(names)
    himself(participant)
    opened = {"why": why, "began_at": now, "began_by": by}
    made, new = Restriction.objects.get_or_create(participant=participant, ended_at=None, defaults=opened)
    if not new:
        raise AlreadyRestricted("This file is restricted already. Change who may open it instead.")
    _name(made, names, by, now)
    record(by=by, now=now, verb="restriction.began", on=made, key=participant.key, personal={"why": why})
    return made


@transaction.atomic
def change_names(*, restriction: Restriction, names: Collection[User], by: User, now: datetime) -> None:
    """These and nobody else may open it from now on. Raises NobodyToOpenIt, NoLongerRestricted."""
    _somebody_opens(names)
    _standing(restriction)
    restriction.names.filter(ended_at=None).exclude(user__in=names).update(ended_at=now)
    named = set(restriction.names.filter(ended_at=None).values_list("user", flat=True))
    _name(restriction, [user for user in names if user.pk not in named], by, now)
    record(by=by, now=now, verb="restriction.names_changed", on=restriction, facts={"users": _ids(names)})


@transaction.atomic
def end_restriction(*, restriction: Restriction, by: User, now: datetime) -> None:
    """The file opens to the whole office again. Raises NoLongerRestricted."""
    _standing(restriction)
    restriction.names.filter(ended_at=None).update(ended_at=now)
    Restriction.objects.filter(pk=restriction.pk).update(ended_at=now, ended_by=by)
    restriction.refresh_from_db()
    record(by=by, now=now, verb="restriction.ended", on=restriction)


def _standing(restriction: Restriction) -> None:
    if not Restriction.objects.current().select_for_update().filter(pk=restriction.pk).exists():
        raise NoLongerRestricted("This file is open to the whole office again. Look at it anew.")


def _somebody_opens(names: Collection[User]) -> None:
    if not any(user.is_active and Role.ADMINISTRATOR in user.roles for user in names):
        raise NobodyToOpenIt("Name at least one administrator, who can open the file to the office again.")


def _name(restriction: Restriction, users: Collection[User], by: User, now: datetime) -> None:
    for user in users:
        RestrictionName.objects.create(restriction=restriction, user=user, named_at=now, named_by=by)
    if users:
        record(by=by, now=now, verb="restriction.named", on=restriction, facts={"users": _ids(users)})


def _ids(users: Collection[User]) -> list[int]:
    return sorted(user.pk for user in users)
