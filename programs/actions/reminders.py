"""Who is reminded of what, each rung once: a participant by text or by e-mail; a leader of what isn't closed.

Due is what isn't planned yet and still useful, never "exactly a day before": no run that was missed loses one. Of the
rungs whose time has come only the latest goes, so that nobody gets two at once after an outage.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from audit.models import name_of
from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Channel, Message, State
from participants.models import Appointment, Participant
from programs.kinds import Change
from programs.models import Booking, Enrollment, Mark, Program, Seat, Session, SessionLeader

SESSION = "session_reminder"
APPOINTMENT = "appointment_reminder"
SESSION_OPEN = "session_open"
# Written a little ahead, so that it goes at its minute.
AHEAD = timedelta(minutes=10)
# So long after its end an evening may stay open until its leader is reminded.
OPEN_FOR = timedelta(hours=24)
# By one of these he was told of the very same time.
SAYS_THE_TIME = (Change.BOOKED, Change.MOVED, Change.PLACE)
# One that was skipped, as on hold, is planned anew when it is wanted again; so often and no more.
TRIES = 4
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Rung:
    name: str
    before: timedelta
    first_session_only: bool = False


# The latest first.
RUNGS = (
    Rung("3h", timedelta(hours=3)),
    Rung("1d", timedelta(days=1)),
    Rung("7d", timedelta(days=7), first_session_only=True),
)
A_DAY, A_WEEK = RUNGS[1].before + AHEAD, RUNGS[2].before + AHEAD


@dataclass(frozen=True, slots=True)
class Reminder:
    kind: str
    about: str
    participant: int
    language: str
    starts_at: datetime
    rung: Rung

    @property
    def due_at(self) -> datetime:
        return self.starts_at - self.rung.before

    @property
    def said(self) -> str:
        """What it says, to whom: by whichever channel and however often it was tried."""
        return f"{self.kind}:{self.about}:{self.participant}:{self.starts_at.timestamp():.0f}:{self.rung.name}"


def plan_reminders(*, now: datetime) -> int:
    """Write the reminders of what begins soon, and of what is not closed; returns how many are new."""
    reminders, new = chain(_of_sessions(now), _of_appointments(now)), 0
    while some := list(islice(reminders, AT_ONCE)):
        new += plan(_planned(some), now=now)
    return new + plan(_not_closed(now), now=now)


def reminded(enrollments: Iterable[Enrollment]) -> Iterator[Participant]:
    """While a court holds his case he gets no reminders, nor when he has left."""
    return (e.participant for e in enrollments if e.closed_at is None and not e.silent)


def rung_of(left: timedelta, *, first: bool = False) -> Rung | None:
    """The latest one whose time has come, or will in a moment, when so much time is left. None: none has."""
    rungs = (rung for rung in RUNGS if first or not rung.first_session_only)
    return next((rung for rung in rungs if left <= rung.before + AHEAD), None)


# --- Sessions: each question is asked once for all of them


class _Evening(NamedTuple):
    pk: int
    cohort: int | None
    program: int
    starts_at: datetime
    on: date

    @property
    def name(self) -> str:
        return f"{Session._meta.label}:{self.pk}"


class _Seat(NamedTuple):
    cohort: int
    from_on: date
    to_on: date | None
    participant: int
    language: str

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


_HIM = ("enrollment__participant", "enrollment__participant__language")


def _of_sessions(now: datetime) -> Iterator[Reminder]:
    zones = {program.pk: program.zone for program in Program.objects.only("time_zone")}
    coming = Session.objects.from_now(now).filter(starts_at__lte=now + A_WEEK).order_by("starts_at", "id")
    evenings = [
        _Evening(*row, on=row[3].astimezone(zones[row[2]]).date())
        for row in coming.values_list("pk", "cohort", "program", "starts_at")
    ]
    near = [one for one in evenings if one.starts_at <= now + A_DAY]
    if near:
        yield from _expected(near, now)
    if len(near) < len(evenings):
        yield from _for_the_first_time(evenings, zones, now)


def _expected(evenings: Sequence[_Evening], now: datetime) -> Iterator[Reminder]:
    """Who is seated in its cohort on that day, or booked into it."""
    seats = _by_cohort(_seats(evenings))
    booked = _booked(evenings)
    for one in evenings:
        men = {seat.participant: seat.language for seat in seats[one.cohort] if seat.holds_on(one.on)}
        if rung := rung_of(one.starts_at - now):
            for participant, language in (men | booked[one.pk]).items():
                yield Reminder(SESSION, one.name, participant, language, one.starts_at, rung)


def _seats(evenings: Sequence[_Evening]) -> QuerySet[Seat]:
    on = [one.on for one in evenings]
    cohorts = {one.cohort for one in evenings if one.cohort}
    held = Seat.objects.filter(cohort__in=cohorts, from_on__lte=max(on)).filter(Q(to_on=None) | Q(to_on__gte=min(on)))
    return held.filter(enrollment__closed_at=None, enrollment__silent=False)


def _by_cohort(seats: QuerySet[Seat]) -> dict[int | None, list[_Seat]]:
    found: dict[int | None, list[_Seat]] = defaultdict(list)
    for row in seats.values_list("cohort", "from_on", "to_on", *_HIM).iterator():
        found[row[0]].append(_Seat._make(row))
    return found


def _booked(evenings: Sequence[_Evening]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    standing = Booking.objects.standing().filter(session__in=[one.pk for one in evenings])
    heard = standing.filter(enrollment__closed_at=None, enrollment__silent=False)
    for session, participant, language in heard.values_list("session", *_HIM):
        found[session][participant] = language
    return found


def _for_the_first_time(evenings: Sequence[_Evening], zones: dict[int, ZoneInfo], now: datetime) -> Iterator[Reminder]:
    """Who has no mark yet, and whose cohort has not met since he sits in it: a week before."""
    new = _seats(evenings).exclude(Exists(Mark.objects.filter(enrollment=OuterRef("enrollment"))))
    seats = _by_cohort(new)
    met = Session.objects.standing().filter(cohort__in=seats, starts_at__lte=now).order_by()
    last = dict(met.values_list("cohort").annotate(last=Max("starts_at")))
    for cohort, men in seats.items():
        its = [one for one in evenings if one.cohort == cohort]
        last_on = last[cohort].astimezone(zones[its[0].program]).date() if cohort in last else date.min
        for seat in men:
            first = next((one for one in its if seat.holds_on(one.on)), None)
            rung = rung_of(first.starts_at - now, first=True) if first else None
            if first and rung and rung.first_session_only and last_on < seat.from_on:
                yield Reminder(SESSION, first.name, seat.participant, seat.language, first.starts_at, rung)


# --- Appointments


def _of_appointments(now: datetime) -> Iterator[Reminder]:
    soon = Appointment.objects.planned().filter(starts_at__gt=now, starts_at__lte=now + A_DAY).order_by("starts_at")
    rows = list(soon.values_list("pk", "participant", "participant__language", "starts_at"))
    enrolled = Enrollment.objects.open().filter(participant__in={row[1] for row in rows}, silent=False)
    heard = set(enrolled.values_list("participant", flat=True)) if rows else set()
    for pk, participant, language, starts_at in rows:
        rung = rung_of(starts_at - now)
        if rung and participant in heard:
            yield Reminder(APPOINTMENT, f"{Appointment._meta.label}:{pk}", participant, language, starts_at, rung)


# --- What is written


def _planned(reminders: Sequence[Reminder]) -> Iterator[Planned]:
    channels = reachable_by({one.participant for one in reminders})
    said = _said(reminders)
    for one in reminders:
        channel = channels.get(one.participant)
        if channel and (tried := said.tries(one)) is not None:
            yield Planned(
                key=f"{one.said}:{channel}:{tried}" if tried else f"{one.said}:{channel}",
                kind=one.kind,
                channel=channel,
                about=one.about,
                participant_id=one.participant,
                language=one.language,
                due_at=one.due_at,
                expires_at=one.starts_at,
            )


class _Said:
    """What stands in the outbox about all of them."""

    def __init__(self) -> None:
        self.standing: set[str] = set()
        self.skipped: Counter[str] = Counter()
        # When he was last told of that very time, by another message.
        self.told: dict[tuple[str, int, datetime], datetime] = {}

    def tries(self, one: Reminder) -> int | None:
        """How often it was skipped. None: it stands, was tried often enough, or he was told since it fell due.

        By whichever channel: who withdrew his consent to texts since is not told the same by e-mail.
        """
        told = self.told.get((one.about, one.participant, one.starts_at))
        if one.said in self.standing or (told is not None and told >= one.due_at):
            return None
        tried = self.skipped[one.said]
        return tried if tried < TRIES else None


def _said(reminders: Sequence[Reminder]) -> _Said:
    said = _Said()
    about = Message.objects.filter(
        about__in={one.about for one in reminders}, participant__in={one.participant for one in reminders}
    )
    for row in about.order_by("id").values_list(
        "key", "kind", "state", "about", "participant", "expires_at", "planned_at"
    ):
        key, kind, state, record, participant, expires_at, planned_at = row
        if kind in SAYS_THE_TIME and state != State.SKIPPED:
            if participant and expires_at:
                said.told[record, participant, expires_at] = planned_at
        elif state == State.SKIPPED:
            said.skipped[said_by(key, participant)] += 1
        else:
            said.standing.add(said_by(key, participant))
    return said


def said_by(key: str, participant: int | None) -> str:
    """Of a reminder's key the part that says what; to whom, by the man whose it is now: see `Reminder.said`.

    It may have been written to him under the number of another file.
    """
    parts = key.split(":")[:6]
    return ":".join([*parts[:3], str(participant), *parts[4:]])


# --- Evenings that nobody closed


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
