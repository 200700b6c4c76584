from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.nudge import nudge
from courts.actions import alerts


@shared_task(name="courts.plan")
def plan() -> None:
    with beating("courts.plan"):
        if alerts.plan_alerts(now=clock.now()):
            nudge("messaging.send_due")
