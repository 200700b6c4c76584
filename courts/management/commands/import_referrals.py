import csv
import hashlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import Task
from audit.origin import origin
from core import clock
from courts import lists
from courts.actions.imports import Outcome, import_list
from courts.models import Court
from programs.models import Program

# Spreadsheets take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Rejected:
    """FILE.rejected.csv, made when the first row is refused, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: TextIO | None = None
        self.writer: Any = None

    def __call__(self, row: lists.Row, reason: str) -> None:
        cells = {name: value for name, value in row.raw.items() if name}
        if self.writer is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.fchmod(descriptor, 0o600)
            self.file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
            columns = ["line", "reason", *lists.COLUMNS.known]
            self.writer = csv.DictWriter(self.file, columns, extrasaction="ignore")
            self.writer.writeheader()
        self.writer.writerow({"line": row.line, "reason": reason} | {n: _harmless(v) for n, v in cells.items()})

    def close(self) -> None:
        if self.file:
            self.file.close()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value


class Command(BaseCommand):
    help = "Take in a court's list of referrals. Refused rows go to FILE.rejected.csv, each with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--court", help="code or name of the court whose list it is; a row's own court rules")
        parser.add_argument("--program", help="name of the program; needed only where there are several")
        parser.add_argument("--dry-run", action="store_true", help="look everything up and count, keep nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        origin.set("command import_referrals")
        now = clock.now()
        rejected = Rejected(file.with_name(f"{file.name}.rejected.csv"))
        try:
            rows = lists.read(file, today=now.date())
            outcome = import_list(
                rows=lists.joined(rows),
                program=_program(options["program"]),
                default_court=_court(options["court"]),
                sha256=_sha256(file),
                refuse=rejected,
                by=Task("courts.import_referrals"),
                now=now,
                dry_run=dry_run,
            )
        except lists.UnreadableList as error:
            raise CommandError(str(error)) from None
        finally:
            rejected.close()
        self.stdout.write(_said(outcome, dry_run))
        if outcome.refused:
            self.stdout.write(f"The refused rows are in {rejected.path}, each with its reason.")


def _said(outcome: Outcome, dry_run: bool) -> str:
    return (
        f"{'Nothing was kept: this was a dry run. ' if dry_run else ''}{outcome.added} referrals added "
        f"({outcome.flagged} with a value to ask for), {outcome.known} known, {outcome.changed} changed "
        f"(see the proposals), {outcome.refused} rows refused."
    )


def _program(name: str | None) -> Program:
    found = list(Program.objects.filter(name__iexact=name) if name else Program.objects.all()[:2])
    if len(found) != 1:
        known = ", ".join(Program.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"Name the program with --program. There are: {known}.")
    return found[0]


def _court(name: str | None) -> Court | None:
    if not name:
        return None
    found = list(Court.objects.by_code_or_name(name)[:2])
    if len(found) != 1:
        problem = "Several courts are" if found else "No court is"
        raise CommandError(f'{problem} called "{name}". Give the full name, with ", CITY" behind it where it is shared.')
    return found[0]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
