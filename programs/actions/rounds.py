"""Each night everyone is looked at again: days pass, seats fill up, and nobody taps anything.

Many are looked up together; whoever is found to have changed is looked at once more, alone and under his lock.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from accounts.actors import Task
from audit.actions import record_all
from core.models import Heartbeat
from programs.actions.many import AT_ONCE, Pool, findings, written_down
from programs.actions.standing import current_marks, look_again
from programs.models import Enrollment, Program

logger = logging.getLogger(__name__)

BY = Task("programs.reassess")
# By the clock on the program's wall; no night skips this hour, and none has it twice.
NIGHT = time(3)
# A worker that died holds up its program for no longer.
GIVEN_UP_AFTER = timedelta(hours=1)
NEVER = ()


def reassess_due(*, now: datetime) -> int:
    """Of each program whose night has come since the last round; how many were found to have changed.

    After an outage one round makes up for all the nights. A program that fails doesn't hold up the others, and is
    taken up again after a while; the first failure is raised at last.
    """
    changed, failures = 0, []
    rounds = dict(Heartbeat.objects.filter(job__startswith=f"{BY.name}:").values_list("job", "came_through_at"))
    for program in Program.objects.order_by("pk"):
        last = rounds.get(_job(program))
        if (last is None or last < last_night(now, program.zone)) and _claimed(program, now):
            try:
                changed += reassess_program(program, now=now)
            except Exception as error:
                Heartbeat.objects.filter(job=_job(program)).update(failure=type(error).__name__)
                failures.append(error)
            else:
                Heartbeat.objects.filter(job=_job(program)).update(came_through_at=now, failure="")
    if failures:
        raise failures[0]
    return changed


def last_night(now: datetime, zone: ZoneInfo) -> datetime:
    """When the newest night's round fell due."""
    local = now.astimezone(zone)
    day = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    return datetime.combine(day, NIGHT, zone)


def _job(program: Program) -> str:
    return f"{BY.name}:{program.pk}"


def _claimed(program: Program, now: datetime) -> bool:
    """Of two workers one makes the round: the row is taken by a conditional update, or by being the first."""
    row, new = Heartbeat.objects.get_or_create(job=_job(program), defaults={"began_at": now})
    over = Q(came_through_at__gte=F("began_at")) | Q(began_at__lte=now - GIVEN_UP_AFTER)
    return new or bool(Heartbeat.objects.filter(over, pk=row.pk, began_at=row.began_at).update(began_at=now))


def reassess_program(program: Program, *, now: datetime) -> int:
    """Everyone whose enrollment there is open; how many were found to have changed."""
    pool = Pool(program, now.astimezone(program.zone).date())
    changed, failures = 0, []
    for pk in _outdated(pool):
        try:
            changed += _look_again(pk, now)
        except Exception as error:
            logger.error("reassess enrollment %s: %s", pk, type(error).__name__)
            failures.append(error)
    if failures:
        raise failures[0]
    return changed


def _outdated(pool: Pool) -> Iterator[int]:
    """Those of whom something else is known now than was written down."""
    last = 0
    while men := list(pool.men().filter(pk__gt=last)[:AT_ONCE]):
        last = men[-1].pk
        found, written = findings(men, pool), written_down(men)
        for man in men:
            if man.pk in found and found[man.pk] != written.get(man.pk, NEVER):
                yield man.pk


@transaction.atomic
def _look_again(pk: int, now: datetime) -> bool:
    men = Enrollment.objects.open().select_for_update(of=("self",)).select_related("participant", "program")
    man = men.filter(pk=pk).first()
    if man is None:
        return False
    _, events = look_again(man, current_marks(man), by=BY, now=now)
    record_all(events)
    return bool(events)
