"""The database's disk is full, and later has room again.

By a limit on the size of its files (RLIMIT_FSIZE), which needs no mount and no privilege: the table can't grow any
more, and PostgreSQL says so as it does of a full disk. What is not tried: its log (WAL) running out of room, which
stops the whole server; that is `database_lost`.
"""

import time

from django.db import Error, connection

from faults.checking import check
from faults.house import AT_ONCE, House, rows
from faults.tally import Tally
from messaging.models import State

NAME = "disk_full"
# The log's files have 16 MB each and must stay writable, so the table is to be larger.
FILLED_MB = 17
WORKERS, LEASE, FULL_SECONDS = 1, 5, 8
_FILL = """
INSERT INTO messaging_message (
    key, kind, channel, about, language, planned_at, due_at, try_at, state, reason, attempts, message_id, provider_id,
    sent_at, address, subject, body, wording, said_hash, outcome, outcome_why
)
SELECT 'filler:' || n, 'faults_notice', 'email', n::text, 'en', now(), now(), now(), 'sent', '', 1,
    '<filler' || n || '>', '', now(), '', '', repeat('Please call. ', 30), 0, '', '', ''
FROM generate_series(%s, %s) n
"""


def run(house: House) -> Tally:
    assert house.postgres, "SQLite's file is the test's own"
    house.recorder.behave(delay=0.02)
    _fill()
    house.due(NAME, mails=600, texts=200)
    with house.working(workers=WORKERS, lease=LEASE):
        while rows(NAME).filter(state=State.SENT).count() < 100:
            time.sleep(0.1)
        house.postgres.leave_room(_size())
        wrong = _refuses_to_grow()
        time.sleep(FULL_SECONDS)
        house.postgres.leave_room(None)
        house.wait_until_settled(NAME)
    house.recorder.behave(delay=0)
    # Each process may have had one message in hand that it could not mark, each time its lease ran out.
    in_hand = WORKERS * AT_ONCE["prefork"] * (FULL_SECONDS // LEASE + 1)
    return check(house, NAME, may_double=in_hand, may_list=in_hand) + Tally(wrong=wrong)


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('messaging_message')")
        (size,) = cursor.fetchone() or (0,)
    return int(size)


def _fill() -> None:
    number = 0
    while _size() < FILLED_MB * 2**20:
        with connection.cursor() as cursor:
            cursor.execute(_FILL, [number + 1, number + 5_000])
        number += 5_000


def _refuses_to_grow() -> tuple[str, ...]:
    """Else nothing was tried."""
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FILL, [10_000_001, 10_005_000])
    except Error:
        connection.close()
        return ()
    return ("the disk was not full",)
