from datetime import datetime

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from pytest_django import Settings

from tests.factories.vault import KeyFactory
from vault import rotation
from vault.models import Key
from vault.rotation import Turned, turn, under_older

pytestmark = pytest.mark.django_db


@pytest.fixture
def newest(settings: Settings) -> str:
    """Becomes the newest once a test says so."""
    return Fernet.generate_key().decode()


def put_first(settings: Settings, newest: str) -> None:
    settings.VAULT_MASTER_KEYS = [newest, *settings.VAULT_MASTER_KEYS]


def last(*, at_once: int = 2) -> Turned:
    return list(turn(at_once=at_once))[-1]


def test_all_stand_under_the_newest_and_read_as_before(settings: Settings, newest: str) -> None:
    tokens = {key.pk: key.encrypt(b"Dorian Halloway") for key in (KeyFactory() for _ in range(5))}
    put_first(settings, newest)
    assert under_older() == 5

    assert [(done.seen, done.anew, done.lost) for done in turn(at_once=2)] == [(2, 2, 0), (4, 4, 0), (5, 5, 0)]

    settings.VAULT_MASTER_KEYS = [newest]
    assert under_older() == 0
    assert {key.decrypt(tokens[key.pk]) for key in Key.objects.all()} == {b"Dorian Halloway"}


def test_one_statement_a_batch(settings: Settings, newest: str, django_assert_num_queries) -> None:
    KeyFactory.create_batch(5)
    put_first(settings, newest)

    with django_assert_num_queries(3 + 1 + 3):  # three batches, and the look that finds nothing more
        last()
    with django_assert_num_queries(3 + 1):  # nothing is left to be written
        assert last() == Turned(seen=5)


def test_goes_on_where_it_was_stopped(settings: Settings, newest: str) -> None:
    KeyFactory.create_batch(5)
    put_first(settings, newest)

    assert next(turn(at_once=2)) == Turned(seen=2, anew=2)
    assert last() == Turned(seen=5, anew=3)


def test_a_key_that_is_destroyed_meanwhile_stays_destroyed(
    settings: Settings, newest: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = KeyFactory(), KeyFactory()
    put_first(settings, newest)
    write = rotation._write

    def destroyed_first(turned: list[tuple]) -> int:
        Key.objects.filter(pk=one.pk).destroy(now=now)
        return write(turned)

    monkeypatch.setattr(rotation, "_write", destroyed_first)

    assert last() == Turned(seen=2, anew=1)
    one.refresh_from_db()
    assert (bytes(one.wrapped), one.destroyed_at) == (b"", now)
    assert list(Key.objects.living()) == [other]


def test_what_another_wrapped_meanwhile_is_left(
    settings: Settings, newest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = KeyFactory()
    put_first(settings, newest)
    write, theirs = rotation._write, Fernet(newest).encrypt(Fernet.generate_key())

    def changed_first(turned: list[tuple]) -> int:
        Key.objects.filter(pk=key.pk).update(wrapped=theirs)
        return write(turned)

    monkeypatch.setattr(rotation, "_write", changed_first)

    assert last() == Turned(seen=1, anew=0)
    key.refresh_from_db()
    assert bytes(key.wrapped) == theirs


def test_a_key_that_none_opens_is_counted_and_left(settings: Settings, newest: str) -> None:
    key = KeyFactory()
    was = bytes(key.wrapped)
    settings.VAULT_MASTER_KEYS = [newest, Fernet.generate_key().decode()]

    assert last() == Turned(seen=1, lost=1)
    assert under_older() == 1
    key.refresh_from_db()
    assert bytes(key.wrapped) == was


def test_nothing_to_turn() -> None:
    assert list(turn()) == []
    assert under_older() == 0


def test_a_thousand_in_one_statement(settings: Settings, newest: str, now: datetime) -> None:
    Key.objects.bulk_create(Key.new(Key.Kind.PERSON, now=now) for _ in range(rotation.AT_ONCE + 1))
    put_first(settings, newest)

    assert [done.anew for done in turn()] == [1_000, 1_001]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_key")
        assert cursor.fetchone() == (1_001,)
