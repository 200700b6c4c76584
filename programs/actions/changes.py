"""Who is told that an evening changed: at once, by text or by e-mail; whoever can't be told that way is to be called.

The message's row is what remembers whom a change concerned: also his to whom nothing can be sent.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from audit.models import name_of
from core.nudge import nudge
from messaging.actions import Planned, plan
from messaging.actions.rerouting import NO_WAY
from messaging.addresses import reachable_by
from messaging.models import Channel, Message, Outcome, State
from participants.models import ContactAttempt, Participant
from programs.actions.reminders import reminded
from programs.kinds import Change
from programs.models import Booking, Enrollment, Seat, Session

# What is further back is history, and nobody is rung up about it.
LASTS = timedelta(days=7)
# That an evening did not take place is worth saying for a day more: he may have stood before a locked door.
AFTERWARDS = timedelta(days=1)
NOT_TOLD = (State.FAILED, State.UNKNOWN, State.MISSED)


@transaction.atomic
def tell(*, session: Session, enrollments: Iterable[Enrollment], what: Change, now: datetime) -> list[Enrollment]:
    """Tell each of them once of this change, and again of the next; returns those who are to be called.

    In the transaction of whatever changed it, with the session as it is now. Nobody is told while a court holds his
    case, nor of what is over.
    """
    until = _until(session, what, now)
    if until is None:
        return []
    people = list(enrollments)
    wanted = {participant.pk for participant in reminded(people)}
    heard = [each for each in people if each.participant_id in wanted]
    channels = reachable_by(wanted)
    if plan(_planned(session, heard, what, channels, now, until), now=now):
        nudge("messaging.send_due")
    return [each for each in heard if each.participant_id not in channels]


def to_be_called(session: Session, *, now: datetime) -> list[Enrollment]:
    """Whom the newest change did not reach, and whom nobody has tried to reach since; none while he is on hold."""
    calls = calls_about(Session.objects.filter(pk=session.pk), now=now)
    return calls[0][1] if calls else []


def calls_about(sessions: QuerySet[Session], *, now: datetime) -> list[tuple[Session, list[Enrollment]]]:
    """Those of the sessions about which somebody is to be called, with whom; by time."""
    missed = _without_attempt(_missed(_newest(sessions, since=now - LASTS)))
    if not missed:
        return []
    people = {message.participant_id for message in missed}
    concerned = Enrollment.objects.open().filter(participant__in=people, silent=False)
    his = {(each.participant_id, each.program_id): each for each in concerned.select_related("participant__key")}
    missing: dict[str, list[int | None]] = defaultdict(list)
    for message in missed:
        missing[message.about].append(message.participant_id)
    found = sessions.filter(pk__in=[int(about.rpartition(":")[2]) for about in missing])
    calls = []
    for session in found.order_by("starts_at", "id"):
        whom = [his[key] for who in missing[name_of(session)] if (key := (who, session.program_id)) in his]
        calls += [(session, whom)] if whom else []
    return calls


def told(session: Session) -> list[Message]:
    """The newest notice to each whom it reached, or will."""
    newest = _newest(Session.objects.filter(pk=session.pk))
    ways = reachable_by({message.participant_id for message in newest if message.participant_id})
    waiting = (State.QUEUED, State.SENDING)
    reached = [m for m in newest if m.outcome != Outcome.NOT_DELIVERED]
    return [m for m in reached if m.state == State.SENT or (m.state in waiting and m.participant_id in ways)]


def concerns(participant: int, session: Session) -> bool:
    """Whether it was his evening, whatever became of it and of his seat since."""
    return his_evenings(participant).filter(pk=session.pk).exists()


def his_evenings(participant: int) -> QuerySet[Session]:
    """All that were his, whatever became of them and of his seats since."""
    seats = Seat.objects.filter(enrollment__participant=participant)
    booked = Booking.objects.filter(enrollment__participant=participant)
    return Session.objects.filter(Q(cohort__in=seats.values("cohort")) | Q(pk__in=booked.values("session")))


def version_of(session: Session, what: str) -> str:
    """What it has to be still, for a notice to be true."""
    at = f"{session.starts_at.timestamp():.0f}"
    if what != Change.PLACE:
        return at
    return f"{at}-{hashlib.sha256(f'{session.place}|{session.link}'.encode()).hexdigest()[:12]}"


def version_told(message: Message) -> str:
    return message.key.split(":")[4]


def _until(session: Session, what: Change, now: datetime) -> datetime | None:
    """None: it is over."""
    if session.starts_at > now:
        return session.starts_at
    late = what is Change.CANCELED and now < session.starts_at + LASTS
    return now + AFTERWARDS if late else None


def _planned(
    session: Session,
    enrollments: Iterable[Enrollment],
    what: Change,
    channels: dict[int, Channel],
    now: datetime,
    until: datetime,
) -> Iterator[Planned]:
    about = name_of(session)
    earlier = _earlier(about)
    for each in enrollments:
        before = earlier[each.participant_id]
        key = f"{what}:{about}:{each.participant_id}:{version_of(session, what)}"
        # What follows in a key says how often, and which other way it took.
        if before and _said(before[-1].key, each.participant_id) == key:
            continue
        yield Planned(
            key=f"{key}:{len(before)}",
            kind=what,
            # Without a way it is looked at once more and skipped, unless somebody finds one first.
            channel=channels.get(each.participant_id, Channel.EMAIL),
            about=about,
            participant_id=each.participant_id,
            language=each.participant.language,
            due_at=now,
            expires_at=until,
        )


def _said(key: str, man: int) -> str:
    """Of a message's key what says what, to the man whose it is now: it may be from another file of his."""
    what, label, about, _, version = key.split(":")[:5]
    return f"{what}:{label}:{about}:{man}:{version}"


def _earlier(about: str) -> dict[int | None, list[Message]]:
    """By person, in the order in which they were told."""
    found: dict[int | None, list[Message]] = defaultdict(list)
    for message in Message.objects.about(about).filter(kind__in=Change).order_by("id"):
        found[message.participant_id].append(message)
    return found


def _newest(sessions: QuerySet[Session], *, since: datetime | None = None) -> list[Message]:
    """To each person about each session, in the order in which they were planned."""
    names = sessions.annotate(
        name=Concat(Value(f"{Session._meta.label}:"), Cast("pk", CharField()), output_field=CharField())
    )
    messages = Message.objects.filter(about__in=names.order_by().values("name"), kind__in=Change)
    if since is not None:
        messages = messages.filter(planned_at__gt=since)
    newest = {(m.about, m.participant_id): m for m in messages.select_related("participant").order_by("id")}
    return list(newest.values())


def _missed(messages: list[Message]) -> list[Message]:
    """What did not reach its man. What was skipped because it was no longer true is nobody's loss."""
    ways = reachable_by({message.participant_id for message in messages if message.participant_id})
    return [message for message in messages if _is_missed(message, message.participant_id in ways)]


def _is_missed(message: Message, has_a_way: bool) -> bool:
    if message.state in (State.QUEUED, State.SENDING):
        return not has_a_way
    if message.state == State.SKIPPED:
        return message.reason in NO_WAY
    return message.state in NOT_TOLD or message.outcome == Outcome.NOT_DELIVERED


def _without_attempt(messages: list[Message]) -> list[Message]:
    people = {message.participant_id for message in messages}
    who = Participant.objects.standing_for({man for man in people if man})
    attempts = ContactAttempt.objects.filter(participant__in=who).values_list("participant").annotate(last=Max("at"))
    last: dict[int | None, datetime] = {}
    for man, at in attempts.order_by("last"):
        last[who[man]] = at
    return [m for m in messages if (at := last.get(m.participant_id)) is None or at < m.planned_at]
