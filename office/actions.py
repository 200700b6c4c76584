"""What the beat asks for each minute, done once, one after the other; and what is done with a line of Today."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record, seal
from core.heartbeat import beating
from core.jobs import Part, do_each
from core.refusal import Refusal
from courts.actions import jobs as courts_jobs
from courts.actions.rounds import look_round
from messaging.actions import send_due, sweep, tend
from office import digest
from office.models import Assignment, Snooze
from office.today import Line, sleeps_at_most
from office.words import day
from programs.actions import jobs as programs_jobs
from programs.actions.rounds import reassess_due


def tick(*, now: datetime) -> dict[str, int]:
    """How much of each was done. Leases and heartbeats go by the real clock, whatever `now` says."""
    return {
        **_beat("programs.reassess", {"reassessed": reassess_due}, now),
        **_beat("courts.propose", {"proposed": look_round}, now),
        **_beat("programs.plan", programs_jobs.PLAN, now),
        **_beat("courts.plan", courts_jobs.PLAN, now),
        **_beat("office.plan", digest.PLAN, now),
        **_beat("courts.deliver", courts_jobs.DELIVER, now),
        **_beat("messaging.sweep", {"taken_back": sweep}, now),
        **_beat("messaging.tend", {"tended": tend}, now),
        **_send(now),
        **_beat("audit.seal", {"sealed": _seal}, now),
    }


def _beat(job: str, parts: Mapping[str, Part], now: datetime) -> dict[str, int]:
    with beating(job):
        return do_each(parts, now=now)


def _send(now: datetime) -> dict[str, int]:
    with beating("messaging.send_due"):
        return asdict(send_due(now=now))


def _seal(*, now: datetime) -> int:
    made = seal(now=now)
    return made.events if made else 0


class NoLongerThere(Refusal):
    pass


class SleepsTooLong(Refusal):
    pass


@transaction.atomic
def hand(*, line: Line, to: User | None, by: User, now: datetime) -> Assignment | None:
    """Whose line of Today it is from now on; None: anybody's."""
    Assignment.objects.filter(line=line.key, ended_at=None).update(ended_at=now)
    made = Assignment.objects.create(line=line.key, to=to, at=now, by=by) if to else None
    _record_line(line, "given" if to else "given_back", {"to": to.pk} if to else {}, by, now)
    return made


@transaction.atomic
def snooze(*, line: Line, until: date, why: str, today: date, by: User, now: datetime) -> Snooze:
    """It stands aside until that day, and comes back by itself. Raises SleepsTooLong."""
    last = sleeps_at_most(line, today)
    if last is None:
        raise SleepsTooLong("This is due by now: it can't wait. Do it, or give it to somebody.")
    if not today < until <= last:
        raise SleepsTooLong(f"Choose a day after today, and no later than {day(last)}.")
    Snooze.objects.filter(line=line.key, ended_at=None).update(ended_at=now)
    made = Snooze.objects.create(line=line.key, until=until, why=why, at=now, by=by)
    _record_line(line, "snoozed", {"until": until}, by, now)
    return made


@transaction.atomic
def wake(*, line: Line, by: User, now: datetime) -> None:
    """It stands under Today again. Raises NoLongerThere when somebody was faster."""
    if not Snooze.objects.filter(line=line.key, ended_at=None).update(ended_at=now):
        raise NoLongerThere("This is awake already.")
    _record_line(line, "woken", {}, by, now)


def _record_line(line: Line, what: str, facts: dict[str, Any], by: User, now: datetime) -> None:
    """On the line's own record, so that it stands in his history."""
    kind, _, record_name = line.key.partition(":")
    record(by=by, now=now, verb=f"line.{what}", on=record_name or kind, facts={"line": kind, **facts})
