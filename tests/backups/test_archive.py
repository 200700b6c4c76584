"""What lies in a backup, opened: no less than it says."""

import io
from typing import Any

import pytest

from backups import stream
from backups.archive import Archive, contents, manifest_of

KEY = stream.new_key()


def written(*, says_more_by: int = 0) -> io.BytesIO:
    file = io.BytesIO()
    made: Any = Archive(file, recipient=stream.recipient_of(KEY), manifest={"made_at": "2026-03-03"})
    made.add("database", [b"page one", b"page two"])
    made._bytes += says_more_by
    made.end()
    return file


def test_it_is_read_as_it_was_written() -> None:
    file = written()
    assert manifest_of(file, key=KEY) == {"made_at": "2026-03-03"}
    assert [content for kind, content in contents(file, key=KEY) if kind == b"D"] == [b"page one", b"page two"]


def test_one_that_holds_less_than_it_says_is_damaged() -> None:
    """Its writer was cut short, and closed it all the same."""
    with pytest.raises(stream.Damaged, match="doesn't hold what it says it does"):
        manifest_of(written(says_more_by=1), key=KEY)
