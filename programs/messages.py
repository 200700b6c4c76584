"""What participants are sent: time, place and a number to call. Nothing else, whoever may be reading along."""

from abc import abstractmethod
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from messaging.guarding import discreet, names_come_from
from messaging.models import Message, State
from messaging.registry import Kind, Rendered, register
from messaging.rendering import Facts, rendered, worded
from participants.kinds import AppointmentState
from participants.models import Appointment, Participant
from programs.actions import calling, reminders
from programs.actions.changes import concerns, version_of, version_told
from programs.kinds import Change, MarkKind
from programs.models import Enrollment, Mark, Program, Session, SessionLeader

# Two files that had been put together were taken apart since it was planned.
ANOTHERS = "another man's"


def register_kinds() -> None:
    register(SessionReminder())
    register(AppointmentReminder())
    register(SessionCanceled())
    register(SessionMoved())
    register(SessionPlace())
    register(SessionBooked())
    register(SessionUnbooked())
    register(Welcome())
    register(PleaseCall())
    register(SessionOpen())
    names_come_from(own_names)


def own_names() -> list[str]:
    """What the organization and its programs are called: no word of ours may say it."""
    said = Program.objects.values_list("name", "letterhead")
    return [name for program, head in said for name in (program, *head.splitlines()[:1])]


class _Reminder(Kind):
    """Both say the same, so that nobody can tell one from the other."""

    def render(self, message: Message, now: datetime) -> Rendered:
        starts_at, place, zone, program = self._facts(message)
        return worded("reminder", message, _said(program, zone, starts_at, place))

    @abstractmethod
    def _facts(self, message: Message) -> tuple[datetime, str, ZoneInfo, Program]: ...


class SessionReminder(_Reminder):
    name = reminders.SESSION

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        session = Session.objects.select_related("program").filter(pk=_id(message)).first()
        if session is None or session.state != Session.State.PLANNED:
            return f"session {session.state if session else 'gone'}"
        if session.starts_at != message.expires_at:
            return "moved"
        if session.starts_at <= now:
            return "begun"
        return _later_stands(message) or _not_reminded(message, session.program) or _not_expected(message, session)

    def _facts(self, message: Message) -> tuple[datetime, str, ZoneInfo, Program]:
        session = _session(message)
        return session.starts_at, session.place or session.link, _zone(message, session), session.program


class AppointmentReminder(_Reminder):
    name = reminders.APPOINTMENT

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        appointment = Appointment.objects.filter(pk=_id(message)).first()
        if appointment is None or appointment.state != AppointmentState.PLANNED:
            return f"appointment {appointment.state if appointment else 'gone'}"
        if appointment.participant_id != message.participant_id:
            return ANOTHERS
        if appointment.starts_at != message.expires_at:
            return "moved"
        if appointment.starts_at <= now:
            return "begun"
        return _later_stands(message) or _not_reminded(message)

    def _facts(self, message: Message) -> tuple[datetime, str, ZoneInfo, Program]:
        appointment = Appointment.objects.get(pk=_id(message))
        program = _enrollments(message)[0].program
        zone = program.zone if appointment.place else ZoneInfo(_person(message).time_zone)
        return appointment.starts_at, appointment.place, zone, program


class _SessionChange(Kind):
    """All of them are "an appointment", as the reminders are."""

    # Nobody may stand before a locked door: where one way is closed it looks for another.
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        session = _session(message)
        facts = _said(session.program, _zone(message, session), session.starts_at, session.place or session.link)
        return worded(self._template(session.starts_at <= now), message, facts)

    def _template(self, over: bool) -> str:
        return self.name

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        session = Session.objects.select_related("program").filter(pk=_id(message)).first()
        if session is None:
            return "session gone"
        if version_of(session, self.name) != version_told(message):
            return "moved"
        return self._untrue(message, session) or _not_reminded(message, session.program)

    def _untrue(self, message: Message, session: Session) -> str | None:
        """Why it no longer holds; None: it does. Here for those that say where he is expected."""
        if session.state != Session.State.PLANNED:
            return f"session {session.state}"
        return _not_expected(message, session)


class SessionCanceled(_SessionChange):
    name = Change.CANCELED

    def _template(self, over: bool) -> str:
        return "session_over" if over else self.name

    def _untrue(self, message: Message, session: Session) -> str | None:
        if session.state != Session.State.CANCELED:
            return f"session {session.state}"
        return None if concerns(_person(message).pk, session) else ANOTHERS


class SessionMoved(_SessionChange):
    name = Change.MOVED


class SessionPlace(_SessionChange):
    name = Change.PLACE


class SessionBooked(_SessionChange):
    name = Change.BOOKED


class SessionUnbooked(_SessionChange):
    name = Change.UNBOOKED

    def _untrue(self, message: Message, session: Session) -> str | None:
        if not _not_expected(message, session):
            return "booked again"
        return None if concerns(_person(message).pk, session) else ANOTHERS


class Welcome(Kind):
    """Once he is enrolled and has agreed to be reached there."""

    name = calling.WELCOME

    def render(self, message: Message, now: datetime) -> Rendered:
        program = Enrollment.objects.select_related("program").get(pk=_id(message)).program
        return worded("welcome", message, _said(program, program.zone))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        enrollment = Enrollment.objects.get(pk=_id(message))
        return ANOTHERS if enrollment.participant_id != message.participant_id else _not_heard(enrollment)


class PleaseCall(Kind):
    """He missed an evening: he is asked to call, and told nothing else."""

    name = calling.PLEASE_CALL
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        program = _mark(message).session.program
        return worded("please_call", message, _said(program, program.zone))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        """Of the mark that counts now: he may have been there after all, or be excused."""
        seen = _mark(message)
        if seen.enrollment.participant_id != message.participant_id:
            return ANOTHERS
        mark = Mark.objects.current().filter(enrollment=seen.enrollment_id, session=seen.session_id).first()
        if mark is None or mark.kind != MarkKind.ABSENT:
            return "was there after all"
        if mark.excuse:
            return "excused"
        return _not_heard(seen.enrollment) or calling.reached_since(message.participant_id, seen.at)


class SessionOpen(Kind):
    """To whoever led an evening that is not closed a day later."""

    name = reminders.SESSION_OPEN

    def render(self, message: Message, now: datetime) -> Rendered:
        data = {"link": f"{settings.SITE_URL}/sessions/"}
        return rendered("session_open", message, data, zone=ZoneInfo("UTC"))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        session = Session.objects.filter(pk=_id(message)).first()
        if session is None or session.state != Session.State.PLANNED:
            return f"session {session.state if session else 'gone'}"
        leads = SessionLeader.objects.filter(session=session, user=message.user_id)
        return None if leads.exists() else "leads it no longer"


def _said(program: Program, zone: ZoneInfo, at: datetime | None = None, place: str = "") -> Facts:
    # A place that would give something away is left out: he can ask at the number.
    sender = discreet(program.neutral_sender)
    return Facts(number=program.callback_number, at=at, place=discreet(place), zone=zone, sender=sender)


def _mark(message: Message) -> Mark:
    return Mark.objects.select_related("session__program", "enrollment").get(pk=_id(message))


def _session(message: Message) -> Session:
    return Session.objects.select_related("program").get(pk=_id(message))


def _zone(message: Message, session: Session) -> ZoneInfo:
    """Whoever joins by a link reads his own clock."""
    return session.program.zone if session.place else ZoneInfo(_person(message).time_zone)


def _id(message: Message) -> int:
    return int(message.about.rpartition(":")[2])


def _person(message: Message) -> Participant:
    if message.participant is None:
        raise TypeError("A reminder is for a participant.")
    return message.participant


def _enrollments(message: Message) -> list[Enrollment]:
    """Those that are open; the newest first."""
    his = Enrollment.objects.open().filter(participant=_person(message))
    return list(his.select_related("program", "participant").order_by("-opened_at", "-id"))


def _not_reminded(message: Message, program: Program | None = None) -> str | None:
    """In that program; None: in whichever he is."""
    his = [e for e in _enrollments(message) if program is None or e.program_id == program.pk]
    if not his:
        return "enrollment closed"
    return None if any(reminders.reminded(his)) else "on hold"


def _not_heard(enrollment: Enrollment) -> str | None:
    if enrollment.closed_at is not None:
        return "enrollment closed"
    return "on hold" if enrollment.silent else None


def _later_stands(message: Message) -> str | None:
    """After an outage he gets the one that is true now, not two at once."""
    same = Message.objects.about(message.about).filter(kind=message.kind, participant=message.participant_id)
    later = same.filter(expires_at=message.expires_at, due_at__gt=message.due_at).exclude(state=State.SKIPPED)
    return "a later reminder stands" if later.exists() else None


def _not_expected(message: Message, session: Session) -> str | None:
    roster = Enrollment.objects.open().on_roster(session)
    return None if roster.filter(participant=_person(message)).exists() else "no seat"
