"""Two beats and three workers at once: each message is in one worker's hands."""

from faults.checking import check
from faults.house import House
from faults.tally import Tally


def run(house: House) -> Tally:
    house.due("crowded", mails=900, texts=300)
    with house.working(workers=3, beats=2):
        house.wait_until_settled("crowded")
    return check(house, "crowded", may_list=0)
