"""When a text may go: between nine and twenty hours where he lives."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(20)


def sendable_at(now: datetime, zone: ZoneInfo) -> datetime:
    """`now` if the clock there shows from 09:00 to before 20:00, else the next 09:00 there.

    Raises ValueError when `now` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError("a time without a zone says nothing about his clock")
    there = now.astimezone(zone)
    if OPENS <= there.time() < CLOSES:
        return now
    day = there.date() if there.time() < OPENS else there.date() + timedelta(days=1)
    # By way of UTC, so that an hour (or in Samoa a day) that the clock skips becomes a real instant.
    return datetime.combine(day, OPENS, tzinfo=zone).astimezone(UTC).astimezone(zone)
