"""Importing a list: to a bare bulk_create of the rows that it wrote, to a rival that writes them too; flat memory.

On PostgreSQL where there is one, as a program of this size runs it; else on SQLite.
"""

import csv
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.db import connection, models, transaction

from accounts.actors import Task
from bench import postgres
from bench.report import resident
from bench.row import Row, at_least, at_most
from core import clock
from courts import lists
from courts.actions.imports import import_list
from courts.models import Court
from programs.models import Program

# Referrals. BENCH_IMPORTS: the many; the others are a tenth and a fifth of them.
MANY = int(os.environ.get("BENCH_IMPORTS", "100000"))
FEW, EARLY = MANY // 10, MANY // 5
BATCH = 500
DATABASE = "onus_bench_imports"
Joined = Iterator[lists.Joined]
COURT = {"name": "Kent Municipal Court", "kind": "municipal", "state": "WA", "time_zone": "America/Los_Angeles"}
PROGRAM = {"name": "Harbor Program", "state": "WA", "time_zone": "America/Los_Angeles", "number_prefix": "H"}
FIRST = ("Dorian", "Marek", "Tobías", "Ansel", "Kofi", "Renzo", "Ilya", "Quentin", "José", "Đặng")
LAST = ("Halloway", "Brzezik", "O'Penhale", "Okonjo", "Vasquéz-Ibáñez", "Lindqvist", "Tamura", "Nguyễn")


def rows() -> list[Row]:
    with (
        TemporaryDirectory() as folder,
        postgres.servers_if_any() as urls,
        postgres.process(urls, DATABASE) as database,
    ):
        database.submit(begin).result()
        # First, while that process holds nothing else.
        early, late, took = database.submit(memory, folder).result()
        ours, bare, written = database.submit(seconds, folder).result()
        rival = database.submit(seconds_of_the_rival, folder, written).result()
    print(f"import: {FEW / ours:,.0f} referrals a second, django-import-export {FEW / rival:,.0f}", file=sys.stderr)
    import_of = f"import: s for {FEW:,} referrals, to bulk_create of their {written.total():,} rows"
    return [
        at_most(6, import_of, ours=ours, reference=bare),
        at_least(3, f"import: referrals/s of {FEW:,}, to django-import-export", ours=FEW / ours, reference=FEW / rival),
        at_most(1.2, f"import: MB held after {MANY:,} ({took:.0f} s), to {EARLY:,}", ours=late, reference=early),
    ]


# --- In the process with the database


def begin() -> None:
    """Nothing but one program and one court."""
    Court.objects.create(**COURT)
    Program.objects.create(**PROGRAM)


def seconds(folder: str) -> tuple[float, float, Counter[str]]:
    """Of the import from the file, and of writing what it wrote once more into an empty database; rows by table."""
    path = write_list(Path(folder) / "few.csv", FEW)
    with postgres.copied():
        before = {(type(row), row.pk) for row in _all_rows()}
        start = time.perf_counter()
        imported(path)
        ours = time.perf_counter() - start
        written = [row for row in _all_rows() if (type(row), row.pk) not in before]
    with postgres.copied():
        start = time.perf_counter()
        _bulk_create(written)
        bare = time.perf_counter() - start
    return ours, bare, _by_table(written)


def _by_table(rows: Iterable[models.Model]) -> Counter[str]:
    return Counter(row._meta.label for row in rows)


def seconds_of_the_rival(folder: str, ours: Counter[str]) -> float:
    """Of the same file into an equally empty database; it must have written as many rows of each table."""
    from bench.rivals import importing  # it needs apps that are ready

    with postgres.copied():
        before = _by_table(_all_rows())
        start = time.perf_counter()
        importing.imported(Path(folder) / "few.csv")
        took = time.perf_counter() - start
        assert _by_table(_all_rows()) - before == ours, "it did the same job"
        return took


def memory(folder: str) -> tuple[float, float, float]:
    """What the process holds early and late, and the seconds it took."""
    path = write_list(Path(folder) / "many.csv", MANY)
    held: dict[int, float] = {}

    def watched(said: Joined) -> Joined:
        for number, one in enumerate(said, start=1):
            if number in (EARLY, MANY):
                held[number] = resident()
            yield one

    with postgres.copied():
        start = time.perf_counter()
        imported(path, watched)
        return held[EARLY], held[MANY], time.perf_counter() - start


def imported(path: Path, watched: Callable[[Joined], Joined] = iter) -> None:
    now = clock.now()
    outcome = import_list(
        rows=watched(lists.joined(lists.read(path, today=now.date()))),
        program=Program.objects.get(),
        default_court=Court.objects.get(),
        sha256="",
        refuse=lambda row, reason: None,
        by=Task("bench"),
        now=now,
    )
    assert outcome.refused == outcome.known == outcome.changed == 0, outcome


def _all_rows() -> Iterator[models.Model]:
    """In the order in which they may be written; the encrypted ones as they stand."""
    for app in ("vault", "accounts", "audit", "participants", "programs", "courts"):
        for model in apps.get_app_config(app).get_models():
            yield from model._default_manager.all()


def _bulk_create(written: list[models.Model]) -> None:
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in written:
        by_model.setdefault(type(row), []).append(row)
    with transaction.atomic():
        for model, of_it in by_model.items():
            model._default_manager.bulk_create(of_it, batch_size=BATCH)


@contextmanager
def throw_away_database(folder: Path) -> Iterator[None]:
    """Empty but for one program and one court."""
    settings = connection.settings_dict
    name = settings["NAME"]
    settings["TEST"]["NAME"] = str(folder / "bench.sqlite3") if connection.vendor == "sqlite" else "onus_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        begin()
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def write_list(path: Path, referrals: int) -> Path:
    lines = (_line(number) for number in range(referrals))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(_line(0)))
        writer.writeheader()
        writer.writerows(lines)
    return path


def _line(number: int) -> dict[str, str]:
    """Each another man, as full as a court's list comes."""
    ordered = datetime(2026, 1, 5) + timedelta(days=number % 40)  # noqa: DTZ001  a day of the court's

    def after(days: int) -> str:
        return f"{ordered + timedelta(days=days):%m/%d/%Y}"

    return {
        "case_number": f"K{number:06} KPD",
        "plaintiff": "City of Kent",
        "last_name": LAST[number % len(LAST)] + chr(97 + number % 26),
        "first_name": FIRST[number // len(LAST) % len(FIRST)],
        "date_of_birth": f"{date(1950, 1, 1) + timedelta(days=number % 18_000):%m/%d/%Y}",
        "phone": f"206-555-{number % 10_000:04}",
        "email": f"man{number}@example.com",
        "address": f"{number} Cedar St, Kent, WA 98032",
        "language": "English",
        "interpreter": "no",
        "statute": "RCW 9A.88.110",
        "charge": "Patronizing a prostitute",
        "referral_kind": "Pretrial Diversion",
        "referrer": "Prosecutor",
        "ordered_on": after(0),
        "received_on": "01/05/2026",
        "enroll_by": after(30),
        "start_by": after(45),
        "complete_by": after(120),
        "proof_due_by": after(127),
        "hearing_at": f"{after(140)} 9:00 AM",
        "judge": "Hon. A. Brandvold",
        "prosecutor_email": "kent.prosecutor@example.org",
        "attorney": "N. Abernethy-Voss",
        "attorney_email": "n.abernethy-voss@example.com",
    }
