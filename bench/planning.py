"""Planning a hundred thousand reminders: against a bare INSERT … SELECT of as many rows, on PostgreSQL."""

import os
import statistics
from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

from django.db import connection, transaction

from bench import postgres
from bench.row import Row, at_most
from core import clock
from messaging.actions import Planned, plan
from messaging.models import Channel, Message

COUNT = int(os.environ.get("BENCH_PLANNED", "100000"))
ROUNDS = 3
DATABASE = "onus_bench_planning"
# As many rows, as full, under the same indexes and constraints; made by the database out of nothing.
BARE = """
INSERT INTO messaging_message (
    key, kind, channel, about, language, planned_at, due_at, expires_at, try_at, state, reason, attempts, message_id,
    provider_id, address, subject, body, wording, said_hash, outcome, outcome_why
)
SELECT 'session_reminder:programs.Session:' || n || ':' || n || ':1790000000:1d:text', 'session_reminder', 'text',
    'programs.Session:' || n, 'en', %s, %s, %s, %s, 'queued', '', 0, '<' || md5(n::text) || '@notices.example.org>',
    '', '', '', '', 0, '', '', ''
FROM generate_series(1, %s) n
"""


def rows() -> list[Row]:
    with postgres.servers_at() as urls, postgres.process(urls, DATABASE) as database:
        ours, bare = database.submit(seconds).result()
    return [at_most(3, f"planning {COUNT:,} reminders: s, to a bare INSERT … SELECT", ours=ours, reference=bare)]


def seconds() -> tuple[float, float]:
    """Median of each, in turn, each into an empty table."""
    now = clock.now()
    pairs = [(_timed(planned, now), _timed(inserted, now)) for _ in range(ROUNDS)]
    return statistics.median(ours for ours, _ in pairs), statistics.median(bare for _, bare in pairs)


def _timed(job: Callable[[datetime], None], now: datetime) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {Message._meta.db_table} CASCADE")
    start = perf_counter()
    job(now)
    taken = perf_counter() - start
    assert Message.objects.count() == COUNT, "all of them are there"
    return taken


def planned(now: datetime) -> None:
    due_at = now + timedelta(days=1)
    plan(
        (
            Planned(
                key=f"session_reminder:programs.Session:{n}:{n}:{due_at.timestamp():.0f}:1d:text",
                kind="session_reminder",
                channel=Channel.TEXT,
                about=f"programs.Session:{n}",
                due_at=due_at,
                expires_at=due_at + timedelta(days=1),
            )
            for n in range(COUNT)
        ),
        now=now,
    )


@transaction.atomic
def inserted(now: datetime) -> None:
    due_at = now + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(BARE, [now, due_at, due_at + timedelta(days=1), due_at, COUNT])
