import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import Celery, current_app
from django.db import transaction
from kombu.simple import SimpleQueue

from config.celery import app
from core.nudge import nudge


@pytest.fixture
def asked() -> Iterator[Callable[[], list[str]]]:
    """Reads, from the broker itself, the tasks that a worker was asked for."""
    with current_app.connection_for_write() as connection:
        queue = connection.SimpleQueue(app.conf.task_default_queue)
        queue.clear()
        yield lambda: list(waiting(queue))
        queue.clear()
        queue.close()


def waiting(queue: SimpleQueue) -> Iterator[str]:
    while True:
        try:
            message = queue.get(block=False)
        except Empty:
            return
        message.ack()
        yield message.headers["task"]


@contextmanager
def other_broker(**settings: Any) -> Iterator[None]:
    other = Celery("elsewhere")
    other.conf.update(settings)
    other.set_current()
    try:
        yield
    finally:
        app.set_current()
        other.close()


def roll_back() -> None:
    nudge("messaging.send_due")
    raise LookupError


@pytest.mark.django_db(transaction=True)
def test_asks_for_the_task(asked: Callable[[], list[str]]) -> None:
    nudge("messaging.send_due")

    assert asked() == ["messaging.send_due"]


@pytest.mark.django_db(transaction=True)
def test_asks_after_the_commit_only(asked: Callable[[], list[str]]) -> None:
    with transaction.atomic():
        nudge("messaging.send_due")
        during = asked()

    assert during == []
    assert asked() == ["messaging.send_due"]


@pytest.mark.django_db(transaction=True)
def test_asks_for_nothing_after_a_rollback(asked: Callable[[], list[str]]) -> None:
    with pytest.raises(LookupError), transaction.atomic():
        roll_back()

    assert asked() == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_costs_a_warning_only(caplog: pytest.LogCaptureFixture) -> None:
    down = "redis://127.0.0.1:1/0"

    with other_broker(broker_url=down), transaction.atomic():
        nudge("messaging.send_due")

    told = [(record.name, record.levelno, record.getMessage()) for record in caplog.records]
    assert told == [("core.nudge", logging.WARNING, "nudge messaging.send_due: broker not reached (OperationalError)")]


@pytest.mark.django_db(transaction=True)
def test_a_full_or_vanished_disk_costs_a_warning_only(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    folders = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(tmp_path)}

    with other_broker(broker_url="filesystem://", broker_transport_options=folders):
        nudge("messaging.send_due")
        shutil.rmtree(folder)
        nudge("messaging.send_due")

    told = [record.levelno for record in caplog.records if record.name in ("core.nudge", "django.db.backends.base")]
    assert told == [logging.WARNING]
