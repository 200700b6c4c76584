from celery import shared_task

from audit import actions
from core import clock
from core.heartbeat import beating


@shared_task(name="audit.seal")
def seal() -> None:
    with beating("audit.seal"):
        actions.seal(now=clock.now())
