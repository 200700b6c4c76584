"""Batches: what a failing one leaves, how many queries one takes, two lists at one time."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courts.actions.drafts import BATCH
from courts.actions.imports import CLASH
from courts.models import Charge, Court, Hearing, Proposal, Recipient, Referral
from participants.models import ContactPoint, Participant
from tests.courts.listed import ALWAYS_ADDED, Cells, TakeIn, counts, importer
from tests.factories.courts import CourtFactory
from tests.factories.programs import ProgramFactory
from vault.models import Key


@contextmanager
def database_refuses(table: str, column: str, value: str) -> Iterator[None]:
    """A trigger by which the database itself refuses one row, as it would for a reason that nobody foresaw."""
    on_sqlite = (
        f"CREATE TRIGGER refuses_one BEFORE INSERT ON {table} WHEN NEW.{column} = '{value}' "
        "BEGIN SELECT RAISE(ABORT, 'no such row'); END",
    )
    on_postgresql = (
        "CREATE OR REPLACE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'no such row' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER refuses_one BEFORE INSERT ON {table} FOR EACH ROW "
        f"WHEN (NEW.{column} = '{value}') EXECUTE FUNCTION refuse_one()",
    )
    with connection.cursor() as cursor:
        for statement in on_postgresql if connection.vendor == "postgresql" else on_sqlite:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER refuses_one{on}")


def men(count: int) -> list[Cells]:
    return [man(number) for number in range(count)]


def man(number: int) -> Cells:
    return {
        "case_number": f"26-{number:05}",
        "last_name": f"Halloway{number}",
        "date_of_birth": "3/14/1979",
        "phone": f"206-555-{number:04}",
        "aliases": f"Dory {number}",
        "charge": "Patronizing",
        "start_by": "soon",
        "complete_by": "5/29/2026",
        "hearing_at": "6/10/2026 9:00 AM",
        "attorney": "N. Voss",
    }


@pytest.fixture
def take(tmp_path, db) -> TakeIn:
    return importer(tmp_path, ProgramFactory(), CourtFactory())


# --- a batch that fails ---


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("participants_participant", "last_name", "Halloway3"),
        ("courts_referral", "case_number", "26-00003"),
        ("courts_charge", "text", "Count 3"),
    ],
    ids=["with the first table", "midway", "with one of the last"],
)
def test_a_row_that_the_database_refuses_goes_whole_and_the_others_stand(take, table, column, value):
    rows = men(6)
    rows[3]["charge"] = "Count 3"
    take(*rows[:1])
    with database_refuses(table, column, value):
        taken = take(*rows)
    assert (taken.refused, taken.counts) == ([(5, CLASH)], (4, 1, 0, 1))
    found = set(Referral.objects.values_list("case_number", flat=True))
    assert found == {f"26-{number:05}" for number in (0, 1, 2, 4, 5)}
    expected = {
        Participant: 5,
        ContactPoint: 5,
        Referral: 5,
        Charge: 5,
        Hearing: 5,
        Recipient: 10,
        Key: 10,
    }
    assert {model: model._default_manager.count() for model in expected} == expected


def test_once_the_reason_is_gone_the_row_comes_in_by_itself(take):
    with database_refuses("courts_referral", "case_number", "26-00003"):
        take(*men(6))
    assert take(*men(6)).counts == (1, 5, 0, 0)


def test_all_rows_of_a_case_that_the_database_refuses_are_told(take):
    with database_refuses("courts_charge", "text", "Count 2"):
        taken = take(man(0), man(1), man(1) | {"charge": "Count 2"})
    assert (taken.refused, taken.counts) == ([(3, CLASH), (4, CLASH)], (1, 0, 0, 2))


def test_a_refused_row_is_told_once_though_its_batch_is_done_twice(take):
    nameless = man(9) | {"last_name": ""}
    with database_refuses("courts_referral", "case_number", "26-00001"):
        taken = take(*men(2), nameless)
    assert [line for line, _ in taken.refused] == [4, 3]
    assert taken.counts == (1, 0, 0, 2)


def test_only_the_batch_with_the_refused_row_is_done_again(take, monkeypatch):
    monkeypatch.setattr("courts.actions.imports.BATCH", 2)
    refusing = database_refuses("courts_referral", "case_number", "26-00003")
    with refusing, CaptureQueriesContext(connection) as queries:
        taken = take(*men(6))
    assert taken.counts == (5, 0, 0, 1)
    inserts = [query for query in queries if 'INSERT INTO "courts_referral"' in query["sql"]]
    # Three batches; of the second both rows once more.
    assert len(inserts) == 5


def test_a_dry_run_survives_a_batch_that_fails(take):
    before = counts()
    with database_refuses("courts_referral", "case_number", "26-00003"):
        assert take(*men(6), dry_run=True).counts == (5, 0, 0, 1)
    assert counts() == before


def test_more_than_one_batch_comes_in_whole(take):
    assert take(*men(BATCH + 20)).counts == (BATCH + 20, 0, 0, 0)
    assert take(*men(BATCH + 20)).counts == (0, BATCH + 20, 0, 0)


def test_a_man_of_an_earlier_batch_is_known_in_the_next_one(take, monkeypatch):
    monkeypatch.setattr("courts.actions.imports.BATCH", 1)
    taken = take(man(1), man(1) | {"case_number": "26-777"})
    assert (taken.counts, Participant.objects.count()) == ((2, 0, 0, 0), 1)


# --- queries ---


def statements(take: TakeIn, rows: list[Cells]) -> int:
    """SQL statements of one import; what SQLite's limit of parameters splits counts as one."""
    with CaptureQueriesContext(connection) as queries:
        take(*rows)
    told = [query["sql"] for query in queries]
    inserts = Counter(sql.split("(")[0] for sql in told if sql.startswith("INSERT"))
    return len(told) - inserts.total() + len(inserts)


@pytest.mark.parametrize("count", [10, 200], ids=["10 rows", "200 rows"])
def test_new_rows_take_so_many_queries_a_batch_however_many_they_are(take, count):
    on_postgresql = connection.vendor == "postgresql"
    # Two of them lay the sounds by which one who is here twice is found: a statement a batch, not a man.
    assert statements(take, men(count)) == 31 + on_postgresql


@pytest.mark.parametrize("count", [10, 200], ids=["10 rows", "200 rows"])
def test_known_rows_take_so_many_queries_a_batch_however_many_they_are(take, count):
    take(*men(count))
    on_postgresql = connection.vendor == "postgresql"
    assert statements(take, men(count)) == 17 + on_postgresql


# --- two at one time ---


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_one_time_bring_each_referral_once(tmp_path):
    program, court = ProgramFactory(), CourtFactory()
    start = threading.Barrier(2)
    outcomes = []

    def run(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        try:
            start.wait()
            outcomes.append(importer(folder, program, Court.objects.get(pk=court.pk))(*men(60)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken.counts for taken in outcomes) == [(0, 60, 0, 0), (60, 0, 0, 0)]
    assert (Referral.objects.count(), Participant.objects.count(), Proposal.objects.count()) == (60, 60, 0)
    assert Key.objects.count() == 120


def test_nothing_but_the_trail_is_added_by_what_is_known(take):
    take(*men(3))
    before = counts(*ALWAYS_ADDED)
    take(*men(3))
    assert counts(*ALWAYS_ADDED) == before
