import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge(task: str) -> None:
    """After the commit, ask a worker to run `task` now. Nothing rests on it: within a minute the beat asks anyway."""
    transaction.on_commit(partial(_send, task), robust=True)


def _send(task: str) -> None:
    try:
        current_app.send_task(task, expires=55, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("nudge %s: broker not reached (%s)", task, type(error).__name__)
