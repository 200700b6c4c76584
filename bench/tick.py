"""A minute's work when a million messages and deadlines lie behind it: against the same with ten thousand."""

import os
import statistics
from datetime import datetime, timedelta
from time import perf_counter

from django.db import connection

from bench import postgres
from bench.row import Row, at_most
from core import clock
from courts.models import Referral
from office.actions import tick
from tests.factories.courts import ReferralFactory

FEW = 10_000
MANY = int(os.environ.get("BENCH_OLD", "1000000"))
TICKS, REFERRALS = 15, 200
DATABASE = "onus_bench_tick"
MESSAGES = """
INSERT INTO messaging_message (
    key, kind, channel, about, language, planned_at, due_at, try_at, state, reason, attempts, message_id, provider_id,
    sent_at, address, subject, body, wording, said_hash, outcome, outcome_why, blanked_at
)
SELECT 'old:' || n, 'session_reminder', CASE n %% 3 WHEN 0 THEN 'email' ELSE 'text' END,
    'programs.Session:' || n / 12, 'en', at, at, at, CASE n %% 20 WHEN 0 THEN 'missed' ELSE 'sent' END, '', 1,
    '<' || md5(n::text) || '@notices.example.org>', CASE n %% 3 WHEN 0 THEN '' ELSE 'SM' || md5(n::text) END,
    CASE n %% 20 WHEN 0 THEN NULL ELSE at END, '', '', CASE WHEN {blanked} THEN '' ELSE 'Please call.' END, 0, '', '',
    '', CASE WHEN {blanked} THEN at + interval '90 days' END
FROM generate_series(%s::bigint, %s) n, LATERAL (SELECT %s::timestamptz - n * interval '1 minute' AS at) old
""".replace("{blanked}", "n >= 89 * 24 * 60")  # as the minutes before have left them: one comes to it each minute
DEADLINES = """
INSERT INTO courts_deadline (referral_id, kind, due_on, state, made_at, settled_at)
SELECT (%s::bigint[])[1 + n %% %s], 'report_due', %s::date - (n / 500)::int, 'met', %s, %s
FROM generate_series(%s::bigint, %s) n
"""


def rows() -> list[Row]:
    with postgres.servers_at() as urls, postgres.process(urls, DATABASE) as database:
        few = database.submit(seconds, 1, FEW).result()
        many = database.submit(seconds, FEW + 1, MANY).result()
    name = f"tick: ms with {MANY:,} old messages and deadlines, to {FEW:,}"
    return [at_most(1.2, name, ours=many * 1000, reference=few * 1000)]


def seconds(first: int, last: int) -> float:
    """Lay them from `first` to `last`, and take the median of some ticks; the first ones find something to do."""
    now = clock.now()
    lay(first, last, now)
    taken = []
    for _ in range(TICKS + 3):
        start = perf_counter()
        tick(now=clock.now())
        taken.append(perf_counter() - start)
    return statistics.median(taken[3:])


def lay(first: int, last: int, now: datetime) -> None:
    if not Referral.objects.exists():
        ReferralFactory.create_batch(REFERRALS)
    ids = list(Referral.objects.values_list("pk", flat=True))
    long_ago = now - timedelta(days=90)
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, [first, last, now - timedelta(days=1)])
        cursor.execute(DEADLINES, [ids, len(ids), long_ago.date(), long_ago, long_ago, first, last])
        cursor.execute("VACUUM ANALYZE")
