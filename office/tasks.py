from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.jobs import do_each
from core.nudge import nudge
from office import digest


@shared_task(name="office.plan")
def plan() -> None:
    with beating("office.plan"):
        if any(do_each(digest.PLAN, now=clock.now()).values()):
            nudge("messaging.send_due")
