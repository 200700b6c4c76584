from celery import shared_task

from core import clock
from core.heartbeat import beating
from participants.twice import compare_newcomers


@shared_task(name="participants.compare")
def compare() -> None:
    with beating("participants.compare"):
        compare_newcomers(now=clock.now())
