from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.nudge import nudge
from office import digest


@shared_task(name="office.plan")
def plan() -> None:
    with beating("office.plan"):
        now = clock.now()
        if digest.plan_digests(now=now) + digest.plan_urgent(now=now):
            nudge("messaging.send_due")
