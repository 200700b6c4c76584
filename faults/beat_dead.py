"""The beat was dead for three days, and comes again: what is due was dated then, the clock is the real one."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from core import clock
from courts.models import Deadline
from faults.checking import check
from faults.house import PATIENCE_SECONDS, House, rows
from faults.tally import Tally
from messaging.models import Message, State
from tests.factories.accounts import UserFactory
from tests.factories.courts import DeadlineFactory, ReferralFactory

NAME = "beat_dead"
DEAD = timedelta(days=3)
LATE = 2
NEVER_TOO_LATE, TOO_LATE, STILL_IN_TIME = 40, 30, 20


def run(house: House) -> Tally:
    now = clock.now()
    then = now - DEAD
    house.due(NAME, mails=NEVER_TOO_LATE, due_at=then)
    house.due(NAME, mails=TOO_LATE, due_at=then, expires_at=then + timedelta(days=1))
    house.due(NAME, texts=STILL_IN_TIME, due_at=then, expires_at=now + timedelta(hours=3))
    deadline, user = _overlooked(now)
    with house.working(workers=2):
        house.wait_until_settled(NAME)
        _wait_for_the_alert(user)
    found = check(house, NAME)
    missed = rows(NAME).filter(state=State.MISSED).count()
    wrong = [f"{missed} of {TOO_LATE} that came too late are listed as missed"] if missed != TOO_LATE else []
    return replace(found, wrong=(*found.wrong, *wrong, *_alerted(house, deadline, user)))


def _overlooked(now: datetime) -> tuple[Deadline, User]:
    """Its ladder had a rung the day before it, on it, and since: nobody looked."""
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    referral = ReferralFactory(court__time_zone="UTC")
    due_on = now.date() - timedelta(days=LATE)
    return DeadlineFactory(referral=referral, due_on=due_on, next_alert_on=due_on - timedelta(days=1)), coordinator


def _wait_for_the_alert(user: User) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and not Message.objects.filter(user=user, state=State.SENT).exists():
        time.sleep(0.3)
    # Another one would come with the next beats.
    time.sleep(3)


def _alerted(house: House, deadline: Deadline, user: User) -> list[str]:
    """Once, with the true number of days."""
    said = list(Message.objects.filter(user=user, about=f"courts.Deadline:{deadline.pk}"))
    came = [arrival for arrival in house.recorder.arrived() if arrival[1] == user.email]
    if len(said) != 1 or len(came) != 1:
        return [f"the overlooked deadline was alerted {len(came)} times, and stands in {len(said)} rows"]
    return [] if f"{LATE} days late" in said[0].body else [f"the alert says {said[0].body!r}"]
