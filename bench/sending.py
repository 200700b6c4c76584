"""Five thousand e-mails by two workers, to a minimal mail server in a process of its own, on PostgreSQL and Redis.

Beside a bare smtplib loop over one kept connection, django-post-office, and a Celery task a mail.
"""

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from bench import postgres
from bench.rivals.mails import ADDRESS, BODY, SUBJECT
from bench.row import Row, at_least
from core import clock
from faults.__main__ import SECRETS
from faults.recording import Recorder, recording
from messaging.actions import Planned, plan
from messaging.models import Channel
from tools.servers import HOST

COUNT = int(os.environ.get("BENCH_MAILS", "5000"))
DATABASE, OTHERS = "onus_bench_sending", "onus_bench_post_office"
QUEUE = "onus-bench-mails"
PATIENCE_SECONDS = 600


def rows() -> list[Row]:
    with postgres.servers_at() as urls, recording() as recorder, TemporaryDirectory() as folder:
        env = environment(urls, recorder, Path(folder))
        bare = _bare(recorder)
        with postgres.process(urls, DATABASE) as database:
            database.submit(plan_all, COUNT).result()
            ours = _rate(recorder, [_sender("ours", env, urls, DATABASE) for _ in range(2)])
        with postgres.process(urls, OTHERS) as database:
            database.submit(forget_all).result()
            other = _rate(recorder, [_sender("post_office", env, urls, OTHERS)])
        tasks = _task_a_mail(recorder, env)
    return [
        at_least(limit, f"sending {COUNT:,} mails: a second, {who}, to a bare smtplib loop", ours=rate, reference=bare)
        for who, rate, limit in (
            ("two workers", ours, 0.25),
            ("django-post-office", other, 0),
            ("a task a mail", tasks, 0),
        )
    ]


def environment(urls: dict[str, str], recorder: Recorder, folder: Path) -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if "DEMO" not in name}
    return {
        **here,
        **SECRETS,
        **urls,
        "DJANGO_SETTINGS_MODULE": "faults.settings",
        "ONUS_VAR": str(folder),
        "ONUS_LOG_LEVEL": "ERROR",
        "ONUS_MESSAGE_LEASE_SECONDS": "120",
        "EMAIL_URL": f"smtp://{HOST}:{recorder.mail_port}",
        "FAULTS_WEB_PORT": str(recorder.web_port),
        "BENCH_MAIL_PORT": str(recorder.mail_port),
        "BENCH_COUNT": str(COUNT),
        "BENCH_LOCK": str(folder / "lock"),
        "BENCH_QUEUE": QUEUE,
    }


# --- In the process with the database


def plan_all(count: int) -> None:
    due_at = clock.now() - timedelta(minutes=1)
    plan(
        (
            Planned(
                key=f"bench:{n}", kind="faults_notice", channel=Channel.EMAIL, about=ADDRESS.format(n), due_at=due_at
            )
            for n in range(count)
        ),
        now=due_at,
    )


def forget_all() -> None:
    """Another's tables come here."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


# --- Those who send


def _bare(recorder: Recorder) -> float:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = SUBJECT, ADDRESS.format(0), ADDRESS.format(1)
    mail.set_content(BODY)
    text = mail.as_string()
    with smtplib.SMTP(HOST, recorder.mail_port, timeout=10) as server:
        start = time.perf_counter()
        for number in range(COUNT):
            server.sendmail(ADDRESS.format(0), [ADDRESS.format(number)], text)
        return COUNT / (time.perf_counter() - start)


def _sender(who: str, env: dict[str, str], urls: dict[str, str], database: str) -> subprocess.Popen[str]:
    at = urlunsplit(urlsplit(urls["DATABASE_URL"])._replace(path=f"/{database}"))
    command = [sys.executable, "-m", "bench.rivals.senders", who]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=env | {"DATABASE_URL": at}, stdin=pipe, stdout=pipe, text=True)


def _rate(recorder: Recorder, senders: Sequence[subprocess.Popen[str]]) -> float:
    """Mails a second, from the first that arrives to the last; all are ready before one begins."""
    before = recorder.count()
    with ExitStack() as stack:
        for sender in senders:
            stack.enter_context(sender)
            assert sender.stdout, "it is a pipe"
            assert sender.stdout.readline() == "ready\n", "it begins"
        for sender in senders:
            assert sender.stdin, "it waits for us"
            sender.stdin.write("\n")
            sender.stdin.flush()
        return _measured(recorder, before)


def _measured(recorder: Recorder, before: int) -> float:
    end = time.monotonic() + PATIENCE_SECONDS
    while (begun := recorder.count()) == before:
        assert time.monotonic() < end, "nothing arrived"
        time.sleep(0.005)
    start = time.perf_counter()
    while recorder.count() < before + COUNT:
        assert time.monotonic() < end, f"{recorder.count() - before} of {COUNT} arrived"
        time.sleep(0.02)
    return (before + COUNT - begun) / (time.perf_counter() - start)


def _task_a_mail(recorder: Recorder, env: dict[str, str]) -> float:
    subprocess.run([sys.executable, "-m", "bench.rivals.task_a_mail"], env=env, check=True)
    before = recorder.count()
    with _celery(env):
        return _measured(recorder, before)


@contextmanager
def _celery(env: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "bench.rivals.task_a_mail", "worker", "-c", "2", "-l", "ERROR"]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as worker:
        try:
            yield
        finally:
            worker.terminate()
