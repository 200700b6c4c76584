"""Planned evenings on other days: one, all that follow, two that change places, two on one day."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs import schedule
from programs.actions.schedules.changed import Changed, Following
from programs.actions.schedules.days import (
    Laid,
    alone_that_day,
    in_future,
    in_order,
    leaders_free,
    neighbors,
    not_overlapping,
    off_from,
    on_a_free_day,
    one_after_another,
)
from programs.actions.schedules.evenings import again, evening_of, take, wall
from programs.actions.schedules.locks import as_it_was_seen, expected, from_elsewhere, lock_sessions, still_planned
from programs.actions.schedules.telling import News, settle
from programs.kinds import Change
from programs.models import Session


class PastStays(Refusal):
    pass


class NotMoved(Refusal):
    pass


class WhyMissing(Refusal):
    pass


class NotOfOneCohort(Refusal):
    pass


class NotDoubled(Refusal):
    pass


@transaction.atomic
def move_session(
    *,
    session: Session,
    to: datetime,
    following: Following = Following.STAY,
    anyway: bool = False,
    by: User,
    now: datetime,
) -> Changed:
    """Hold it at another time; with Following.MOVE those behind it go as many days along, at the clock's same hour.

    `anyway`: on a day kept free, or while its leader leads another. Raises SessionOver, PastStays, MovedMeanwhile,
    NotMoved, IntoThePast, NotOnADayOff, TwoOnOneDay, OutOfOrder, LeaderElsewhere; nothing is written then.
    """
    held = lock_sessions([session, *behind(session, following)])
    locked = next(one for one in held if one.pk == session.pk)
    as_it_was_seen(session, locked)
    laid = dates_after(session=locked, to=to, following=following, now=now)
    _may_be_laid(laid, now, anyway)
    return _lay(laid, following, by, now)


def dates_after(*, session: Session, to: datetime, following: Following, now: datetime) -> list[Laid]:
    """When it and those behind it would be held: for a look ahead. Raises SessionOver, PastStays, NoPossibleDay."""
    may_still_change(session, now)
    chain = [session, *behind(session, following)]
    zone = session.program.zone
    local = to.astimezone(zone)
    off = off_from(session.program, local.date(), len(chain))
    days = schedule.moved_on([one.on for one in chain], local.date(), off)
    usual = wall(session)
    hours = [local.time() if (hour := wall(one)) == usual else hour for one in chain[1:]]
    later = [schedule.instant(day, hour, zone) for day, hour in zip(days[1:], hours, strict=True)]
    return list(zip(chain, [to, *later], strict=True))


def may_still_change(session: Session, now: datetime) -> None:
    """Raises SessionOver, PastStays."""
    still_planned(session)
    if session.starts_at <= now or session.marks.exists():
        raise PastStays("This session has begun. It stays where it is: log it, or cancel it.")


@transaction.atomic
def swap_weeks(*, one: Session, other: Session, why: str, by: User, now: datetime) -> Changed:
    """Two evenings of a cohort change their weeks; who made up a week there goes with it.

    Raises WhyMissing, NotOfOneCohort, SessionOver, PastStays; nothing is written then.
    """
    _said(why)
    if one.pk == other.pk or one.cohort_id is None or one.cohort_id != other.cohort_id:
        raise NotOfOneCohort("Only two weeks of one cohort can be swapped. Choose another week of it.")
    first, second = lock_sessions([one, other])
    for session in (first, second):
        may_still_change(session, now)
    news = [News(session, Change.MOVED, from_elsewhere(session)) for session in (first, second)]
    before = expected([first, second])
    evenings = evening_of(first), evening_of(second)
    take(first, evenings[1])
    take(second, evenings[0])
    facts = {"with": second.pk, "why": why}
    record(by=by, now=now, verb="session.weeks_swapped", on=first, facts=facts)
    changed = [first, second]
    to_call = settle(news, before, changed=changed, by=by, now=now)
    return Changed(sessions=changed, concerned=list(before.values()), to_call=to_call)


@transaction.atomic
def double_up(*, session: Session, to: datetime, why: str, anyway: bool = False, by: User, now: datetime) -> Changed:
    """Hold it, or again what was canceled, on a day on which its cohort has another: both have credit.

    Raises WhyMissing, NotDoubled, SessionOver, PastStays, MovedMeanwhile, IntoThePast, NotOnADayOff, TwoOnOneDay
    where the hours overlap, LeaderElsewhere; nothing is written then.
    """
    _said(why)
    (locked,) = lock_sessions([session])
    as_it_was_seen(session, locked)
    canceled = locked.state == Session.State.CANCELED
    if canceled:
        _not_held_again(locked)
    else:
        may_still_change(locked, now)
    _goes_beside(locked, to)
    in_future(to, now)
    if not anyway:
        on_a_free_day(locked.program, to)
        leaders_free([(locked, to)])
    return _double(locked, to, why, by, now)


def _double(session: Session, to: datetime, why: str, by: User, now: datetime) -> Changed:
    evening = evening_of(session).at(to)
    canceled = session.state == Session.State.CANCELED
    before = expected([session])
    doubled = again(session, evening) if canceled else session
    if not canceled:
        take(doubled, evening)
    doubled.doubled_up_why = why
    doubled.save(update_fields=["doubled_up_why"])
    record(by=by, now=now, verb="session.doubled_up", on=doubled, facts={"starts_at": to, "why": why})
    concerned = before | expected([doubled])
    news = [News(doubled, Change.MOVED, list(concerned.values()))]
    to_call = settle(news, concerned, changed=[doubled], by=by, now=now)
    return Changed(sessions=[doubled], concerned=list(concerned.values()), to_call=to_call)


def _said(why: str) -> None:
    if not why.strip():
        raise WhyMissing("Say why. It is kept with the session.")


def _not_held_again(session: Session) -> None:
    if Session.objects.standing().filter(cohort=session.cohort_id, module=session.module_id).exists():
        raise NotDoubled("This week is already held on another day. Move that session.")


def _goes_beside(session: Session, to: datetime) -> None:
    """Its cohort has another one that day, at another hour."""
    day = to.astimezone(session.program.zone).date()
    that_day = [other for other in neighbors(session) if other.on == day]
    if not that_day:
        raise NotDoubled("The cohort has no session on that day. Move this one there instead.")
    not_overlapping(session, to, that_day)


def behind(session: Session, following: Following) -> list[Session]:
    """The planned ones of its cohort that begin later, and at which nobody was marked yet."""
    if following is Following.STAY or session.cohort is None:
        return []
    later = session.cohort.sessions.from_now(session.starts_at).exclude(pk=session.pk).filter(marks=None)
    return list(later.select_related("program", "cohort", "module"))


def _may_be_laid(laid: Sequence[Laid], now: datetime, anyway: bool) -> None:
    (session, to), chain = laid[0], [one for one, _ in laid]
    if session.starts_at == to:
        raise NotMoved("It is planned for that very time. Choose another one.")
    others = neighbors(session, but=chain)
    for one, start in laid:
        in_future(start, now)
        alone_that_day(one, start, others)
        in_order(one, start, others)
    one_after_another(laid)
    if not anyway:
        on_a_free_day(session.program, to)
        leaders_free(laid)


def _lay(laid: Sequence[Laid], following: Following, by: User, now: datetime) -> Changed:
    chain = [session for session, _ in laid]
    before = expected(chain)
    for number, (session, start) in enumerate(laid):
        old_day, facts = session.on, {"following": following, "old": session.starts_at, "new": start}
        session.starts_at = start
        if number == 0 and session.on != old_day:
            session.doubled_up_why = ""
        session.save(update_fields=["starts_at", "doubled_up_why"])
        record(by=by, now=now, verb="session.moved", on=session, facts=facts)
    concerned = before | expected(chain)
    news = [News(session, Change.MOVED, list(expected([session]).values())) for session in chain]
    to_call = settle(news, concerned, changed=chain, by=by, now=now)
    return Changed(sessions=chain, concerned=list(concerned.values()), to_call=to_call)
