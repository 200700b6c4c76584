from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error

from core import clock
from core.models import Heartbeat


@contextmanager
def beating(job: str) -> Iterator[None]:
    """Note that `job` began, and that it came through or by what it failed; by the real clock, always."""
    Heartbeat.objects.update_or_create(job=job, defaults={"began_at": clock.now()})
    try:
        yield
    except Exception as error:
        # A database that is away can't be told so; what it was must be heard all the same.
        with suppress(Error):
            Heartbeat.objects.filter(job=job).update(failure=type(error).__name__)
        raise
    Heartbeat.objects.filter(job=job).update(came_through_at=clock.now(), failure="")
