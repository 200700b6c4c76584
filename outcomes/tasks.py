from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.jobs import do_each
from core.nudge import nudge
from outcomes.actions import jobs


@shared_task(name="outcomes.plan")
def plan() -> None:
    with beating("outcomes.plan"):
        if do_each(jobs.PLAN, now=clock.now())["questions_asked"]:
            nudge("messaging.send_due")
