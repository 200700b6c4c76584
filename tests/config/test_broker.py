"""What goes by the broker, which isn't encrypted: a task's name and its expiry. What is due stands in the rows."""

import inspect
import json
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from config.celery import app
from core.nudge import nudge


def ours() -> dict[str, Any]:
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}


@pytest.mark.pure
def test_no_task_takes_anything() -> None:
    asked_for = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert asked_for <= set(ours())
    assert [name for name, task in ours().items() if inspect.signature(task.run).parameters] == []


@pytest.mark.django_db(transaction=True)
def test_so_it_stands_in_the_broker() -> None:
    with current_app.connection_for_write() as connection:
        queue = connection.SimpleQueue(app.conf.task_default_queue)
        queue.clear()
        nudge("messaging.send_due")
        message = queue.get(block=True, timeout=5)
        message.ack()
        queue.close()

    assert message.content_type == "application/json"
    embedded = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    assert json.loads(message.body) == [[], {}, embedded]
    assert (message.headers["argsrepr"], message.headers["kwargsrepr"]) == ("()", "{}")
