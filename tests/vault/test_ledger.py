from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from vault import ledger

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def path(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "destroyed"
    settings.KEY_LEDGER = str(path)
    return path


def test_what_was_told_is_read(now: datetime) -> None:
    later = now + timedelta(days=1)
    ledger.tell(ledger.DESTROYED, [ONE], now=now)
    ledger.tell(ledger.DESTROYED, [ONE, OTHER], now=later)

    assert ledger.read() == ledger.Told(destroyed={ONE: now, OTHER: later})


@pytest.mark.parametrize(
    ("words", "destroyed", "begun"),
    [
        pytest.param([ledger.BEGUN], False, True, id="nobody knows"),
        pytest.param([ledger.BEGUN, ledger.DESTROYED], True, False, id="it came to that"),
        pytest.param([ledger.BEGUN, ledger.KEPT], False, False, id="it was taken back"),
        pytest.param([ledger.BEGUN, ledger.KEPT, ledger.BEGUN], False, True, id="begun again"),
        pytest.param([ledger.BEGUN, ledger.DESTROYED, ledger.KEPT], True, False, id="gone stays gone"),
    ],
)
def test_what_became_of_it(now: datetime, words: list[str], destroyed: bool, begun: bool) -> None:
    for word in words:
        ledger.tell(word, [ONE], now=now)

    told = ledger.read()
    assert (ONE in told.destroyed, ONE in told.begun) == (destroyed, begun)


def test_only_its_owner_may_read_it(now: datetime, path: Path) -> None:
    ledger.tell(ledger.BEGUN, [ONE], now=now)

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_line_that_was_torn_is_as_if_it_had_not_been_begun(now: datetime, path: Path) -> None:
    ledger.tell(ledger.DESTROYED, [ONE, OTHER], now=now)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1

    for end in range(first, len(whole)):
        path.write_bytes(whole[:end])
        assert ledger.read().destroyed == {ONE: now}

        ledger.tell(ledger.DESTROYED, [OTHER], now=now)
        assert path.read_bytes() == whole


def test_a_line_that_was_changed_is_named(now: datetime, path: Path) -> None:
    ledger.tell(ledger.DESTROYED, [ONE, OTHER], now=now)
    path.write_bytes(path.read_bytes().replace(str(OTHER).encode(), str(uuid4()).encode()))

    with pytest.raises(ledger.LedgerDamaged, match="Line 2"):
        ledger.read()


def test_none_at_all_is_no_empty_one(path: Path) -> None:
    assert not ledger.exists()
    with pytest.raises(ledger.LedgerOutOfReach, match="No such file"):
        ledger.read()


def test_where_it_can_not_be_written(settings: Settings, path: Path, now: datetime) -> None:
    path.parent.write_text("a file where the folder should be")

    with pytest.raises(ledger.LedgerOutOfReach, match="nothing was destroyed"):
        ledger.tell(ledger.BEGUN, [ONE], now=now)
