"""Who is reminded of what: a day before, by text or by e-mail, once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.models import name_of
from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Message, State
from participants.models import Appointment, Participant
from programs.models import Enrollment, Session

SESSION = "session_reminder"
APPOINTMENT = "appointment_reminder"
BEFORE = timedelta(days=1)
# Written a little ahead, so that it goes at its minute.
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Reminder:
    kind: str
    about: str
    participant: Participant
    starts_at: datetime


def plan_reminders(*, now: datetime) -> int:
    """Write the reminders of what begins within a day; returns how many are new."""
    reminders = [*_of_sessions(now), *_of_appointments(now)]
    return plan(_planned(reminders), now=now)


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
