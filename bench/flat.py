"""A worker's memory over a hundred thousand messages: what it holds at their end, to what it held early on."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import postgres, sending
from bench.row import Row, at_most
from core import clock
from faults.recording import recording
from messaging.actions import send_due

COUNT = int(os.environ.get("BENCH_FLAT", "100000"))
EARLY = COUNT // 10
DATABASE = "onus_bench_flat"


def rows() -> list[Row]:
    with postgres.servers_at() as urls, recording() as recorder, TemporaryDirectory() as folder:
        env = sending.environment(urls, recorder, Path(folder))
        with postgres.process(env, DATABASE) as database:
            early, late = database.submit(held).result()
    name = f"worker: MB after {COUNT:,} messages, to after {EARLY:,}"
    return [at_most(1.05, name, ours=late, reference=early)]


def held() -> tuple[float, float]:
    """Megabytes resident."""
    sending.plan_all(COUNT)
    send(EARLY)
    early = resident()
    send(COUNT - EARLY)
    return early, resident()


def send(count: int) -> None:
    while count and (sent := send_due(now=clock.now(), limit=min(count, 2_000)).sent):
        count -= sent
    assert not count, "all of them went"


def resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
