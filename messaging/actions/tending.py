from datetime import datetime

from messaging.actions.blanking import blank
from messaging.actions.outcomes import look_up_unknown


def tend(*, now: datetime) -> int:
    """What is to be done about messages that went: ask about those that may have, blank the old; how many."""
    return look_up_unknown(now=now) + blank(now=now)
