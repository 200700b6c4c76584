"""kill -9 of the worker at random moments while messages go out, with a lease of two seconds."""

import random
import subprocess
import time
from dataclasses import replace

from faults.checking import check
from faults.house import AT_ONCE, House, pids
from faults.servers import kill
from faults.tally import Tally

LEASE = 2
# On two quiet cores it takes a fraction.
PATIENCE_SECONDS = 20 * 60
# Of so many processes that send, one kill is of the whole worker, its parent with it.
WHOLE = 20


def run(
    house: House, *, kills: int = 200, mails: int = 1_500, texts: int = 500, delay: float = 0.02, more: int = 0
) -> Tally:
    """As many kills as were asked for, spread over the way of the messages. `more`: at other moments."""
    chance = random.Random(7 + more)  # noqa: S311  moments, no secrets
    name = f"kills_{more}" if more else "kills"
    # So slow a server that a good part of the kills falls between sending and marking.
    house.recorder.behave(delay=delay)
    house.due(name, mails=mails, texts=texts)
    done, before = 0, house.recorder.count()
    # A little faster than the messages go, so that some are left for the last kill.
    step = 0.9 * (mails + texts) / kills
    with house.working(workers=1, lease=LEASE) as workers:
        for _ in house.while_waiting(name, patience=PATIENCE_SECONDS, every=0.02):
            if done >= kills:
                break
            done += house.recorder.count() - before > done * step and _killed(house, workers, chance, done + 1)
    house.recorder.behave(delay=0)
    with house.working(workers=1, lease=LEASE):
        house.wait_until_settled(name)
    in_hand = done + done // WHOLE * (AT_ONCE["prefork"] - 1)
    found = check(house, name, kills=done, may_double=in_hand, may_list=in_hand)
    few = () if done == kills else (f"only {done} of {kills} kills fell while messages went out",)
    return replace(found, wrong=found.wrong + few)


def _killed(house: House, workers: list[subprocess.Popen[bytes]], chance: random.Random, number: int) -> bool:
    time.sleep(chance.random() * 0.05)
    if number % WHOLE == 0:
        house.stop(workers.pop())
        workers.append(house.worker(LEASE))
        return True
    victims = pids(workers)
    return bool(victims) and kill(chance.choice(victims))
