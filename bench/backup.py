"""A backup and a restore of a hundred thousand enrollments on PostgreSQL: no more memory than for ten thousand."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.conf import settings
from django.db import connection

from backups import stream
from backups.actions import back_up, restore
from bench import crowd, postgres
from bench.row import Row, at_most
from core import clock
from programs.models import Enrollment
from vault import ledger

MANY = int(os.environ.get("BENCH_BACKUP", "100000"))
FEW, RUNNING, LIMIT = MANY // 10, 4, 1.1


def rows() -> list[Row]:
    with postgres.servers_at() as urls:
        made_few, back_few = measured(urls, FEW)
        made_many, back_many = measured(urls, MANY)
    return [
        at_most(LIMIT, f"backup: MB at most for {MANY:,} enrollments, to {FEW:,}", ours=made_many, reference=made_few),
        at_most(LIMIT, f"restore: MB at most for {MANY:,} enrollments, to {FEW:,}", ours=back_many, reference=back_few),
    ]


def measured(urls: dict[str, str], enrollments: int) -> tuple[float, float]:
    """Megabytes: of the process that backs up, and of the one that restores; each has done nothing else."""
    source, target, key = "onus_bench_backup", "onus_bench_restore", stream.new_key()
    with TemporaryDirectory() as name, postgres.process(urls, source) as database:
        path = database.submit(filled, enrollments, Path(name)).result()
        with postgres.process(urls, target) as making:
            path, most = making.submit(made, source, key, path).result()
        with postgres.process(urls, target) as restoring:
            return most, restoring.submit(restored, path, key, enrollments).result()


def filled(enrollments: int, folder: Path) -> Path:
    start = perf_counter()
    print(f"filling a database with {enrollments:,} enrollments …", file=sys.stderr, flush=True)
    crowd.fill(enrollments=enrollments, running=RUNNING, now=clock.now())
    print(f"filled: {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return folder


def made(source: str, key: str, folder: Path) -> tuple[Path, float]:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = source
    settings.BACKUP_RECIPIENT, settings.KEY_LEDGER = stream.recipient_of(key), str(folder / "destroyed")
    ledger.tell(ledger.DESTROYED, [], now=clock.now())
    start = _begin()
    path = back_up(folder=folder, now=clock.now()).path
    print(f"backup: {path.stat().st_size:,} bytes in {perf_counter() - start:.1f} s", file=sys.stderr)
    connection.close()
    connection.settings_dict["NAME"] = own
    return path, _most()


def restored(path: Path, key: str, enrollments: int) -> float:
    with connection.cursor() as cursor:
        # An empty one, to the last function.
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    start = _begin()
    restore(path=path, key=key, ledger_path=path.parent / "destroyed", papers_to=path.parent, now=clock.now())
    print(f"restore: {perf_counter() - start:.1f} s", file=sys.stderr)
    assert Enrollment.objects.count() >= enrollments - crowd.TWELVE, "all of them"
    return _most()


def _begin() -> float:
    """Forget what it took to get here: the migrations hold more than either of these does."""
    Path("/proc/self/clear_refs").write_text("5")
    return perf_counter()


def _most() -> float:
    """Megabytes that this process held at once, at most, since it began."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
