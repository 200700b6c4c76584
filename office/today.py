"""What needs a person now, the most urgent first. Pure: `office.waiting` finds the lines."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# What waits without a date may sleep so long.
LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to do. `due_on`: by when; None: it waits, since `since`. `broken`: something went wrong with it.

    `key`: its kind and its record, by which it is given to somebody or sleeps. `of`: whose it is by its nature.
    """

    key: str = ""
    what: str
    whom: str = ""
    whom_url: str = ""
    why: str = ""
    button: str
    url: str
    due_on: date | None = None
    since: date | None = None
    broken: bool = False
    of: int | None = None
    # The role that alone can do it: nobody else sees the line. Empty: whoever works here.
    only: str = ""

    def when(self, today: date) -> str:
        if self.due_on is None:
            return _waiting(self.since, today)
        days = (self.due_on - today).days
        if days < 0:
            return "1 day late" if days == -1 else f"{-days} days late"
        return {0: "Today", 1: "Tomorrow"}.get(days, f"In {days} days")

    def tone(self, today: date) -> str:
        """The color that goes with the word: late, attention, or quiet."""
        if self.broken or (self.due_on is not None and self.due_on < today):
            return "late"
        return "attention" if self.due_on == today else "quiet"


def seen_by(lines: Iterable[Line], roles: Collection[str]) -> list[Line]:
    """Those that one with these roles can do something about."""
    return [line for line in lines if not line.only or line.only in roles]


def sleeps_at_most(line: Line, today: date) -> date | None:
    """The last day until which it may sleep: never past the day by which it is due. None: it may not."""
    last = line.due_on or today + LONGEST
    return last if last > today else None


def _waiting(since: date | None, today: date) -> str:
    days = (today - since).days if since else 0
    if days < 1:
        return "New"
    return "For 1 day" if days == 1 else f"For {days} days"


def by_urgency(lines: Iterable[Line], today: date) -> list[Line]:
    """Late ones by how late, what went wrong, today's, what waits by how long, then what is due later."""
    return sorted(lines, key=lambda line: (_group(line, today), line.due_on or line.since or today, line.whom))


def _group(line: Line, today: date) -> int:
    if line.due_on is not None and line.due_on < today:
        return 0
    if line.broken:
        return 1
    if line.due_on == today:
        return 2
    return 3 if line.due_on is None else 4
