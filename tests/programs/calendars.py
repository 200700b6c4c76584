"""Days and hours of a cohort's evenings, as the wall shows them."""

from datetime import date, datetime, time

from programs.models import Cohort, Session
from programs.schedule import instant
from tests.programs.scene import Scene


def weeks_of(cohort: Cohort) -> list[tuple[int, date]]:
    """What stands, first to last: which week on which day."""
    standing = Session.objects.standing().filter(cohort=cohort).select_related("program", "module")
    return [(session.module.week, session.on) for session in standing]


def evening(running: Scene, day: date, hour: int = 18) -> datetime:
    return instant(day, time(hour), running.program.zone)


def march(*days: int) -> list[date]:
    return [date(2026, 3, day) for day in days]
