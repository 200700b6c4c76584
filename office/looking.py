"""Who looked at whom: a look is an event, like a change."""

from django.db import models
from django.http import HttpRequest

from accounts.models import User
from audit.actions import record
from core import clock
from office.subjects import MAN, man
from participants.models import Participant


def looked_at(request: HttpRequest, seen: models.Model) -> None:
    """Written before anything is shown. A record that is about nobody may be looked at freely."""
    if man(seen) is not None:
        assert isinstance(request.user, User), "the office lets nobody else in"
        noun = "person" if man(seen) == seen else str(seen._meta.model_name)
        record(by=request.user, now=clock.now(), verb=f"{noun}.looked_at", on=seen)


def looked_through(request: HttpRequest, model: type[models.Model]) -> None:
    """A list of what is about people: that it was read, and whether somebody was searched for; never for whom."""
    if model in MAN or model is Participant:
        assert isinstance(request.user, User), "the office lets nobody else in"
        facts = {"list": model._meta.label_lower, "searched": bool(request.GET.get("q"))}
        record(by=request.user, now=clock.now(), verb="list.shown", on=request.user, facts=facts)
