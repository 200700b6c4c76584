"""Who is reminded of what, once: a participant a day before, by text or by e-mail; a leader of what isn't closed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.models import name_of
from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Channel, Message, State
from participants.models import Appointment, Participant
from programs.models import Enrollment, Session, SessionLeader

SESSION = "session_reminder"
APPOINTMENT = "appointment_reminder"
SESSION_OPEN = "session_open"
BEFORE = timedelta(days=1)
# Written a little ahead, so that it goes at its minute.
AHEAD = timedelta(minutes=10)
# So long after its end an evening may stay open until its leader is reminded.
OPEN_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reminder:
    kind: str
    about: str
    participant: Participant
    starts_at: datetime


def plan_reminders(*, now: datetime) -> int:
    """Write the reminders of what begins within a day, and of what is not closed; returns how many are new."""
    reminders = [*_of_sessions(now), *_of_appointments(now)]
    return plan([*_planned(reminders), *_not_closed(now)], now=now)


def reminded(enrollments: Iterable[Enrollment]) -> Iterator[Participant]:
    """While a court holds his case he gets no reminders, nor when he has left."""
    return (e.participant for e in enrollments if e.closed_at is None and not e.silent)


def _of_sessions(now: datetime) -> Iterator[Reminder]:
    until = now + BEFORE + AHEAD
    for session in Session.objects.from_now(now).filter(starts_at__lte=until).select_related("program"):
        roster = Enrollment.objects.on_roster(session).select_related("participant")
        for participant in reminded(roster):
            yield Reminder(SESSION, name_of(session), participant, session.starts_at)


def _of_appointments(now: datetime) -> Iterator[Reminder]:
    soon = Appointment.objects.planned().between(now, now + BEFORE + AHEAD)
    appointments = {appointment.pk: appointment for appointment in soon}
    people = {appointment.participant_id for appointment in appointments.values()}
    enrolled = Enrollment.objects.open().filter(participant__in=people).select_related("participant")
    by_id = {participant.pk: participant for participant in reminded(enrolled)}
    for appointment in appointments.values():
        if participant := by_id.get(appointment.participant_id):
            yield Reminder(APPOINTMENT, name_of(appointment), participant, appointment.starts_at)


def _planned(reminders: list[Reminder]) -> Iterator[Planned]:
    channels = reachable_by({reminder.participant.pk for reminder in reminders})
    said = _said({reminder.about for reminder in reminders})
    for r in reminders:
        channel = channels.get(r.participant.pk)
        key = f"{r.kind}:{r.about}:{r.participant.pk}:{r.starts_at.timestamp():.0f}:1d"
        # By whichever channel: who withdrew his consent to texts since is not told the same by e-mail.
        if channel and not said.intersection(f"{key}:{other}" for other in ("text", "email")):
            yield Planned(
                key=f"{key}:{channel}",
                kind=r.kind,
                channel=channel,
                about=r.about,
                participant_id=r.participant.pk,
                language=r.participant.language,
                due_at=r.starts_at - BEFORE,
                expires_at=r.starts_at,
            )


def _said(abouts: set[str]) -> set[str]:
    """What stands already, but for what was skipped: that may yet go another way."""
    written = Message.objects.filter(about__in=abouts).exclude(state=State.SKIPPED)
    return set(written.values_list("key", flat=True))


def _not_closed(now: datetime) -> Iterator[Planned]:
    """To each who leads it and may still sign in; it doesn't expire: whenever it goes, it is true or not sent."""
    led = SessionLeader.objects.filter(session__in=Session.objects.not_logged(now - OPEN_FOR), user__is_active=True)
    for one in led.select_related("session").order_by("session__starts_at", "id"):
        if one.session.ends_at + OPEN_FOR <= now:
            about = name_of(one.session)
            yield Planned(
                key=f"{SESSION_OPEN}:{about}:{one.user_id}",
                kind=SESSION_OPEN,
                channel=Channel.EMAIL,
                about=about,
                user_id=one.user_id,
                due_at=now,
            )
