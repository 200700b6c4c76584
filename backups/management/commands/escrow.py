import os
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backups import papers, stream
from core import clock

HEAD = """\
KEYS OF ONUS: {host}, {day}

Keep this sheet where you keep what must not be lost, and away from the other one. Alone it says nothing. Whoever has
both can read everything, and without both no backup can be read. Give it to nobody but your successor. When new
sheets are printed, keep this one for 35 days more: it opens the backups that were made until then.

To have the keys back: type the lines below, each with its number, into a file; the other keeper does the same; then

    python -m backups.unescrow SHEET-A.txt SHEET-B.txt > keys.env

"""


class Command(BaseCommand):
    help = (
        "Print the keys on two sheets, for two people to keep: both give them back, one alone says nothing. "
        "A new key for backups is made with them; set ONUS_BACKUP_RECIPIENT to what is said at the end."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where sheet-A.txt and sheet-B.txt are written, to be printed")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        key = stream.new_key()
        host, now = settings.SITE_URL, clock.now()
        sheets = {folder / f"sheet-{share.sheet}.txt": _text(share, host, now) for share in papers.split(_secret(key))}
        if there := [path for path in sheets if path.exists()]:
            raise CommandError(f"{there[0]} exists: print it and delete it, or name another folder.")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path, text in sheets.items():
                _write_new(path, text)
        except OSError as error:
            raise CommandError(f"{error.filename} can't be written: {error.strerror}.") from None
        self.stdout.write("\n".join([*(f"Written: {path}" for path in sheets), AFTER, _recipient(key)]))


AFTER = (
    "Print both, delete both files, give the sheets to two people. Then set this, and restart; backups made from then "
    "on are opened by these two sheets:"
)


def _recipient(key: str) -> str:
    return f"ONUS_BACKUP_RECIPIENT={stream.recipient_of(key)}"


def _secret(key: str) -> bytes:
    """What a new machine needs to read everything and to go on; as lines for its environment."""
    said = {
        "ONUS_MASTER_KEYS": ",".join(settings.VAULT_MASTER_KEYS),
        "ONUS_AUDIT_KEY": settings.AUDIT_KEY,
        "ONUS_FINGERPRINT_KEY": settings.FINGERPRINT_KEY,
        "ONUS_BACKUP_KEY": key,
    }
    return "".join(f"{name}={value}\n" for name, value in said.items()).encode()


def _text(share: papers.Share, host: str, now: datetime) -> str:
    return HEAD.format(host=host, day=f"{now:%Y-%m-%d}") + "\n".join(papers.printed(share)) + "\n"


def _write_new(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
