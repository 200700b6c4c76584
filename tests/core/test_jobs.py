from datetime import datetime

import pytest

from core.jobs import do_each
from tests.factories.clock import NOW


class Part:
    """Notes when it is done."""

    def __init__(self, much: int = 0, error: Exception | None = None) -> None:
        self.much, self.error, self.done = much, error, list[datetime]()

    def __call__(self, *, now: datetime) -> int:
        self.done.append(now)
        if self.error:
            raise self.error
        return self.much


class TestDoEach:
    def test_says_how_much_of_each_was_done(self):
        parts = {"first": Part(3), "second": Part()}

        assert do_each(parts, now=NOW) == {"first": 3, "second": 0}
        assert [part.done for part in parts.values()] == [[NOW], [NOW]]

    def test_one_that_fails_holds_up_no_other_and_is_heard_of(self, caplog: pytest.LogCaptureFixture):
        wrong = ZeroDivisionError()
        parts = {
            "first": Part(error=wrong),
            "second": Part(1),
            "third": Part(error=ValueError("his name")),
            "last": Part(),
        }

        with pytest.raises(ZeroDivisionError):
            do_each(parts, now=NOW)

        assert [part.done for part in parts.values()] == [[NOW]] * 4
        assert caplog.messages == ["first: ZeroDivisionError", "third: ValueError"]
