"""Celery's composition root. A task says "look at the rows now"; what is due stands in the rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("onus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
