"""Asking him: over the tablet or on paper by somebody who is with him, later by a link that is sent."""

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.actors import Actor, Task, person
from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core.refusal import Refusal
from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Channel
from outcomes.actions import tickets
from outcomes.actions.codes import agreed, code_of, leads, new_code
from outcomes.actions.instruments import ensure_shipped
from outcomes.actions.locks import hold
from outcomes.actions.sheets import pin
from outcomes.kinds import MONTHS_AFTER, OPEN_FOR, Moment, Purpose, State, Way
from outcomes.models import Agreement, Asking, FollowUpDue, Subject, Ticket
from outcomes.sealing import seal
from participants.kinds import AppointmentKind, AppointmentState
from participants.models import Appointment
from programs.kinds import Standing
from programs.models import Enrollment, Mark

BY = Task("outcomes.plan")
QUESTIONS = "questions"
# Not at night, and not when the reminders go.
HOUR = time(11)
# Then once more, if nobody has begun.
AGAIN = timedelta(days=10)
# A sheet of paper that isn't typed in by then is thrown away.
PAPER_LASTS = timedelta(days=14)
# Of each hand-out; then the tablet shows nothing until it is handed out again.
TABLET_LASTS = timedelta(minutes=30)
# Nothing is left to attend.
ATTENDED = (Standing.COMPLETED, Standing.REQUIREMENTS_OPEN)


class NotToAsk(Refusal):
    """He said no, it was done, its time isn't now, or nothing reaches him."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of one who may be asked; each is a column of a query of enrollments (`facts`).

    `begun`: he was at a session. What he would say of before is colored by then. `leads`: something leads to what he
    answered before. `leaves`: his exit interview was kept, or is today.
    """

    begun: bool
    leads: bool
    leaves: bool


def facts(*, now: datetime) -> dict[str, Exists]:
    """By the field of `Facts`, for a query of enrollments."""
    today = Q(state=AppointmentState.PLANNED, starts_at__date=now.astimezone(timezone.get_current_timezone()).date())
    interview = Appointment.objects.filter(
        today | Q(state=AppointmentState.KEPT),
        participant=OuterRef("participant"),
        kind=AppointmentKind.EXIT_INTERVIEW,
        # In this enrollment's own time: an earlier one had an interview of its own.
        starts_at__gte=OuterRef("opened_at"),
    )
    return {
        "begun": Exists(Mark.objects.came().filter(enrollment=OuterRef("pk"))),
        "leads": leads(),
        "leaves": Exists(interview),
    }


@transaction.atomic
def hand(*, enrollment: Enrollment, moment: Moment, way: Way, by: User, now: datetime) -> Ticket:
    """A tablet or a sheet of paper for him, now; what was out before opens nothing any more.

    Raises NotToAsk.
    """
    enrollment = hold(enrollment)
    if moment not in to_hand(enrollment, now=now):
        raise NotToAsk("There is nothing to ask him now. He has answered, has said no, or its time is over.")
    ensure_shipped(enrollment.program, now=now)
    asking = _asking(enrollment, moment, _today(enrollment, now))
    code = code_of(enrollment) or new_code(enrollment, now=now)
    if way is Way.PAPER:
        # What is printed is what will be typed in, whatever is put to use meanwhile.
        pin(asking, Subject.objects.get(pk=code), now=now)
    lasts = TABLET_LASTS if way is Way.TABLET else PAPER_LASTS
    return _out(asking, tickets.make(asking, way, code, expires_at=now + lasts, by=by), by=by, now=now)


def to_hand(enrollment: Enrollment, *, now: datetime) -> list[Moment]:
    """What he may be asked in person today: at intake, after the last week, and what was asked of him by a link."""
    askings = {one.moment: one for one in Asking.objects.filter(enrollment=enrollment)}
    return may_hand(enrollment, askings, Agreement.objects.newest(enrollment), _facts_of(enrollment, now), now=now)


def _facts_of(enrollment: Enrollment, now: datetime) -> Facts:
    row: Any = Enrollment.objects.filter(pk=enrollment.pk).values(**facts(now=now)).get()
    return Facts(**row)


def may_hand(
    enrollment: Enrollment, askings: Mapping[str, Asking], said: Mapping[str, bool], known: Facts, *, now: datetime
) -> list[Moment]:
    """As `to_hand`, of what is at hand already: it asks no database. `said`: as `Agreement.objects.newest` has it."""
    if said.get(Purpose.STATISTICS) is False or enrollment.participant.key.destroyed_at is not None:
        return []
    if enrollment.state == Enrollment.State.ENDED:
        return []
    first = askings.get(Moment.INTAKE)
    times = {
        Moment.INTAKE: enrollment.closed_at is None and not known.begun,
        Moment.AFTER: first is not None and first.state == State.DONE and _is_after(enrollment, known, now),
    }
    new = {moment for moment, may in times.items() if may and moment not in askings}
    out = {Moment(moment) for moment, one in askings.items() if _is_open(one, _today(enrollment, now))}
    # Only what stands under the code of before makes a pair; nobody is asked for nothing.
    return [moment for moment in Moment if moment in new | out and (moment is Moment.INTAKE or known.leads)]


def _is_after(enrollment: Enrollment, known: Facts, now: datetime) -> bool:
    """Nothing is left to attend, or he is here to leave; and not for long after the end."""
    if enrollment.state == Enrollment.State.SEATED:
        return known.leaves or enrollment.standing in ATTENDED
    if enrollment.state != Enrollment.State.FINISHED or enrollment.closed_at is None:
        return False
    ended_on = enrollment.closed_at.astimezone(enrollment.program.zone).date()
    return _today(enrollment, now) <= ended_on + timedelta(days=OPEN_FOR[Moment.AFTER])


def may_send(
    enrollment: Enrollment, askings: Mapping[str, Asking], said: Mapping[str, bool], known: Facts, *, now: datetime
) -> list[Moment]:
    """For which he may be sent a new link, if he can be reached; as `may_hand`."""
    if not said.get(Purpose.FOLLOW_UP):
        return []
    out = may_hand(enrollment, askings, said, known, now=now)
    return [moment for moment in out if moment in MONTHS_AFTER and moment in askings]


def to_send(enrollment: Enrollment, *, now: datetime) -> list[Moment]:
    """As `may_send`."""
    askings = {one.moment: one for one in Asking.objects.filter(enrollment=enrollment)}
    return may_send(enrollment, askings, Agreement.objects.newest(enrollment), _facts_of(enrollment, now), now=now)


@transaction.atomic
def send_again(*, enrollment: Enrollment, moment: Moment, by: User, now: datetime) -> None:
    """A new link at once, in place of what is out, which opens nothing any more; what he answered stays.

    Raises NotToAsk.
    """
    enrollment = hold(enrollment)
    code, channel = code_of(enrollment), _channel(enrollment)
    if code is None or moment not in to_send(enrollment, now=now):
        raise NotToAsk("No link can be sent to him now. He has answered, has said no, or its time is over.")
    if channel is None:
        raise NotToAsk("No message reaches him. Note a safe e-mail address first, or ask him to come by.")
    _send(Asking.objects.get(enrollment=enrollment, moment=moment), code, channel, by=by, now=now, first=now)


def _is_open(asking: Asking, today: date) -> bool:
    return asking.state in (State.PLANNED, State.HANDED) and asking.closes_on >= today


@transaction.atomic
def send_next(*, enrollment: Enrollment, moment: Moment, due_on: date, now: datetime) -> bool:
    """What comes after his program: he is asked by a link, if he agreed to that, answered at intake and can be reached;
    and somebody is to say whether a new arrest is known. Whether anything new is out now.

    He isn't asked, nor anybody about him, who didn't agree to be counted, or to whose code nothing leads any more.
    """
    enrollment = hold(enrollment)
    code = code_of(enrollment)
    if code is None or not agreed(enrollment, Purpose.STATISTICS):
        return False
    is_new = _to_be_noted(enrollment, moment, due_on, code)
    before = Asking.objects.first_done().filter(enrollment=enrollment)
    if not agreed(enrollment, Purpose.FOLLOW_UP) or not before.exists():
        return is_new
    asking = _asking(enrollment, moment, due_on)
    channel = _channel(enrollment)
    out = Ticket.objects.just_out(now).filter(asking=asking)
    if channel is None or not _is_open(asking, _today(enrollment, now)) or out.exists():
        return is_new
    first = datetime.combine(max(asking.due_on, _today(enrollment, now)), HOUR, enrollment.program.zone)
    _send(asking, code, channel, by=BY, now=now, first=first)
    return True


def _channel(enrollment: Enrollment) -> Channel | None:
    return reachable_by([enrollment.participant_id]).get(enrollment.participant_id)


def _send(asking: Asking, code: uuid.UUID, channel: Channel, *, by: Actor, now: datetime, first: datetime) -> None:
    """`first`: when the first message goes."""
    ends = datetime.combine(asking.closes_on + timedelta(days=1), time.min, asking.enrollment.program.zone)
    ticket = tickets.make(asking, Way.LINK, code, expires_at=ends, by=person(by))
    plan(_messages(_out(asking, ticket, by=by, now=now), channel, first), now=now)


def _to_be_noted(enrollment: Enrollment, moment: Moment, due_on: date, code: uuid.UUID) -> bool:
    """Whether a new arrest is known: asked for once."""
    if moment not in (Moment.SIX, Moment.TWELVE):
        return False
    said = {"due_on": due_on, "sealed": seal(str(code), by=secret_of(enrollment, moment))}
    return FollowUpDue.objects.get_or_create(enrollment=enrollment, moment=moment, defaults=said)[1]


def secret_of(enrollment: Enrollment, moment: Moment) -> str:
    """By which the installation itself seals a code, for somebody to say something about and nobody to read.

    It waits for months, so it is made of the key that is never turned.
    """
    said = f"follow-up {enrollment.pk}:{moment}"
    return hmac.digest(settings.FINGERPRINT_KEY.encode(), said.encode(), "sha256").hex()


def _messages(ticket: Ticket, channel: Channel, first: datetime) -> list[Planned]:
    asking, enrollment = ticket.asking, ticket.asking.enrollment
    return [
        Planned(
            # By the link: of one that was put in its place nothing more is sent.
            key=f"{QUESTIONS}:{ticket.pk}:{number}",
            kind=QUESTIONS,
            channel=channel,
            about=name_of(asking),
            participant_id=enrollment.participant_id,
            language=enrollment.participant.language,
            due_at=due_at,
            expires_at=ticket.expires_at,
        )
        for number, due_at in enumerate((first, first + AGAIN))
        if due_at < ticket.expires_at
    ]


def _out(asking: Asking, ticket: Ticket, *, by: Actor, now: datetime) -> Ticket:
    asking.state = State.HANDED
    asking.save(update_fields=["state"])
    facts = {"moment": asking.moment, "way": ticket.way}
    record(by=by, now=now, verb="asking.handed", on=asking.enrollment, facts=facts)
    return ticket


def _asking(enrollment: Enrollment, moment: Moment, due_on: date) -> Asking:
    closes_on = due_on + timedelta(days=OPEN_FOR[moment])
    said = {"due_on": due_on, "closes_on": closes_on}
    return Asking.objects.get_or_create(enrollment=enrollment, moment=moment, defaults=said)[0]


def _today(enrollment: Enrollment, now: datetime) -> date:
    return now.astimezone(enrollment.program.zone).date()
