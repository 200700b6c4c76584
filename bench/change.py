"""The numbers of a year of 20,000 matched pairs with all breakdowns, beside bare SQL and NumPy that give the same, on
PostgreSQL; and in how many queries."""

import json
import os
import statistics
from collections.abc import Callable, Iterator
from datetime import date
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from numpy.typing import NDArray
from scipy.stats import t as student

from accounts.actors import Task
from bench import postgres
from bench.row import Row, at_most
from core import clock
from outcomes.actions.years import close_year
from outcomes.change import changes
from outcomes.instruments import written
from outcomes.kinds import Kind, Moment
from outcomes.models import Instrument, Sheet, Subject, YearOfChange
from outcomes.shipped import BAND_ITEM, BELIEFS, FREQUENCY, NOT_VALIDATED, beliefs, frequency
from outcomes.tables import comparisons
from programs.models import Program
from tests.factories.programs import ProgramFactory
from vault.models import Key

PAIRS = int(os.environ.get("BENCH_CHANGE", "20000"))
ROUNDS, AT_ONCE = 3, 2_000
LIMIT, QUERIES = 2, 15
DATABASE = "onus_bench_change"
YEAR = 2025
# By group (language or band; "" in total) its n and, by column, means, standard deviations, interval and effect size.
Told = dict[tuple[str, str], NDArray[np.float64]]
ITEMS = beliefs().items
CODES = [item.code for item in ITEMS]
TURNED = np.array([item.reversed for item in ITEMS])
PARTS = [[n for n, item in enumerate(ITEMS) if item.subscale == one.code] for one in beliefs().subscales]
BANDS = dict(frequency().choices(frequency().items[0], "en"))


class Taken(NamedTuple):
    ours: float
    bare: float
    queries: int


def rows() -> Iterator[Row]:
    with postgres.servers_at() as urls, postgres.process(urls, DATABASE) as database:
        database.submit(fill).result()
        taken = database.submit(take).result()
    what = f"change of {PAIRS:,} pairs with all breakdowns"
    yield at_most(LIMIT, f"{what}: ms, to bare SQL, Fernet and NumPy", ours=taken.ours, reference=taken.bare)
    yield at_most(1, f"{what}: queries, to {QUERIES}", ours=taken.queries, reference=QUERIES)


def fill() -> None:
    random = np.random.default_rng(12)
    now = clock.now()
    program = ProgramFactory.create()
    said = {"program": program, "label": NOT_VALIDATED, "version": 1, "used_from": now}
    measure = Instrument.objects.create(code=BELIEFS, kind=Kind.MEASURE, content=written(beliefs()), **said)
    asked = Instrument.objects.create(code=FREQUENCY, kind=Kind.QUESTIONNAIRE, content=written(frequency()), **said)
    for start in range(0, PAIRS, AT_ONCE):
        keys = [Key.new(Key.Kind.SUBJECT, now=now) for _ in range(min(AT_ONCE, PAIRS - start))]
        men = [Subject(program=program, key=key, language="es" if random.random() < 0.2 else "en") for key in keys]
        sheets = [sheet for man in men for sheet in _sheets(man, measure, asked, random)]
        Key.objects.bulk_create(keys)
        Subject.objects.bulk_create(men)
        Sheet.objects.bulk_create(sheets, batch_size=AT_ONCE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _sheets(man: Subject, measure: Instrument, asked: Instrument, random: np.random.Generator) -> Iterator[Sheet]:
    before = random.integers(1, 6, len(CODES)).tolist()
    after = np.maximum(np.array(before) - random.integers(0, 2, len(CODES)), 1).tolist()
    both = {"subject": man, "is_done": True}
    first = {"moment": Moment.INTAKE, "month": date(YEAR, 1, 1)}
    yield Sheet(instrument=measure, answers=dict(zip(CODES, before, strict=True)), **both, **first)
    yield Sheet(instrument=asked, answers={BAND_ITEM: int(random.integers(0, len(BANDS)))}, **both, **first)
    last = {"moment": Moment.AFTER, "month": date(YEAR, 6, 1)}
    yield Sheet(instrument=measure, answers=dict(zip(CODES, after, strict=True)), **both, **last)


def take() -> Taken:
    """Milliseconds of both, in turn; and they say the same."""
    with CaptureQueriesContext(connection) as captured:
        _ours()
    queries = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "ROLL"))]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        took, told = _timed(_ours)
        ours.append(took)
        took, said = _timed(bare)
        theirs.append(took)
        compare(told, said)
    return Taken(statistics.median(ours) * 1000, statistics.median(theirs) * 1000, len(queries))


def _timed(what: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    found = what()
    return perf_counter() - began, found


def _ours() -> Told:
    """The whole action, what is withheld and what is kept included; and taken back, so that it can be done again."""
    with transaction.atomic():
        program = Program.objects.get(pk=Instrument.objects.values("program")[:1])
        closed = close_year(program=program, year=YEAR, by=Task("bench"), now=clock.now())
        told = _told(closed)
        transaction.set_rollback(True)
    return told


def _told(closed: YearOfChange) -> Told:
    (one,) = comparisons(closed.tables)
    shown = [(group, group.of) for group in one.groups if group.of is not None]
    names = ("n", "before", "after", "before_sd", "after_sd", "change", "low", "high", "effect")
    return {
        (group.by, group.key): np.array([[getattr(column, name) for column in columns] for name in names])
        for (group, _), columns in zip(shown, changes([of for _, of in shown]), strict=True)
    }


# --- Bare


def bare() -> Told:
    """One statement for the rows; Fernet, json and NumPy on what it gives; nothing is withheld, nothing is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.language, k.wrapped, q.answers, b.answers, a.answers FROM outcomes_sheet a"
            " JOIN outcomes_sheet b ON b.subject_id = a.subject_id AND b.instrument_id = a.instrument_id"
            " AND b.moment = 'intake' AND b.is_done"
            " JOIN outcomes_instrument i ON i.id = a.instrument_id AND i.kind = 'measure'"
            " JOIN outcomes_subject s ON s.id = a.subject_id JOIN vault_key k ON k.id = s.key_id"
            " LEFT JOIN (outcomes_sheet q JOIN outcomes_instrument j ON j.id = q.instrument_id"
            " AND j.kind = 'questionnaire') ON q.subject_id = a.subject_id AND q.moment = 'intake' AND q.is_done"
            " WHERE a.moment = 'after' AND a.is_done AND a.month BETWEEN %s AND %s",
            [date(YEAR, 1, 1), date(YEAR, 12, 1)],
        )
        found = cursor.fetchall()
    master = MultiFernet([Fernet(key) for key in settings.VAULT_MASTER_KEYS])
    languages, bands = [], []
    before: list[list[int]] = []
    after: list[list[int]] = []
    for language, wrapped, band, first, last in found:
        key = Fernet(master.decrypt(bytes(wrapped)))
        languages.append(language)
        bands.append(json.loads(key.decrypt(bytes(band)))[BAND_ITEM])
        for sheet, into in ((first, before), (last, after)):
            said = json.loads(key.decrypt(bytes(sheet)))
            into.append([said[code] for code in CODES])
    return _statistics(np.array(languages), np.array(bands), _scores(before), _scores(after))


def _scores(said: list[list[int]]) -> NDArray[np.float64]:
    counted = np.array(said, dtype=float)
    counted[:, TURNED] = 6 - counted[:, TURNED]
    parts = [counted[:, places].mean(axis=1) for places in PARTS]
    return np.column_stack([np.mean(parts, axis=0), *parts])


def _statistics(
    languages: NDArray[np.str_], bands: NDArray[np.int_], before: NDArray[np.float64], after: NDArray[np.float64]
) -> Told:
    groups = {("", ""): np.ones(len(before), dtype=bool)}
    groups |= {("language", str(one)): languages == one for one in np.unique(languages)}
    groups |= {("band", BANDS[int(one)]): bands == one for one in np.unique(bands)}
    return {key: _group(before[inside], after[inside]) for key, inside in groups.items()}


def _group(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    n, change = len(before), after - before
    mean, spread = change.mean(axis=0), change.std(axis=0, ddof=1)
    margin = student.ppf(0.975, n - 1) * spread / np.sqrt(n)
    sds = before.std(axis=0, ddof=1), after.std(axis=0, ddof=1)
    return np.array([
        np.full(before.shape[1], n), before.mean(axis=0), after.mean(axis=0), *sds, mean, mean - margin, mean + margin,
        mean / spread,
    ])  # fmt: skip


def compare(told: Told, said: Told) -> None:
    """Raises AssertionError where one number is another, or a group is missing."""
    assert told.keys() == said.keys(), told.keys() ^ said.keys()
    for key, columns in said.items():
        assert np.allclose(told[key], columns), key
