"""Whoever has an evening's roster open isn't signed out in the midst of it."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.staying import stay_until
from programs.models import Session

# Who prepares the evening has it open from then on.
BEFORE = timedelta(hours=3)
AFTER = timedelta(hours=1)


def stay_for(request: HttpRequest, session: Session, now: datetime) -> None:
    """Until an hour after its planned end; a roster of another evening keeps nobody signed in."""
    until = session.ends_at + AFTER
    if session.starts_at - BEFORE <= now < until:
        stay_until(request, until)
