from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from audit.macs import event_mac, seal_digest

AT = datetime(2026, 3, 3, 12, 0, 0, 1, tzinfo=UTC)
KEY = b"an audit key"
SAID: dict[str, Any] = {
    "at": AT,
    "actor": "user:1",
    "verb": "mark.recorded",
    "record": "programs.Mark:1",
    "origin": "127.0.0.1",
    "key_id": "0b1c",
    "personal": b"ciphertext",
    "facts": {"kind": "absent", "session": 4},
}
SEALED: dict[str, Any] = {"number": 2, "previous": "ab", "events": [(1, "aa"), (2, "bb")]}


def test_is_always_the_same() -> None:
    assert event_mac(KEY, **SAID) == event_mac(KEY, **SAID)
    assert len(event_mac(KEY, **SAID)) == 64


def test_is_what_it_was_when_the_first_rows_were_written() -> None:
    """Rows in the field were written by this arithmetic: whoever changes it can't check them any more."""
    assert event_mac(KEY, **SAID) == "ff942928ad9333a580784f50976cddca03b20a6f47d283c1471cdd0ce92f9ba0"
    assert seal_digest(KEY, **SEALED) == "57596dc4473c5d53b22ddb7fbfea38523e091d75143266f6bd02e263d3476ade"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", AT + timedelta(microseconds=1)),
        ("actor", "user:2"),
        ("verb", "mark.record"),
        ("record", "programs.Mark:2"),
        ("origin", ""),
        ("key_id", ""),
        ("personal", b"other ciphertext"),
        ("personal", b""),
        ("personal", None),
        ("facts", {"kind": "absent", "session": 5}),
        ("facts", {}),
    ],
)
def test_changes_with_each_column(column: str, value: object) -> None:
    assert event_mac(KEY, **SAID | {column: value}) != event_mac(KEY, **SAID)


def test_changes_with_the_key() -> None:
    assert event_mac(b"another audit key", **SAID) != event_mac(KEY, **SAID)
    assert seal_digest(b"another audit key", **SEALED) != seal_digest(KEY, **SEALED)


def test_words_cannot_move_from_one_column_to_the_next() -> None:
    one = SAID | {"verb": "a", "record": "bc"}
    other = SAID | {"verb": "ab", "record": "c"}

    assert event_mac(KEY, **one) != event_mac(KEY, **other)


def test_the_same_instant_in_another_zone_is_the_same() -> None:
    elsewhere = SAID | {"at": AT.astimezone(ZoneInfo("America/Los_Angeles"))}

    assert event_mac(KEY, **elsewhere) == event_mac(KEY, **SAID)


def test_the_order_of_the_facts_says_nothing() -> None:
    """PostgreSQL gives them back in an order of its own."""
    turned = SAID | {"facts": {"session": 4, "kind": "absent"}}

    assert event_mac(KEY, **turned) == event_mac(KEY, **SAID)


@pytest.mark.parametrize(
    "other",
    [
        {"number": 3},
        {"previous": "ac"},
        {"previous": ""},
        {"events": [(1, "aa")]},
        {"events": [(1, "aa"), (2, "bc")]},
        {"events": [(1, "aa"), (3, "bb")]},
        {"events": [(2, "bb"), (1, "aa")]},
        {"events": [(1, "aa"), (2, "bb"), (3, "cc")]},
    ],
    ids=str,
)
def test_a_seal_changes_with_all_it_seals(other: dict[str, Any]) -> None:
    assert seal_digest(KEY, **SEALED | other) != seal_digest(KEY, **SEALED)


def test_digits_cannot_move_between_an_event_and_its_mac() -> None:
    assert seal_digest(KEY, number=1, previous="", events=[(1, "2a")]) != seal_digest(
        KEY, number=1, previous="", events=[(12, "a")]
    )
