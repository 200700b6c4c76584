from collections.abc import Iterator
from contextlib import contextmanager

from core import clock
from core.models import Heartbeat


@contextmanager
def beating(job: str) -> Iterator[None]:
    """Note that `job` began, and that it came through or by what it failed; by the real clock, always."""
    Heartbeat.objects.update_or_create(job=job, defaults={"began_at": clock.now()})
    try:
        yield
    except Exception as error:
        Heartbeat.objects.filter(job=job).update(failure=type(error).__name__)
        raise
    Heartbeat.objects.filter(job=job).update(came_through_at=clock.now(), failure="")
