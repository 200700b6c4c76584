from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.jobs import do_each
from core.nudge import nudge
from programs.actions import jobs, rounds


@shared_task(name="programs.plan")
def plan() -> None:
    with beating("programs.plan"):
        if any(do_each(jobs.PLAN, now=clock.now()).values()):
            nudge("messaging.send_due")


@shared_task(name="programs.reassess")
def reassess() -> None:
    with beating("programs.reassess"):
        if rounds.reassess_due(now=clock.now()):
            nudge("courts.propose")
