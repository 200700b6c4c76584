from datetime import datetime

from django.db import transaction

from accounts.actors import Actor, person
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from participants.kinds import (
    AppointmentKind,
    AppointmentState,
    ConsentChannel,
    ConsentHow,
    ContactChannel,
    ContactKind,
    ContactResult,
)
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    NonAssociation,
    Note,
    Participant,
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
    record(by=by, now=now, verb="participant.added", on=added, key=key, personal={"name": added.legal_name})
    return added


@transaction.atomic
def add_contact_point(
    *, participant: Participant, kind: ContactKind, value: str, source: str, by: Actor, now: datetime
) -> ContactPoint:
    """`value` normalized as on ContactPoint. One that is already in use is returned as it stands."""
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
    return point


@transaction.atomic
def mark_safe(*, contact_point: ContactPoint, by: User, now: datetime) -> None:
    """From now on neutral messages may go there. Raises NotInUse."""
    in_use = ContactPoint.objects.in_use().filter(pk=contact_point.pk)
    if not in_use.update(safe_at=now, safe_by=by):
        raise NotInUse("This contact is no longer in use. Add it again, then mark it safe.")
    contact_point.refresh_from_db()
    record(by=by, now=now, verb="contact_point.marked_safe", on=contact_point)


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
    """From now on the two are never seated together. Raises SamePerson."""
    if one.pk == other.pk:
        raise SamePerson("These are the same person. Choose the other one.")
    first, second = sorted((one, other), key=lambda participant: participant.pk)
    pair, new = NonAssociation.objects.get_or_create(
        one=first, other=second, ended_at=None, defaults={"reason": reason, "made_at": now, "made_by": by}
    )
    if new:
        record(by=by, now=now, verb="non_association.made", on=pair, key=first.key, personal={"reason": reason})
    return pair


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
    """Raises InThePast."""
    if starts_at <= now:
        raise InThePast("This time has passed. Choose one that is still to come.")
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
