import zlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.origin import coming_from
from backups import databases
from backups.actions import Restored, finish, restore
from core import clock
from core.refusal import Refusal
from vault import ledger


class Command(BaseCommand):
    help = (
        "Restore a backup into the empty database that DATABASE_URL names, and destroy again whatever key was "
        "destroyed since. ONUS_BACKUP_KEY opens it."
    )
    # The tables that they ask for aren't there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, nargs="?", help="the backup")
        what.add_argument(
            "--finish", action="store_true", help="a restore that was stopped after the database was filled"
        )
        parser.add_argument(
            "--ledger",
            type=Path,
            default=Path(settings.KEY_LEDGER),
            help="the ledger of destroyed keys; ONUS_KEY_LEDGER",
        )
        parser.add_argument(
            "--papers-to", type=Path, default=Path(settings.VAR) / "restored", help="where certificates are put"
        )

    def handle(self, *args: Any, file: Path | None, ledger: Path, papers_to: Path, **options: Any) -> None:
        try:
            with coming_from("manage.py restore"):
                done = _restored(file, ledger, papers_to) if file else _finished(ledger)
        except Refusal as refused:
            raise CommandError(f"{refused} {_what_next()}") from None
        except (OSError, zlib.error) as error:
            raise CommandError(f"The backup could not be read: {error}. Nothing was restored.") from None
        self.stdout.write(f"Restored as it was at {done.made_at}.")
        self.stdout.write(f"{done.destroyed_again:,} keys that were destroyed since were destroyed again.")
        if done.unsure:
            self.stdout.write(
                f"Of {done.unsure:,} keys nobody knows whether they were destroyed: the machine stopped just then. "
                "They are still there. Look in the ledger for “begun”, and carry out again what was ordered that day."
            )


def _what_next() -> str:
    return "Then run manage.py restore --finish." if databases.unfinished() else "Nothing was restored."


def _restored(file: Path, ledger: Path, papers_to: Path) -> Restored:
    return restore(path=file, key=settings.BACKUP_KEY, ledger_path=ledger, papers_to=papers_to, now=clock.now())


def _finished(path: Path) -> Restored:
    if not databases.unfinished():
        raise Refusal("There is no restore to finish in this database.")
    return finish(told=ledger.read(path), made_at="the backup’s time", now=clock.now())
