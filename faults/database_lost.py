"""PostgreSQL crashes in the middle and comes again: what it said was committed still is."""

import time

from django.db import connection

from faults.checking import check
from faults.house import AT_ONCE, House
from faults.tally import Tally

TIMES, WORKERS, LEASE = 3, 2, 5


def run(house: House) -> Tally:
    assert house.postgres, "there is none on SQLite"
    house.recorder.behave(delay=0.01)
    house.due("database_lost", mails=900, texts=300)
    with house.working(workers=WORKERS, lease=LEASE):
        for _ in range(TIMES):
            time.sleep(4)
            house.postgres.crash()
            time.sleep(1)
            house.postgres.start()
            connection.close()
        house.wait_until_settled("database_lost")
    house.recorder.behave(delay=0)
    # Each process may have one message between sending and marking.
    in_hand = TIMES * WORKERS * AT_ONCE["prefork"]
    return check(house, "database_lost", kills=TIMES, may_double=in_hand, may_list=in_hand)
