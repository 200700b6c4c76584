"""Treat Onus badly: `python -m faults [NAME…]` runs every fault, or those named, on PostgreSQL and Redis of its own.

`--sqlite`: on a SQLite file and the broker of folders, those that need no server. `--broken WAY`: Onus broken on
purpose, which must be found. `--quick`: fewer kills. Nothing leaves this machine.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from faults import recording, servers
from faults.tally import Tally
from tools.servers import HOST

if TYPE_CHECKING:
    from faults.house import House

# The nights last, as the only ones that send while no worker is there.
NAMES = (
    "kills",
    "whole_workers",
    "broker_lost",
    "database_lost",
    "mail_server",
    "beat_dead",
    "crowded",
    "withdrawn",
    "disk_full",
    "nights",
)
# Not "kills": without Redis, Celery's processes share a lock, and who is killed with it in hand takes it along: the
# worker stands still. docs/operations.md has threads there, and `whole_workers` kills those.
ON_SQLITE = ("whole_workers", "crowded", "mail_server", "withdrawn", "nights")
LAST_LINE = "faults: "
FEWER: dict[str, dict[str, float]] = {
    "kills": {"kills": 20, "mails": 300, "texts": 100, "delay": 0.1},
    "whole_workers": {"kills": 5, "mails": 150, "texts": 60},
}
# As `faults.broken` knows them, which needs Django; each with what of a tally must show it.
WAYS = {"mark-before-sending": "lost", "texts-go-again": "doubled_texts"}
# A way to break Onus shows where a kill falls into its moment: others are tried until it does, so many times.
ROUNDS = 6
SECRETS = {
    "ONUS_SECRET_KEY": "a-secret-that-only-the-faults-use-and-everybody-can-read",
    "ONUS_MASTER_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
    "ONUS_AUDIT_KEY": "an-audit-key-that-only-the-faults-use",
    "ONUS_FINGERPRINT_KEY": "a-fingerprint-key-that-only-the-faults-use",
}


@contextmanager
def house(*, sqlite: bool, broken: str) -> Iterator["House"]:
    """Migrated and empty; Django is set up in this process too."""
    with ExitStack() as stack:
        own_folder = tempfile.TemporaryDirectory(prefix="onus-faults-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(own_folder))
        recorder = stack.enter_context(recording.recording())
        postgres = None if sqlite else stack.enter_context(servers.own_postgres())
        redis = None if sqlite else stack.enter_context(servers.own_redis())
        own = {
            "DJANGO_SETTINGS_MODULE": "faults.settings",
            "DATABASE_URL": postgres.url if postgres else f"sqlite:///{folder / 'onus.sqlite3'}",
            "REDIS_URL": redis.url if redis else "",
            "ONUS_VAR": str(folder),
            "ONUS_ALLOWED_HOSTS": HOST,
            "ONUS_MESSAGE_LEASE_SECONDS": "30",
            "EMAIL_URL": f"smtp://{HOST}:{recorder.mail_port}",
            "FAULTS_WEB_PORT": str(recorder.web_port),
            "FAULTS_BROKEN": broken,
        }
        os.environ.pop("DEMO", None)
        os.environ.update(SECRETS | own)
        if postgres:
            postgres.make_database()
        yield _set_up(recorder, folder, postgres, redis)


def _set_up(
    recorder: recording.Recorder, folder: Path, postgres: servers.Postgres | None, redis: servers.Redis | None
) -> "House":
    import django

    django.setup()
    from django.core.management import call_command

    from faults.house import House

    call_command("migrate", verbosity=0)
    return House(recorder, folder, postgres, redis)


def main(arguments: list[str]) -> int:
    # The servers are taken down when somebody stops us politely, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = _asked(arguments)
    whole = Tally() if asked.names or asked.sqlite else _on_sqlite()
    with house(sqlite=asked.sqlite, broken=asked.broken) as treated:
        for name in asked.names or (ON_SQLITE if asked.sqlite else NAMES):
            how = FEWER.get(name, {}) if asked.quick or asked.sqlite else {}
            whole += _until_found(treated, name, asked.broken, how) if asked.broken else _run(treated, name, **how)
    print(f"{LAST_LINE}{whole}", flush=True)
    return 0 if whole.ok else 1


def _until_found(treated: "House", name: str, broken: str, how: dict[str, float]) -> Tally:
    whole = Tally()
    for number in range(ROUNDS):
        # The first as without it; then kills at other moments, over messages of their own.
        whole += _run(treated, name, **how, **({"more": number} if name == "kills" and number else {}))
        if getattr(whole, WAYS[broken]):
            break
    return whole


def _run(treated: "House", name: str, **how: float) -> Tally:
    began = time.monotonic()
    run: Callable[..., Tally] = import_module(f"faults.{name}").run
    treated.recorder.behave(mail="good", text="good", delay=0)
    try:
        found = run(treated, **how)
    except Exception as error:  # whatever it is: the others are tried, and the last line says that all is not well
        traceback.print_exc()
        found = Tally(wrong=(f"it broke off: {type(error).__name__}",))
    print(f"{name}: {found} ({time.monotonic() - began:.0f} s)", flush=True)
    for sentence in found.wrong[:9]:
        print(f"  WRONG: {sentence}", flush=True)
    return found


def _on_sqlite() -> Tally:
    """In a process of its own, as Django is set up once."""
    print("on SQLite and the broker of folders:", flush=True)
    command = [sys.executable, "-m", "faults", "--sqlite"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout, "it is a pipe"
        lines = [_told(line.rstrip()) for line in process.stdout]
    if not lines or not lines[-1].startswith(LAST_LINE):
        return Tally(wrong=("on SQLite it broke off",))
    read = Tally.read(lines[-1].removeprefix(LAST_LINE))
    return read if process.returncode == 0 else read + Tally(wrong=("on SQLite something was wrong",))


def _told(line: str) -> str:
    print(f"  {line}", flush=True)
    return line


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--broken", default="", choices=["", *WAYS], metavar="WAY", help=", ".join(WAYS))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
