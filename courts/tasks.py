from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.jobs import do_each
from core.nudge import nudge
from courts.actions import jobs, rounds


@shared_task(name="courts.plan")
def plan() -> None:
    with beating("courts.plan"):
        if any(do_each(jobs.PLAN, now=clock.now()).values()):
            nudge("messaging.send_due")


@shared_task(name="courts.propose")
def propose() -> None:
    with beating("courts.propose"):
        rounds.look_round(now=clock.now())


@shared_task(name="courts.lists")
def lists() -> None:
    with beating("courts.lists"):
        do_each(jobs.LISTS, now=clock.now())


@shared_task(name="courts.deliver")
def deliver() -> None:
    with beating("courts.deliver"):
        if any(do_each(jobs.DELIVER, now=clock.now()).values()):
            nudge("messaging.send_due")
