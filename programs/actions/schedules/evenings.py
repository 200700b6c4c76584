"""What belongs to an evening, not to its week: when and where it is, and who leads it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time

from programs import schedule
from programs.models import Session, SessionLeader


@dataclass(frozen=True, slots=True)
class Evening:
    starts_at: datetime
    minutes: int
    place: str
    link: str
    doubled_up_why: str
    led: tuple[tuple[int, str], ...]

    def at(self, starts_at: datetime) -> "Evening":
        return replace(self, starts_at=starts_at, doubled_up_why="")


def evening_of(session: Session, *, substitutes: bool = True) -> Evening:
    led = session.led.order_by("id").values_list("user_id", "role")
    kept = tuple(one for one in led if substitutes or one[1] == SessionLeader.Role.LEADER)
    return Evening(
        session.starts_at, session.minutes, session.place, session.link, session.doubled_up_why, kept or tuple(led)
    )


def take(session: Session, evening: Evening) -> None:
    """This week is held on that evening."""
    session.starts_at, session.minutes = evening.starts_at, evening.minutes
    session.place, session.link = evening.place, evening.link
    session.doubled_up_why = evening.doubled_up_why
    session.save(update_fields=["starts_at", "minutes", "place", "link", "doubled_up_why"])
    lead(session, evening.led)


def lead(session: Session, led: Iterable[tuple[int, str]]) -> None:
    """By these and nobody else."""
    wanted = tuple(led)
    if set(wanted) == set(session.led.values_list("user_id", "role")):
        return
    session.led.all().delete()
    SessionLeader.objects.bulk_create(SessionLeader(session=session, user_id=user, role=role) for user, role in wanted)


def again(canceled: Session, evening: Evening) -> Session:
    """The canceled week, held on another evening."""
    made = Session.objects.create(
        program=canceled.program,
        cohort=canceled.cohort,
        module=canceled.module,
        starts_at=evening.starts_at,
        minutes=evening.minutes,
        language=canceled.language,
        place=evening.place,
        link=evening.link,
        capacity=canceled.capacity,
        doubled_up_why=evening.doubled_up_why,
    )
    lead(made, evening.led)
    return made


def wall(session: Session) -> time:
    zone = session.program.zone
    local = session.starts_at.astimezone(zone).time()
    return schedule.wall(session.starts_at, session.cohort.starts_at, zone) if session.cohort else local
