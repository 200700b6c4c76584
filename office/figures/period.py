"""From when to when is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from programs.models import Program


@dataclass(frozen=True, slots=True)
class Period:
    """Both days count, by the program's clock. `today`: up to when one knows what became of it."""

    program: Program
    begins: date
    ends: date
    today: date

    @property
    def days(self) -> tuple[date, date]:
        return self.begins, self.ends

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.begins, time(), self.program.zone)

    @property
    def stops_at(self) -> datetime:
        """It isn't in it any more."""
        return datetime.combine(self.ends + timedelta(days=1), time(), self.program.zone)

    def within(self, field: str) -> dict[str, datetime]:
        """A moment in it, as a condition."""
        return {f"{field}__gte": self.starts_at, f"{field}__lt": self.stops_at}

    def months(self) -> Iterator[str]:
        """As keys: "2026-03"."""
        month = self.begins.replace(day=1)
        while month <= self.ends:
            yield f"{month:%Y-%m}"
            month = (month + timedelta(days=32)).replace(day=1)

    def quarters(self) -> Iterator[str]:
        """As keys: each one's first month, though the period may begin after it."""
        return (key for key in dict.fromkeys(f"{key[:5]}{(int(key[5:]) - 1) // 3 * 3 + 1:02}" for key in self.months()))
