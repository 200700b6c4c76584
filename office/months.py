"""Months of the books, each named by its first day. No Django."""

from datetime import date, timedelta

# From this day of the next month a month's books can be expected to be whole.
CLOSED_FROM = 5


def month_of(on: date) -> date:
    return on.replace(day=1)


def after(month: date) -> date:
    return month_of(month + timedelta(days=31))


def before(month: date) -> date:
    return month_of(month - timedelta(days=1))


def last_day(month: date) -> date:
    return after(month) - timedelta(days=1)


def of_year(year: int) -> list[date]:
    return [date(year, month, 1) for month in range(1, 13)]


def span_of_year(year: int) -> tuple[date, date]:
    """Its first day and its last."""
    return date(year, 1, 1), date(year, 12, 31)


def is_over(month: date, today: date) -> bool:
    return after(month) <= today


def due_to_close(today: date) -> date:
    """The newest month whose books should be closed by now."""
    newest = before(month_of(today))
    return newest if today.day >= CLOSED_FROM else before(newest)


def to_close(first_line: date | None, last_closed: date | None) -> date | None:
    """The next in order. None: there is nothing to close yet."""
    if last_closed is not None:
        return after(last_closed)
    return month_of(first_line) if first_line else None


def named(month: date) -> str:
    return f"{month:%B %Y}"
