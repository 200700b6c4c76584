"""What a load balancer and a monitor ask. Names of jobs and parts only: whoever asks has not signed in."""

from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock, immutable
from core.models import Heartbeat

# Each job runs every minute: one missed run is bad luck, three are not.
FRESH = timedelta(minutes=3)
# Each night, by the operator's own timer; asked about once there has been one.
BACKUP, BACKUP_FRESH = "backups.backup", timedelta(hours=26)
BROKER_PATIENCE_SECONDS = 2
_started = clock.now()
_migrated = False


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """503 names the jobs that have not come through lately; soon after the start they may still be on their way."""
    stale = stale_jobs()
    if stale and clock.now() - _started < FRESH:
        return JsonResponse({"status": "starting", "waiting_for": stale})
    if stale:
        return JsonResponse({"status": "stale", "stale": stale}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 unless pages can be served. Without the broker they can: it only brings work forward."""
    try:
        parts = {"database": "ok", "migrations": _migrations(), "guards": _guards()}
    except Error:
        parts = {"database": "not reached"}
    ready = set(parts.values()) == {"ok"}
    said = {"status": "ok" if ready else "not ready", **parts, "broker": _broker()}
    return JsonResponse(said, status=200 if ready else 503)


def stale_jobs() -> list[str]:
    """Jobs of the beat without a good run within FRESH, and the backup of the last night where it isn't there.

    All of the beat's when the database can't be asked.
    """
    jobs = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    try:
        fresh = Heartbeat.objects.filter(came_through_at__gte=clock.now() - FRESH)
        late = Heartbeat.objects.filter(job=BACKUP).exclude(came_through_at__gte=clock.now() - BACKUP_FRESH)
        return sorted(jobs - set(fresh.values_list("job", flat=True))) + list(late.values_list("job", flat=True))
    except Error:
        return sorted(jobs)


def _migrations() -> str:
    """Read from the disk until all are applied; what is applied then stays so while this process lives."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "missing"


def _guards() -> str:
    return "missing" if immutable.missing(connection) else "ok"


def _broker() -> str:
    timeouts = {"socket_connect_timeout": BROKER_PATIENCE_SECONDS, "socket_timeout": BROKER_PATIENCE_SECONDS}
    broker = current_app.connection_for_write(transport_options=timeouts if settings.REDIS_URL else {})
    try:
        broker.connect()
    except (OSError, *broker.connection_errors, *broker.channel_errors):
        return "not reached"
    finally:
        broker.release()
    return "ok"
