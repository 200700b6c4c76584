import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from accounts.actors import Task
from audit.origin import origin
from core import clock
from courts import lists
from courts.actions.imports import Outcome, import_list
from courts.management.busy import BUSY
from courts.models import Court
from courts.rejected import NotWritable, Rejected, rejected_beside
from programs.models import Program

DRY_RUN = "do and count everything, keep no record; on SQLite nobody else can write meanwhile"


class Command(BaseCommand):
    help = "Take in a court's list of referrals. Refused rows go to FILE.rejected.csv, each with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--court", help="code or name of the court whose list it is; a row's own court rules")
        parser.add_argument("--program", help="name of the program; needed only where there are several")
        parser.add_argument("--dry-run", action="store_true", help=DRY_RUN)

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        token = origin.set("command import_referrals")
        try:
            with rejected_beside(file) as rejected:
                program, court = _program(options["program"]), _court(options["court"])
                outcome = _import(file, program, court, rejected, dry_run)
        except (lists.UnreadableList, NotWritable) as error:
            raise CommandError(str(error)) from None
        except OperationalError:
            raise CommandError(BUSY) from None
        finally:
            origin.reset(token)
        self.stdout.write(_said(outcome, dry_run))
        if outcome.refused:
            self.stdout.write(f"The refused rows are in {rejected.path}, each with its reason.")


def _import(file: Path, program: Program, court: Court | None, rejected: Rejected, dry_run: bool) -> Outcome:
    now = clock.now()
    rows = lists.read(file, today=now.astimezone(program.zone).date())
    return import_list(
        rows=lists.joined(rows),
        program=program,
        default_court=court,
        sha256=_sha256(file),
        refuse=rejected.refuse,
        by=Task("courts.import_referrals"),
        now=now,
        dry_run=dry_run,
    )


def _said(outcome: Outcome, dry_run: bool) -> str:
    return (
        f"{'Nothing was kept: this was a dry run. ' if dry_run else ''}{outcome.added} referrals added "
        f"({outcome.flagged} with a value to ask for), {outcome.known} known, {outcome.changed} changed "
        f"(see the proposals), {outcome.refused} rows refused."
    )


def _program(name: str | None) -> Program:
    found = list(Program.objects.filter(name__iexact=name) if name else Program.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(Program.objects.order_by("name").values_list("name", flat=True)) or "none yet"
    problem = f'There is no program called "{name}".' if name else "Name the program with --program."
    raise CommandError(f"{problem} There are: {known}.")


def _court(name: str | None) -> Court | None:
    if not name:
        return None
    found = list(Court.objects.by_code_or_name(name)[:2])
    if not found:
        raise CommandError(f'No court is called "{name}". Check its name, or import the courts first.')
    if len(found) > 1:
        raise CommandError(f'Several courts are called "{name}". Write it as "{found[0].name}, {found[0].city}".')
    return found[0]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
