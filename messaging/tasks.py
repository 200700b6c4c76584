from celery import shared_task

from core import clock
from core.heartbeat import beating
from messaging import actions


@shared_task(name="messaging.send_due")
def send_due() -> None:
    with beating("messaging.send_due"):
        actions.send_due(now=clock.now())


@shared_task(name="messaging.tend")
def tend() -> None:
    with beating("messaging.tend"):
        actions.tend(now=clock.now())
        actions.listen(now=clock.now())


@shared_task(name="messaging.sweep")
def sweep() -> None:
    with beating("messaging.sweep"):
        actions.sweep(now=clock.now())
