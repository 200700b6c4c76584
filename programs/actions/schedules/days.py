"""Which days and hours a session may be laid on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from core.refusal import Refusal
from programs import schedule
from programs.models import Program, Session
from programs.wording import english_date

Laid = tuple[Session, datetime]


class IntoThePast(Refusal):
    pass


class NotOnADayOff(Refusal):
    pass


class TwoOnOneDay(Refusal):
    pass


class OutOfOrder(Refusal):
    pass


class LeaderElsewhere(Refusal):
    pass


def days_off(program: Program, first: date, last: date) -> dict[date, str]:
    """What the state and the program keep free in those years, by name."""
    own = {off.on: off.reason or "a day off" for off in program.days_off.all()}
    return schedule.state_holidays(program.state, range(first.year, last.year + 1)) | own


def off_from(program: Program, first: date, weeks: int) -> dict[date, str]:
    """For a schedule of so many weeks: it may take twice as long, and a year more if it must."""
    return days_off(program, first, first + timedelta(weeks=2 * weeks + 53))


def clock_time(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def told(session: Session) -> str:
    """Such as "week 4 on March 24, 2026"."""
    return f"week {session.module.week} on {english_date(session.on)}"


def in_future(start: datetime, now: datetime) -> None:
    if start <= now:
        raise IntoThePast("This moment has passed. Choose one that is still to come.")


def on_a_free_day(program: Program, start: datetime) -> None:
    day = start.astimezone(program.zone).date()
    if name := days_off(program, day, day).get(day):
        raise NotOnADayOff(f"{english_date(day)} is kept free: {name}. Choose another day, or tick “Even so”.")


def neighbors(session: Session, but: Iterable[Session] = ()) -> list[Session]:
    """The other evenings of its cohort that stand, in their order."""
    if session.cohort_id is None:
        return []
    left_out = {session.pk, *(one.pk for one in but)}
    others = Session.objects.standing().filter(cohort=session.cohort_id).exclude(pk__in=left_out)
    return list(others.select_related("program", "module"))


def alone_that_day(session: Session, start: datetime, others: Iterable[Session]) -> None:
    """Unless a coordinator has doubled the two up: then one begins when the other is over. Raises TwoOnOneDay."""
    day = start.astimezone(session.program.zone).date()
    for other in others:
        if other.on == day and not (session.on == day and _doubled(session, other)):
            raise TwoOnOneDay(
                f"The cohort has {told(other)}. Choose another day, or double up on that day, with a reason."
            )
        not_overlapping(session, start, [other])


def _doubled(session: Session, other: Session) -> bool:
    return bool(session.doubled_up_why or other.doubled_up_why)


def in_order(session: Session, start: datetime, others: Iterable[Session]) -> None:
    """It stays before what it was before, and after what it was after."""
    first, last = sorted((session.starts_at, start))
    for other in others:
        if first < other.starts_at < last:
            raise OutOfOrder(
                f"It would pass {told(other)}. Move all that follow too, or swap the two weeks, with a reason."
            )


def leaders_free(laid: Sequence[Laid], leaders: Iterable[int] | None = None) -> None:
    """Nobody leads two at one time. `leaders` None: those who lead them now. Raises LeaderElsewhere."""
    changed = {session.pk for session, _ in laid}
    for session, start in laid:
        users = list(session.led.values_list("user", flat=True)) if leaders is None else list(leaders)
        for other in _led_then(users, session, start, changed):
            name = other.led.filter(user__in=users).select_related("user")[0].user.name
            where = other.cohort.name if other.cohort else "a make-up session"
            local = other.starts_at.astimezone(other.program.zone)
            raise LeaderElsewhere(
                f"{name} leads {where} on {english_date(other.on)} at {clock_time(local)}. "
                "Choose another time or leader, or tick “Even so”."
            )


def _led_then(users: Sequence[int], session: Session, start: datetime, but: set[int]) -> list[Session]:
    """What they lead while it lasts. No evening is longer than a day."""
    end = start + timedelta(minutes=session.minutes)
    near = Session.objects.standing().filter(
        led__user__in=users, starts_at__lt=end, starts_at__gt=start - timedelta(days=1)
    )
    others = near.exclude(pk__in=but).select_related("cohort", "program").distinct()
    return [other for other in others if other.ends_at > start]


def one_after_another(laid: Sequence[Laid]) -> None:
    """Those that share a day don't meet. Raises TwoOnOneDay."""
    for (first, start), (second, begins) in pairwise(laid):
        if start + timedelta(minutes=first.minutes) > begins:
            raise TwoOnOneDay(
                f"Week {second.module.week} would begin before week {first.module.week} is over. Choose another time."
            )


def not_overlapping(session: Session, start: datetime, others: Iterable[Session]) -> None:
    """Two of one cohort, one after the other. Raises TwoOnOneDay."""
    end = start + timedelta(minutes=session.minutes)
    for other in others:
        over = other.ends_at
        if other.starts_at < end and start < over:
            begins, ends = (at.astimezone(session.program.zone) for at in (other.starts_at, over))
            raise TwoOnOneDay(
                f"Week {other.module.week} lasts from {clock_time(begins)} to {clock_time(ends)} on that day. "
                "Choose a time before or after it."
            )
