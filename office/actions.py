"""What the beat asks for each minute, done once, one after the other; and what is done with a line of Today."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from audit.actions import record, seal
from backups.ledgers import keep_ledger
from core.heartbeat import beating
from core.jobs import Part, do_each
from core.refusal import Refusal
from courts.actions import jobs as courts_jobs
from courts.actions.rounds import look_round
from messaging.actions import send_due, sweep, tend
from office import digest
from office.handed import Seen, seen_now
from office.models import Assignment, Snooze
from office.today import Line, sleeps_at_most
from office.words import day
from outcomes.actions import jobs as outcomes_jobs
from participants.twice import compare_newcomers
from programs.actions import jobs as programs_jobs
from programs.actions.rounds import reassess_due
from records.actions import retention


def tick(*, now: datetime) -> dict[str, int]:
    """How much of each was done. Leases and heartbeats go by the real clock, whatever `now` says."""
    return {
        **_beat("participants.compare", {"alike": compare_newcomers}, now),
        **_beat("programs.reassess", {"reassessed": reassess_due}, now),
        **_beat("courts.propose", {"proposed": look_round}, now),
        **_beat("programs.plan", programs_jobs.PLAN, now),
        **_beat("courts.plan", courts_jobs.PLAN, now),
        **_beat("courts.lists", courts_jobs.LISTS, now),
        **_beat("office.plan", digest.PLAN, now),
        **_beat("records.plan", retention.PLAN, now),
        **_beat("outcomes.plan", outcomes_jobs.PLAN, now),
        **_beat("courts.deliver", courts_jobs.DELIVER, now),
        **_beat("messaging.sweep", {"taken_back": sweep}, now),
        **_beat("messaging.tend", {"tended": tend}, now),
        **_send(now),
        **_beat("backups.keep_ledger", {"keys_told": keep_ledger}, now),
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


class ChangedMeanwhile(Refusal):
    def __init__(self) -> None:
        super().__init__("Somebody else was at this line meanwhile. Look at it, then press the button again.")


@transaction.atomic
def hand(*, line: Line, to: User | None, seen: Seen | None = None, by: User, now: datetime) -> Assignment | None:
    """Whose line of Today it is from now on; None: anybody's.

    `seen`: how it stood on the page of whoever says so; None: nobody looked. Raises ChangedMeanwhile.
    """
    stood = Assignment.objects.filter(line=line.key, ended_at=None).first()
    if (stood.to_id if stood else None) == (to.pk if to else None):
        return stood  # sent twice, or two who meant the same
    stands = _stands_as(line, seen)
    with _nobody_faster():
        _end(Assignment.objects.filter(line=line.key, ended_at=None), stands.to, now)
        made = Assignment.objects.create(line=line.key, to=to, at=now, by=by) if to else None
    _record_line(line.key, "given" if to else "given_back", {"to": to.pk} if to else {}, by, now)
    return made


@transaction.atomic
def give_all_back(*, of: User, by: User, now: datetime) -> int:
    """What stood in somebody's hands is anybody's again: nobody else's own list would show it. How many."""
    held = list(Assignment.objects.select_for_update().filter(to=of, ended_at=None).order_by("pk"))
    Assignment.objects.filter(pk__in=[one.pk for one in held]).update(ended_at=now)
    for one in held:
        _record_line(one.line, "given_back", {}, by, now)
    return len(held)


@transaction.atomic
def snooze(
    *, line: Line, until: date, why: str, today: date, seen: Seen | None = None, by: User, now: datetime
) -> Snooze:
    """It stands aside until that day, and comes back by itself. Raises SleepsTooLong, ChangedMeanwhile."""
    same = Snooze.objects.filter(line=line.key, ended_at=None, until=until, why=why, by=by).first()
    if same is not None:
        return same  # sent twice
    stands = _stands_as(line, seen)
    last = sleeps_at_most(line, today)
    if last is None:
        raise SleepsTooLong("This is due by now: it can't wait. Do it, or give it to somebody.")
    if not today < until <= last:
        raise SleepsTooLong(f"Choose a day after today, and no later than {day(last)}.")
    with _nobody_faster():
        _end(Snooze.objects.filter(line=line.key, ended_at=None), stands.sleep, now)
        made = Snooze.objects.create(line=line.key, until=until, why=why, at=now, by=by)
    _record_line(line.key, "snoozed", {"until": until}, by, now)
    return made


@transaction.atomic
def wake(*, line: Line, seen: Seen | None = None, by: User, now: datetime) -> None:
    """It stands under Today again. Raises NoLongerThere when somebody was faster; ChangedMeanwhile."""
    if seen_now(line.key).sleep is not None:
        _stands_as(line, seen)
    if not Snooze.objects.filter(line=line.key, ended_at=None).update(ended_at=now):
        raise NoLongerThere("This is awake already.")
    _record_line(line.key, "woken", {}, by, now)


def _stands_as(line: Line, seen: Seen | None) -> Seen:
    stands = seen_now(line.key)
    if seen is not None and seen != stands:
        raise ChangedMeanwhile
    return stands


@contextmanager
def _nobody_faster() -> Iterator[None]:
    """Of two at the same moment the database lets one be first."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise ChangedMeanwhile from None


def _end(open_ones: QuerySet[Any], stood: int | None, now: datetime) -> None:
    """What stood there when one looked a moment ago, and nothing newer."""
    if stood is not None and not open_ones.update(ended_at=now):
        raise ChangedMeanwhile


def _record_line(key: str, what: str, facts: dict[str, Any], by: User, now: datetime) -> None:
    """On the line's own record, so that it stands in his history."""
    kind, _, record_name = key.partition(":")
    record(by=by, now=now, verb=f"line.{what}", on=record_name or kind, facts={"line": kind, **facts})
