from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.nudge import nudge
from programs.actions import calling, feeds, reminders, rounds


@shared_task(name="programs.plan")
def plan() -> None:
    with beating("programs.plan"):
        now = clock.now()
        feeds.end_orphaned(now=now)
        if reminders.plan_reminders(now=now) + calling.plan_calls(now=now):
            nudge("messaging.send_due")


@shared_task(name="programs.reassess")
def reassess() -> None:
    with beating("programs.reassess"):
        if rounds.reassess_due(now=clock.now()):
            nudge("courts.propose")
