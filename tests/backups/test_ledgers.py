from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from audit.models import Event
from backups import ledgers, tasks
from core.models import Heartbeat
from tests.factories.vault import KeyFactory
from vault import ledger
from vault.models import Key

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10, seconds=1)


@pytest.fixture(autouse=True)
def path(settings: Settings, tmp_path: Path) -> Path:
    settings.KEY_LEDGER = str(tmp_path / "destroyed")
    return tmp_path / "destroyed"


@pytest.fixture
def forgotten() -> Iterator[list]:
    heard: list = []

    def forget(keys: list[Key], now: datetime) -> None:
        heard.append(([key.pk for key in keys], [key.destroyed_at for key in keys], now))

    ledgers.also_forget(forget)
    yield heard
    ledgers._forgetting.remove(forget)


class TestDestroying:
    def test_the_ledger_hears_of_it_before_and_after(self, now: datetime, django_capture_on_commit_callbacks) -> None:
        key, other = KeyFactory(), KeyFactory()

        with django_capture_on_commit_callbacks(execute=True):
            assert Key.objects.filter(pk=key.pk).destroy(now=now) == 1
            assert ledger.read() == ledger.Told(begun={key.pk: now})

        assert ledger.read() == ledger.Told(destroyed={key.pk: now})
        assert list(Key.objects.living()) == [other]

    def test_what_can_not_be_told_is_not_destroyed(self, now: datetime, path: Path) -> None:
        key = KeyFactory()
        path.mkdir()

        with pytest.raises(ledger.LedgerOutOfReach):
            Key.objects.filter(pk=key.pk).destroy(now=now)

        assert list(Key.objects.living()) == [key]

    def test_nothing_to_destroy_writes_nothing(self, now: datetime, path: Path) -> None:
        assert Key.objects.all().destroy(now=now) == 0
        assert not path.exists()


class TestKeepingBothAlike:
    def test_makes_an_empty_one(self, now: datetime) -> None:
        assert ledgers.keep_ledger(now=now) == 0
        assert ledger.read() == ledger.Told()

    def test_tells_the_ledger_what_it_has_not_heard(self, now: datetime) -> None:
        """The machine stopped between the commit and the line."""
        key, _ = KeyFactory(), KeyFactory()
        Key.objects.filter(pk=key.pk).destroy(now=now)
        assert ledger.read().destroyed == {}

        assert [ledgers.keep_ledger(now=now), ledgers.keep_ledger(now=now)] == [1, 0]
        assert ledger.read() == ledger.Told(destroyed={key.pk: now})

    def test_says_of_what_was_taken_back_that_it_was_kept(self, now: datetime) -> None:
        key = KeyFactory()
        with transaction.atomic():
            Key.objects.filter(pk=key.pk).destroy(now=now)
            transaction.set_rollback(True)

        ledgers.keep_ledger(now=now + LATER - timedelta(seconds=1))
        assert ledger.read() == ledger.Told(begun={key.pk: now})
        ledgers.keep_ledger(now=now + LATER)
        assert ledger.read() == ledger.Told()

    def test_what_came_back_is_destroyed_again_as_of_then(self, now: datetime, forgotten: list) -> None:
        """Somebody put an older state of the machine in place, by another way than ours."""
        back, other = KeyFactory(), KeyFactory()
        ledger.tell(ledger.DESTROYED, [back.pk], now=now)

        assert [ledgers.keep_ledger(now=now + LATER), ledgers.keep_ledger(now=now + LATER)] == [1, 0]

        back.refresh_from_db()
        assert (bytes(back.wrapped), back.destroyed_at) == (b"", now)
        assert list(Key.objects.living()) == [other]
        assert forgotten == [([back.pk], [None], now + LATER)]
        event = Event.objects.get()
        assert (event.verb, event.actor, event.facts) == (
            "keys.destroyed_again",
            "task:backups.keep_ledger",
            {"keys": 1},
        )

    def test_where_forgetting_fails_nothing_is_destroyed(self, now: datetime, monkeypatch) -> None:
        back = KeyFactory()
        ledger.tell(ledger.DESTROYED, [back.pk], now=now)

        def fails(keys: list[Key], now: datetime) -> None:
            raise LookupError

        monkeypatch.setattr(ledgers, "_forgetting", [fails])

        with pytest.raises(LookupError):
            ledgers.keep_ledger(now=now)
        assert list(Key.objects.living()) == [back]

    def test_each_minute(self, now: datetime, path: Path) -> None:
        tasks.keep_ledger()

        assert (path.exists(), Heartbeat.objects.get().job) == (True, "backups.keep_ledger")
