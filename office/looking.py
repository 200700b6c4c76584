"""Who looked at whom: a look is an event, like a change."""

from django.db import models
from django.http import HttpRequest

from accounts.models import User
from audit.actions import record
from core import clock
from office.subjects import man


def looked_at(request: HttpRequest, seen: models.Model) -> None:
    """Written before anything is shown. A record that is about nobody may be looked at freely."""
    if man(seen) is not None:
        assert isinstance(request.user, User), "the office lets nobody else in"
        noun = "person" if man(seen) == seen else str(seen._meta.model_name)
        record(by=request.user, now=clock.now(), verb=f"{noun}.looked_at", on=seen)
