from datetime import datetime

from accounts.actors import Task
from courts.actions import deadlines, proposals, reports

BY = Task("courts.propose")


def look_round(*, now: datetime) -> int:
    """Each minute: settle what is over, then propose what follows from what programs found; how many were read."""
    deadlines.settle_past_hearings(by=BY, now=now)
    reports.void_abandoned(now=now)
    return proposals.propose_unread(now=now)
