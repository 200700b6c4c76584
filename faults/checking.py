from faults.house import House, rows
from faults.tally import Row, Tally, tally
from messaging.models import Message


def check(house: House, name: str, *, kills: int = 0, may_double: int = 0, may_list: int | None = None) -> Tally:
    """Look at the rows of a fault, once nobody works at them any more, and at what arrived."""
    there = [as_row(message) for message in rows(name).order_by("id")]
    found = tally(there, house.recorder.arrived(), kills=kills, may_double=may_double, may_list=may_list)
    # What was planned and has no row any more can't be looked for by its row.
    gone = house.planned[name] - len(there)
    return found + Tally(due=gone, lost=gone)


def as_row(message: Message) -> Row:
    # Of our kinds: what it is about is where it goes.
    return Row(message.about, message.channel, message.state, message.reason, message.message_id)
