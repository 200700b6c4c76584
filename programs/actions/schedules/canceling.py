"""An evening that does not take place, or a whole day of them: nobody's absence."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs import schedule
from programs.actions.schedules.changed import Canceled, DayCanceled, Following
from programs.actions.schedules.days import alone_that_day, in_future, leaders_free, neighbors, off_from, on_a_free_day
from programs.actions.schedules.evenings import Evening, again, evening_of, take
from programs.actions.schedules.locks import expected, from_elsewhere, lock_sessions, still_planned
from programs.actions.schedules.telling import News, give_up, settle
from programs.kinds import Change
from programs.models import Program, Session


class OneOrTheOther(Refusal):
    pass


class NothingFollows(Refusal):
    pass


class NothingThatDay(Refusal):
    pass


@transaction.atomic
def cancel_session(
    *,
    session: Session,
    why: Session.Canceled,
    following: Following = Following.STAY,
    replaced_at: datetime | None = None,
    anyway: bool = False,
    by: User,
    now: datetime,
) -> Canceled:
    """It did not, or will not, take place. Its marks stay as they are.

    With `replaced_at` its week is held then; with Following.MOVE on the cohort's next evening, and each later week
    one evening later. Raises SessionOver, OneOrTheOther, NothingFollows, IntoThePast, NotOnADayOff, TwoOnOneDay,
    LeaderElsewhere, schedule.NoPossibleDay; nothing is written then.
    """
    if replaced_at and following is Following.MOVE:
        raise OneOrTheOther("Either it is held on that day, or all that follow move. Choose one of the two.")
    held = lock_sessions([session, *_that_follow(session, following, now)])
    locked = next(one for one in held if one.pk == session.pk)
    still_planned(locked)
    following_ones = _that_follow(locked, following, now)
    if replaced_at:
        _may_be_replaced(locked, replaced_at, now, anyway)
    return _cancel(locked, following_ones, why, following, replaced_at, by, now)


def evenings_after(*, sessions: Sequence[Session], now: datetime) -> list[tuple[Session, datetime]]:
    """When those canceled, and those behind them, would be held if all move: for a look ahead.

    `sessions`: one, or what one cohort has on one day, first to last. Raises NothingFollows, NoPossibleDay.
    """
    first, canceled = sessions[0], {one.pk for one in sessions}
    later = [one for one in _that_follow(first, Following.MOVE, now) if one.pk not in canceled]
    starts = [one.starts_at for one in later]
    for _one in sessions:
        starts.append(_one_more(first, later, now, taken=starts).starts_at)
    return list(zip([*sessions, *later], starts, strict=True))


@transaction.atomic
def cancel_day(
    *,
    program: Program,
    on: date,
    why: Session.Canceled,
    following: Following = Following.STAY,
    by: User,
    now: datetime,
) -> DayCanceled:
    """Snow: every planned session of that day but those at which somebody was marked. Raises NothingThatDay."""
    sessions = planned_on(program, on)
    if not sessions:
        raise NothingThatDay("No session is planned on that day that could be canceled. Choose another day.")
    asked = [one for session in sessions for one in (session, *_that_follow(session, _may(session, following), now))]
    locked = {one.pk: one for one in lock_sessions(asked)}
    canceled: list[Canceled] = []
    # The last one first: of two that a cohort has on that day, the earlier must not move into the later one's place.
    for session in reversed(sessions):
        one = locked[session.pk]
        if one.state == Session.State.PLANNED and one.on == on:
            how = _may(one, following)
            canceled.insert(0, _cancel(one, _that_follow(one, how, now), why, how, None, by, now))
    to_call = {man.pk: man for one in canceled for man in one.to_call}
    return DayCanceled(canceled=canceled, to_call=list(to_call.values()))


def planned_on(program: Program, on: date) -> list[Session]:
    """What a canceled day would take away, first to last."""
    start = schedule.instant(on, time(), program.zone)
    end = schedule.instant(on + timedelta(days=1), time(), program.zone)
    that_day = program.sessions.filter(state=Session.State.PLANNED, starts_at__gte=start, starts_at__lt=end)
    return list(that_day.filter(marks=None).select_related("program", "cohort", "module"))


def _may(session: Session, following: Following) -> Following:
    """Nothing follows a make-up session."""
    return following if session.cohort_id else Following.STAY


def _that_follow(session: Session, following: Following, now: datetime) -> list[Session]:
    """The evenings still to come of its cohort behind it. Raises NothingFollows for a make-up session."""
    if following is Following.STAY:
        return []
    if session.cohort is None:
        raise NothingFollows("Nothing follows a make-up session. Cancel it alone, or give a day for it.")
    later = session.cohort.sessions.from_now(now).filter(starts_at__gte=session.starts_at)
    return list(later.exclude(pk=session.pk).filter(marks=None).select_related("program", "cohort", "module"))


def _may_be_replaced(session: Session, at: datetime, now: datetime, anyway: bool) -> None:
    in_future(at, now)
    alone_that_day(session, at, neighbors(session))
    if not anyway:
        on_a_free_day(session.program, at)
        leaders_free([(session, at)])


def _cancel(
    session: Session,
    later: Sequence[Session],
    why: Session.Canceled,
    following: Following,
    replaced_at: datetime | None,
    by: User,
    now: datetime,
) -> Canceled:
    """With its men, its cohort and all of these sessions held."""
    there, elsewhere = expected([session]), expected(later)
    booked = {one.pk: from_elsewhere(one) for one in later}
    session.state, session.canceled_why = Session.State.CANCELED, why
    session.save(update_fields=["state", "canceled_why"])
    for booking in session.bookings.standing():
        give_up(booking, by=by, now=now)
    evenings = _evenings(session, later, replaced_at, now) if replaced_at or following is Following.MOVE else []
    replacement = again(session, evenings[0]) if evenings else None
    for one, evening in zip(later, evenings[1:], strict=True):
        take(one, evening)
    facts = {
        "why": why,
        "replaced_by": replacement and replacement.pk,
        "moved": {one.pk: one.starts_at for one in later},
    }
    record(by=by, now=now, verb="session.canceled", on=session, facts=facts)
    news = [News(session, Change.CANCELED, list(there.values()))]
    news += [News(one, Change.MOVED, booked[one.pk]) for one in later]
    concerned = there | elsewhere
    changed = [*later, replacement] if replacement else []
    to_call = settle(news, concerned, changed=changed, by=by, now=now)
    return Canceled(
        session=session, replacement=replacement, moved=list(later), concerned=list(concerned.values()), to_call=to_call
    )


def _evenings(session: Session, later: Sequence[Session], replaced_at: datetime | None, now: datetime) -> list[Evening]:
    """On which each of them is held now: the canceled week, then those behind it."""
    own = evening_of(session)
    if replaced_at:
        return [own.at(replaced_at)]
    return [*(evening_of(one) for one in later), _one_more(session, later, now)]


def _one_more(session: Session, later: Sequence[Session], now: datetime, taken: Iterable[datetime] = ()) -> Evening:
    """Behind the last one: the next free day on which the cohort meets."""
    cohort, zone = session.cohort, session.program.zone
    if cohort is None:
        raise NothingFollows("Nothing follows a make-up session.")
    days = [one.on for one in neighbors(session)] + [start.astimezone(zone).date() for start in taken]
    last = max([session.on, now.astimezone(zone).date(), *days])
    day = schedule.after(last, cohort.weekday, off_from(session.program, last, 1))
    usual = evening_of([session, *later][-1], substitutes=False)
    return usual.at(schedule.instant(day, cohort.starts_at, zone))
