import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import current_app
from django.conf import settings as configured
from django.db import connection
from pytest_django import Settings

from core.models import Heartbeat
from core.nudge import nudge
from messaging import tasks
from messaging.actions import Planned, plan
from messaging.models import Channel, Message, State
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory, DeliveryFactory
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import Greeting
from tests.messaging.mail_servers import Good, serving


@pytest.mark.parametrize("task", [tasks.send_due, tasks.sweep], ids=lambda task: task.name)
def test_the_beat_asks_for_each_by_its_name(task: object):
    assert task.name in configured.CELERY_BEAT_SCHEDULE  # type: ignore[attr-defined]


@pytest.mark.both_columns
def test_every_name_that_the_beat_asks_for_is_a_task():
    current_app.loader.import_default_modules()

    asked = {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}

    assert asked <= set(current_app.tasks)


@pytest.mark.django_db
def test_sends_by_the_real_clock_and_beats(greeting: Greeting, mailoutbox: list[object]):
    MessageFactory.create()

    tasks.send_due()

    assert len(mailoutbox) == 1
    assert Heartbeat.objects.get(job="messaging.send_due").came_through_at is not None


@pytest.mark.django_db
def test_sweeps_by_the_real_clock_and_beats():
    MessageFactory.create(state=State.SENDING, claim="1" * 32, lease_until=NOW)

    tasks.sweep()

    assert Message.objects.get().state == State.QUEUED
    assert Heartbeat.objects.get(job="messaging.sweep").came_through_at is not None


@pytest.mark.django_db
def test_a_failure_is_told_by_its_type(monkeypatch: pytest.MonkeyPatch):
    def fail(**_: object) -> None:
        raise OSError("somebody@private.example")

    monkeypatch.setattr("messaging.actions.send_due", fail)

    with pytest.raises(OSError, match="private"):
        tasks.send_due()

    assert Heartbeat.objects.get(job="messaging.send_due").failure == "OSError"


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_after_a_nudge(tmp_path: Path, settings: Settings):
    """A process of its own, over this column's own broker and database."""
    delivery = DeliveryFactory.create(channel="portal", state="sent", sent_at=NOW)
    clerk = ClerkshipFactory.create(court=delivery.document.report.referral.court, user__email="clerk@court.example")

    with serving(server := Good()) as port, worker(port, tmp_path / "log"):
        planned = Planned(
            key="report_waiting:1",
            kind="report_waiting",
            channel=Channel.EMAIL,
            about=f"courts.Delivery:{delivery.pk}",
            user_id=clerk.user_id,
            due_at=NOW,
        )
        assert plan([planned], now=NOW) == 1
        nudge("messaging.send_due")
        wait_until_sent(tmp_path / "log")

    assert [mail["To"] for mail in server.mails] == ["clerk@court.example"]


@contextmanager
def worker(port: int, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads", "-c", "2"]
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=surroundings, stdout=output, stderr=output) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def database_url() -> str:
    """The test's own database, for another process."""
    s = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{s['NAME']}"
    password = f":{quote(s['PASSWORD'])}" if s["PASSWORD"] else ""
    return f"postgres://{s['USER']}{password}@{s['HOST']}:{s['PORT'] or 5432}/{s['NAME']}"


def wait_until_sent(log: Path) -> None:
    until = time.monotonic() + 40
    while Message.objects.exclude(state=State.SENT).exists():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
