from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.jobs import do_each
from records.actions import retention


@shared_task(name="records.plan")
def plan() -> None:
    with beating("records.plan"):
        do_each(retention.PLAN, now=clock.now())
