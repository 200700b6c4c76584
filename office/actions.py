"""What the beat asks for each minute, done once, one after the other."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from audit.actions import seal
from core.heartbeat import beating
from courts.actions.alerts import plan_alerts
from courts.actions.deliveries import deliver_queued
from courts.actions.rounds import look_round
from messaging.actions import send_due, sweep
from programs.actions.feeds import end_orphaned
from programs.actions.reminders import plan_reminders
from programs.actions.rounds import reassess_due


def tick(*, now: datetime) -> dict[str, int]:
    """How much of each was done. Leases and heartbeats go by the real clock, whatever `now` says."""
    return {
        "reassessed": _beat("programs.reassess", reassess_due, now),
        "proposed": _beat("courts.propose", look_round, now),
        "feeds_ended": _beat("programs.plan", end_orphaned, now),
        "reminders": _beat("programs.plan", plan_reminders, now),
        "alerts": _beat("courts.plan", plan_alerts, now),
        "delivered": _beat("courts.deliver", deliver_queued, now),
        "taken_back": _beat("messaging.sweep", sweep, now),
        **_send(now),
        "sealed": _beat("audit.seal", _seal, now),
    }


def _beat(job: str, action: Callable[..., int], now: datetime) -> int:
    with beating(job):
        return action(now=now)


def _send(now: datetime) -> dict[str, int]:
    with beating("messaging.send_due"):
        return asdict(send_due(now=now))


def _seal(*, now: datetime) -> int:
    made = seal(now=now)
    return made.events if made else 0
