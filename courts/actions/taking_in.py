"""The job that reads lists and takes them in: killed at any moment, it goes on where the last batch was committed.

A worker holds a lease, by the real clock. Each batch begins by asking whether the lease is still its own, and the
rows, the counts and how far it came are written in that batch's transaction: nothing comes in twice.
"""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

from django.db import OperationalError, transaction

from accounts.actors import Task
from audit.actions import record
from audit.models import Event
from core import clock
from core.nudge import nudge
from courts import lists, mapping
from courts.actions import imports
from courts.actions.previews import Preview
from courts.actions.uploads import State, held
from courts.headers import UnreadableList
from courts.lists import Joined
from courts.models import ListImport, ListUpload
from courts.rejected import RejectedText

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
# Then other work has its turn: it is asked to go on at once.
AT_WORK = timedelta(seconds=40)
BY = Task("courts.lists")
# Workers that die one after the other at the same place die of the file.
MOST_DEATHS = 3
READ_AT_ONCE = 1_000
STOPS = (
    f"It was begun {MOST_DEATHS} times, and stopped each time before it was done. Try again; where that doesn't help, "
    "send the list in smaller parts."
)
WENT_WRONG = "Something went wrong here; it is in the log. What came in so far is kept. Try again."


class LostLease(Exception):
    """Another worker has taken it over, or somebody threw it away."""


def work_on_lists(*, now: datetime) -> int:
    """How many were read or came in."""
    until = clock.now() + AT_WORK
    return sum(_work(pk, until, now) for pk in list(ListUpload.objects.waiting().values_list("pk", flat=True)))


def _work(pk: int, until: datetime, now: datetime) -> bool:
    lease = _claim(pk)
    if lease is None:
        return False
    work = _Work(pk, lease, until, now)
    if _kills(pk):
        work.fail(STOPS)
        return False
    try:
        return work.do()
    except LostLease:
        logger.info("list %s: another worker has it", pk)
    except UnreadableList as error:
        work.fail(str(error))
    except OperationalError as error:
        # The database is busy or away: when the lease is over, somebody takes it up.
        logger.warning("list %s: %s", pk, type(error).__name__)
    except Exception as error:
        logger.error("list %s: %s", pk, type(error).__name__)
        work.fail(WENT_WRONG)
    return False


@transaction.atomic
def _claim(pk: int) -> datetime | None:
    """Until when it is ours; None: somebody else is at it. Taken over from a worker that died, it is an event."""
    now = clock.now()
    until = now + LEASE
    waiting = ListUpload.objects.waiting().filter(pk=pk).order_by()
    if waiting.filter(leased_until__lt=now).update(leased_until=until):
        found = ListUpload.objects.light().get(pk=pk)
        record(by=BY, now=now, verb="list.taken_over", on=found, facts={"done": _kept_of(found)})
        return until
    return until if waiting.filter(leased_until=None).update(leased_until=until) else None


def _kept_of(found: ListUpload) -> int:
    """How far it stays done when a worker dies: reading begins anew each time."""
    return found.done if found.state == State.COMING_IN else 0


def _kills(pk: int) -> bool:
    """The last so many were taken over at this very place, and nothing else happened between."""
    found = ListUpload.objects.light().get(pk=pk)
    last = list(Event.objects.on(found).order_by("-id")[:MOST_DEATHS])
    died = [one for one in last if one.verb == "list.taken_over" and one.facts["done"] == _kept_of(found)]
    return len(died) == MOST_DEATHS


class _Work:
    def __init__(self, pk: int, lease: datetime, until: datetime, now: datetime) -> None:
        self.pk, self.lease, self.until, self.now = pk, lease, until, now

    def do(self) -> bool:
        upload = ListUpload.objects.select_related("key", "program", "court", "mapping").get(pk=self.pk)
        return self._take_in(upload) if upload.state == State.COMING_IN else self._read(upload)

    def fail(self, why: str) -> None:
        try:
            with self._mine() as found:
                found.state, found.why, found.leased_until = State.FAILED, why[:300], None
                found.changed_at = self.now
                found.save(update_fields=["state", "why", "leased_until", "changed_at"])
                record(by=BY, now=self.now, verb="list.failed", on=found)
        except LostLease:
            logger.info("list %s: another worker has it", self.pk)

    @contextmanager
    def _mine(self) -> Iterator[ListUpload]:
        """In a transaction that holds the row; the lease begins anew. Raises LostLease."""
        with transaction.atomic():
            locked = ListUpload.objects.select_related("key").select_for_update(of=("self",)).light()
            found = locked.filter(pk=self.pk, leased_until=self.lease).first()
            if found is None:
                raise LostLease
            renewed = clock.now() + LEASE
            found.leased_until = renewed
            yield found
        self.lease = found.leased_until or renewed

    # --- Looking

    def _read(self, upload: ListUpload) -> bool:
        """All of it, without writing a row: the preview."""
        preview, refused = Preview(), RejectedText()
        work = imports.Taking(upload.program, upload.court, None, BY, self.now, refused.refuse)
        for batch in imports.batches(_rows(upload)):
            preview.look_at(batch, work)
            with self._mine() as found:
                found.done = preview.counts.referrals
                found.save(update_fields=["done", "leased_until"])
        with self._mine() as found:
            found.preview, found.refused_rows = preview.as_json(), refused.after(None) or None
            found.state, found.total, found.leased_until = State.PREVIEWED, preview.counts.referrals, None
            found.changed_at = self.now
            found.save()
            record(by=BY, now=self.now, verb="list.read", on=found, facts={"referrals": preview.counts.referrals})
        return True

    # --- Taking in

    def _take_in(self, upload: ListUpload) -> bool:
        """From where the last batch was committed; False: its time is over, and it goes on soon."""
        made = ListImport.objects.select_related("by").get(upload=upload)
        # What stands in it was worked out by the clock of that moment: all batches of one list have one.
        by, at = made.by or BY, made.at
        rows = _rows(upload)
        self._pass_over(rows, upload.done)
        for batch in imports.batches(rows):
            with self._mine() as found:
                refused = RejectedText()
                work = imports.Taking(upload.program, upload.court, made, by, at, refused.refuse)
                made.refresh_from_db()
                imports.count_in(made, imports.take(batch, work))
                found.done += len(batch)
                found.save(update_fields=["done", "leased_until", *_append(found, refused)])
            # Only now: a long list is read for a while before one that goes on comes to where it stopped.
            if clock.now() > self.until:
                return self._pause()
        return self._finish(made)

    def _pass_over(self, rows: Iterator[Joined], count: int) -> None:
        """What came in before, without losing the lease over it."""
        for start in range(0, count, READ_AT_ONCE):
            deque(islice(rows, min(READ_AT_ONCE, count - start)), maxlen=0)
            if clock.now() > self.lease - LEASE / 2:
                with self._mine() as found:
                    found.save(update_fields=["leased_until"])

    def _pause(self) -> bool:
        with self._mine() as found:
            found.leased_until = None
            found.save(update_fields=["leased_until"])
            nudge("courts.lists")
        return False

    def _finish(self, made: ListImport) -> bool:
        with self._mine() as found:
            made.refresh_from_db()
            found.state, found.leased_until, found.changed_at = State.DONE, None, self.now
            found.preview = None
            found.save(update_fields=["state", "leased_until", "changed_at", "preview"])
            imports.came_in(made, by=made.by or BY, now=self.now)
        return True


def _append(found: ListUpload, refused: RejectedText) -> list[str]:
    """The columns that it changes: those refused before are read only where this batch refused some, too."""
    if not refused.rows:
        return []
    found.refused_rows = refused.after(bytes(found.refused_rows or b""))
    return ["refused_rows"]


def _rows(upload: ListUpload) -> Iterator[Joined]:
    """The same each time: who goes on counts them. Raises UnreadableList."""
    said = upload.mapping.columns if upload.mapping else None
    today = upload.uploaded_at.astimezone(upload.program.zone).date()
    place = held(bytes(upload.content or b""))
    rows = lists.read(place, today=today, columns=mapping.columns_of(said), sheet=upload.sheet)
    return lists.joined(rows)
