from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as loaded
from django.db import OperationalError, connection
from django.test import Client

from core import health
from core.models import Heartbeat
from tests.factories.core import HeartbeatFactory

pytestmark = pytest.mark.django_db
JOBS = sorted(loaded.CELERY_BEAT_SCHEDULE)
PUBLIC = "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.fixture(autouse=True)
def _long_running(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(health, "_started", now - timedelta(days=1))
    monkeypatch.setattr(health, "_migrated", False)


def beat(now: datetime, *, ago: timedelta, jobs: list[str] = JOBS, **others: Any) -> None:
    for job in jobs:
        HeartbeatFactory(job=job, began_at=now - ago, came_through_at=now - ago, **others)


def answer(client: Client, path: str) -> tuple[int, dict[str, Any]]:
    response = client.get(path)
    return response.status_code, response.json()


def unreachable(*args: Any, **kwargs: Any) -> None:
    raise OperationalError("connection to server at 10.1.2.3, user onus, failed")


def test_well_when_each_job_came_through_within_three_minutes(client: Client, now: datetime) -> None:
    beat(now, ago=timedelta(minutes=3))

    assert answer(client, "/healthz") == (200, {"status": "ok"})


def test_names_the_jobs_that_did_not(client: Client, now: datetime) -> None:
    beat(now, ago=timedelta(0), jobs=JOBS[:-2])
    beat(now, ago=timedelta(minutes=3, seconds=1), jobs=JOBS[-2:-1])

    assert answer(client, "/healthz") == (503, {"status": "stale", "stale": JOBS[-2:]})


def test_a_job_that_begins_and_never_comes_through_is_stale(client: Client, now: datetime) -> None:
    beat(now, ago=timedelta(0), jobs=JOBS[1:])
    HeartbeatFactory(job=JOBS[0], began_at=now, came_through_at=None, failure="Dorian Halloway")

    assert answer(client, "/healthz") == (503, {"status": "stale", "stale": JOBS[:1]})


def test_a_heartbeat_of_another_job_is_no_help(client: Client, now: datetime) -> None:
    beat(now, ago=timedelta(0), jobs=["a.job.of.yesterday"])

    assert answer(client, "/healthz") == (503, {"status": "stale", "stale": JOBS})


@pytest.mark.parametrize(
    ("running", "status"),
    [
        pytest.param(timedelta(0), 200, id="just started"),
        pytest.param(timedelta(minutes=2, seconds=59), 200, id="not yet three minutes"),
        pytest.param(timedelta(minutes=3), 503, id="three minutes"),
    ],
)
def test_waits_three_minutes_for_the_first_heartbeats(
    client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch, running: timedelta, status: int
) -> None:
    monkeypatch.setattr(health, "_started", now - running)
    said = {200: {"status": "starting", "waiting_for": JOBS}, 503: {"status": "stale", "stale": JOBS}}

    assert answer(client, "/healthz") == (status, said[status])


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        pytest.param(timedelta(hours=26), (200, {"status": "ok"}), id="last night's is there"),
        pytest.param(
            timedelta(hours=26, seconds=1), (503, {"status": "stale", "stale": ["backups.backup"]}), id="late"
        ),
        pytest.param(None, (503, {"status": "stale", "stale": ["backups.backup"]}), id="none came through"),
    ],
)
def test_a_night_without_a_backup(
    client: Client, now: datetime, ago: timedelta | None, expected: tuple[int, dict[str, Any]]
) -> None:
    beat(now, ago=timedelta(0))
    HeartbeatFactory(job="backups.backup", began_at=now, came_through_at=now - ago if ago else None)

    assert answer(client, "/healthz") == expected


def test_unwell_without_a_database_and_silent_about_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Heartbeat.objects, "filter", unreachable)

    assert answer(client, "/healthz") == (503, {"status": "stale", "stale": JOBS})


def test_ready(client: Client) -> None:
    assert answer(client, "/readyz") == (
        200,
        {"status": "ok", "database": "ok", "migrations": "ok", "guards": "ok", "broker": "ok"},
    )


def test_not_ready_without_a_database_and_silent_about_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MigrationExecutor", unreachable)

    assert answer(client, "/readyz") == (
        503,
        {"status": "not ready", "database": "not reached", "broker": "ok"},
    )


def test_not_ready_while_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'office' OR app = 'core'")

    status, said = answer(client, "/readyz")
    assert (status, said["migrations"]) == (503, "missing")


def test_not_ready_while_a_guard_is_missing(client: Client) -> None:
    on = ' ON "audit_event"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_event_no_update{on}")

    status, said = answer(client, "/readyz")
    assert (status, said["guards"]) == (503, "missing")


def test_ready_without_a_broker_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It only brings work forward: the rows are there for the next minute."""
    elsewhere = current_app.connection_for_write("redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app, "connection_for_write", lambda **_: elsewhere)

    status, said = answer(client, "/readyz")
    assert (status, said["status"], said["broker"]) == (200, "ok", "not reached")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_is_asked_anew_each_time_and_takes_nothing(client: Client, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == PUBLIC
    assert client.post(path).status_code == 405
    assert client.head(path).content == b""
