"""Celery's composition root. A task says "look at the rows now"; what is due stands in the rows."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("onus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_to_our_logs(**_: Any) -> None:
    """While somebody listens here, Celery sets up no handlers of its own."""
    from django.conf import settings

    from core.logs import configure

    configure(settings.LOGGING)


@worker_init.connect
@beat_init.connect
def refuse_to_start_unless_sound(**_: Any) -> None:
    from core.checks import refuse_unless_sound

    try:
        refuse_unless_sound()
    except ImproperlyConfigured as wrong:
        # Celery logs an exception of a signal's receiver and goes on.
        sys.exit(str(wrong))
