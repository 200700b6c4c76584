"""Redis is killed in the middle and comes again empty: the rows know what is due."""

import time

from faults.checking import check
from faults.house import House
from faults.tally import Tally

TIMES = 3


def run(house: House) -> Tally:
    assert house.redis, "there is none on SQLite"
    house.recorder.behave(delay=0.01)
    house.due("broker_lost", mails=600, texts=200)
    with house.working(workers=2):
        for _ in range(TIMES):
            time.sleep(3)
            house.redis.kill()
            time.sleep(1)
            house.redis.start()
            # Planned while everybody looks for the broker.
            house.due("broker_lost", mails=50, texts=50)
        house.wait_until_settled("broker_lost")
    house.recorder.behave(delay=0)
    return check(house, "broker_lost", kills=TIMES, may_list=0)
