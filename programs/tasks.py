from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.nudge import nudge
from programs.actions import reminders


@shared_task(name="programs.plan")
def plan() -> None:
    with beating("programs.plan"):
        if reminders.plan_reminders(now=clock.now()):
            nudge("messaging.send_due")
