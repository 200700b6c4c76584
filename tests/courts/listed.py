"""A court's list as a file, taken in, and what stands afterwards."""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps

from accounts.actors import Task
from courts import lists
from courts.actions.imports import Outcome, import_list
from courts.models import Court
from programs.models import Program
from tests.factories.clock import NOW

BY = Task("courts.import_referrals")
PLAIN = {
    "case_number": "26-001",
    "last_name": "Halloway",
    "first_name": "Dorian",
    "referral_kind": "diversion",
}
BORN = {"date_of_birth": "3/14/1979"}
# What an import adds to each time: which file came, and the trail of who did what.
ALWAYS_ADDED = {"courts.ListImport", "audit.Event"}

Cells = dict[str, str]


def write(path: Path, *rows: Cells, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> Path:
    names = list(dict.fromkeys([*PLAIN, *(name for row in rows for name in row)]))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names, restval="", delimiter=delimiter, lineterminator=end)
        writer.writeheader()
        writer.writerows(rows)
    return path


class Taken:
    """What came of one list: the counts, and the refused rows with their reasons."""

    def __init__(self, outcome: Outcome, refused: list[tuple[int, str]]) -> None:
        self.outcome, self.refused = outcome, refused

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.outcome.added, self.outcome.known, self.outcome.changed, self.outcome.refused


def take_in(path: Path, program: Program, court: Court | None, *, now: datetime = NOW, dry_run: bool = False) -> Taken:
    refused: list[tuple[int, str]] = []
    outcome = import_list(
        rows=lists.joined(lists.read(path, today=now.date())),
        program=program,
        default_court=court,
        sha256="0" * 64,
        refuse=lambda row, reason: refused.append((row.line, reason)),
        by=BY,
        now=now,
        dry_run=dry_run,
    )
    return Taken(outcome, refused)


def counts(*but: str) -> dict[str, int]:
    """Rows of every table of ours that has some, except those named."""
    found = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    return {label: rows for label, rows in found.items() if rows and label not in but}


TakeIn = Callable[..., Taken]


def importer(tmp_path: Path, program: Program, court: Court | None) -> TakeIn:
    """Writes rows, each beside a plain one's cells, and takes them in as this court's list."""

    def take(*rows: Cells, now: datetime = NOW, dry_run: bool = False, **options: Any) -> Taken:
        path = write(tmp_path / "list.csv", *(PLAIN | row for row in rows), **options)
        return take_in(path, program, court, now=now, dry_run=dry_run)

    return take


def charge(number: int) -> Cells:
    """One of several rows of a case."""
    return BORN | {"charge": f"Count {number}"}


def filler(count: int) -> list[Cells]:
    return [{"case_number": f"X-{n}", "last_name": f"Filler{n}"} for n in range(count)]
