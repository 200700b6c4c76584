"""Production's settings, with minutes made seconds: the beat asks twice a second, a lease is short."""

import os

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "faults"]  # noqa: F405
TEXT_GATEWAY = "faults.gateway.Recorded"
# Under a fifth of the lease, as in production.
EMAIL_TIMEOUT = MESSAGE_LEASE_SECONDS / 6  # noqa: F405
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": 0.5, "options": {"expires": 5}}
    for name in ("courts.plan", "messaging.send_due", "messaging.sweep")
}
# Each worker beats, each a schedule of its own: two beats at once are one of the faults.
CELERY_BEAT_SCHEDULE_FILENAME = os.environ.get("FAULTS_BEAT", CELERY_BEAT_SCHEDULE_FILENAME)  # noqa: F405
