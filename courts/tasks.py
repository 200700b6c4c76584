from celery import shared_task

from core import clock
from core.heartbeat import beating
from core.nudge import nudge
from courts.actions import alerts, deliveries, looks, mailing, rounds


@shared_task(name="courts.plan")
def plan() -> None:
    with beating("courts.plan"):
        now = clock.now()
        if alerts.plan_alerts(now=now) + looks.plan_lists(now=now):
            nudge("messaging.send_due")


@shared_task(name="courts.propose")
def propose() -> None:
    with beating("courts.propose"):
        rounds.look_round(now=clock.now())


@shared_task(name="courts.deliver")
def deliver() -> None:
    with beating("courts.deliver"):
        now = clock.now()
        if deliveries.deliver_queued(now=now) + mailing.mail_queued(now=now):
            nudge("messaging.send_due")
        mailing.settle_mailed(now=now)
