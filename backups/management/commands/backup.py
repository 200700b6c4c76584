from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.origin import coming_from
from backups.actions import back_up
from core import clock
from core.heartbeat import beating
from core.refusal import Refusal


class Command(BaseCommand):
    help = (
        "Back up the whole database into a sealed file, while people work; read it again; and let go of those that are "
        "older than 35 days. The keys are not in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.BACKUP_FOLDER), help="ONUS_BACKUP_FOLDER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with beating("backups.backup"), coming_from("manage.py backup"):
                made = back_up(folder=folder, now=clock.now())
        except Refusal as refused:
            raise CommandError(f"{refused} Nothing was written.") from None
        except OSError as error:
            raise CommandError(
                f"The backup could not be written ({error.strerror}: {error.filename or folder}). "
                "Make room there, or name another place with --folder. The last one is still good."
            ) from None
        self.stdout.write(f"{made.path}: {made.bytes:,} bytes, read again and whole.")
        if made.expired:
            self.stdout.write(f"{made.expired} older than 35 days went.")
