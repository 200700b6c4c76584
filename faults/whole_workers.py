"""kill -9 of whole workers as production has them, with threads: all that one has in its hands at once is cut off."""

import random
import time

from faults.checking import check
from faults.house import AT_ONCE, House
from faults.kills import PATIENCE_SECONDS
from faults.tally import Tally

NAME, POOL = "whole_workers", "threads"
WORKERS, LEASE = 2, 2


def run(house: House, *, kills: int = 20, mails: int = 400, texts: int = 160, delay: float = 0.1) -> Tally:
    chance = random.Random(8)  # noqa: S311  moments, no secrets
    house.recorder.behave(delay=delay)
    house.due(NAME, mails=mails, texts=texts)
    done, before = 0, house.recorder.count()
    step = 0.9 * (mails + texts) / kills
    with house.working(workers=WORKERS, lease=LEASE, pool=POOL) as workers:
        for _ in house.while_waiting(NAME, patience=PATIENCE_SECONDS, every=0.02):
            if done >= kills:
                break
            if house.recorder.count() - before <= done * step:
                continue
            time.sleep(chance.random() * 0.1)
            # The one that has worked longest: its successor has hardly begun.
            house.stop(workers.pop(0))
            workers.append(house.worker(LEASE, POOL))
            done += 1
        house.recorder.behave(delay=0)
        house.wait_until_settled(NAME)
    in_hand = done * AT_ONCE[POOL]
    few = () if done == kills else (f"only {done} of {kills} kills fell while messages went out",)
    return check(house, NAME, kills=done, may_double=in_hand, may_list=in_hand) + Tally(wrong=few)
