"""Where evenings are held, who leads them, how many seats there are, and when a cohort is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from messaging.guarding import refuse_telling
from programs.actions.schedules.changed import Changed, Following
from programs.actions.schedules.days import leaders_free
from programs.actions.schedules.evenings import lead
from programs.actions.schedules.locks import expected, lock_cohorts, lock_men, lock_sessions
from programs.actions.schedules.moving import behind, may_still_change
from programs.actions.schedules.telling import News, give_up, settle
from programs.kinds import Change
from programs.models import Cohort, Enrollment, Session, SessionLeader


class NoPlace(Refusal):
    pass


class NoLeader(Refusal):
    pass


class SeatsTaken(Refusal):
    pass


class BelowTheLeast(Refusal):
    pass


class CohortOver(Refusal):
    pass


class StillSitting(Refusal):
    pass


class NotLogged(Refusal):
    pass


@transaction.atomic
def change_place(
    *,
    session: Session,
    place: str = "",
    link: str = "",
    following: Following = Following.STAY,
    by: User,
    now: datetime,
) -> Changed:
    """With Following.MOVE those behind it too, and where the cohort meets.

    Raises NoPlace, GivesAway, SessionOver, PastStays.
    """
    if not place.strip() and not link.strip():
        raise NoPlace("A session is held somewhere. Give its place, or the link to its video call.")
    refuse_telling(place, link)
    chain = _chain(session, following, now)
    old = {"place": chain[0].place, "link": chain[0].link}
    for one in chain:
        one.place, one.link = place, link
        one.save(update_fields=["place", "link"])
    if following is Following.MOVE and session.cohort_id:
        Cohort.objects.filter(pk=session.cohort_id).update(place=place, link=link)
    facts = {"old": old, "new": {"place": place, "link": link}, "sessions": [one.pk for one in chain]}
    record(by=by, now=now, verb="session.place_changed", on=chain[0], facts=facts)
    news = [News(one, Change.PLACE, list(expected([one]).values())) for one in chain]
    concerned = expected(chain)
    to_call = settle(news, concerned, changed=(), by=by, now=now)
    return Changed(sessions=chain, concerned=list(concerned.values()), to_call=to_call)


@transaction.atomic
def change_leaders(
    *,
    session: Session,
    leaders: Sequence[User],
    following: Following = Following.STAY,
    anyway: bool = False,
    by: User,
    now: datetime,
) -> Changed:
    """From now on these lead it and nobody else. Raises NoLeader, SessionOver, PastStays, LeaderElsewhere."""
    if not leaders:
        raise NoLeader("Somebody leads it. Choose one person or more.")
    chain = _chain(session, following, now)
    users = [leader.pk for leader in leaders]
    if not anyway:
        leaders_free([(one, one.starts_at) for one in chain], users)
    for one in chain:
        lead(one, [(user, SessionLeader.Role.LEADER) for user in users])
    facts = {"leaders": users, "sessions": [one.pk for one in chain]}
    record(by=by, now=now, verb="session.leaders_changed", on=chain[0], facts=facts)
    return Changed(sessions=chain, concerned=list(expected(chain).values()), to_call=[])


def _chain(session: Session, following: Following, now: datetime) -> list[Session]:
    """It and those behind it, held. Raises SessionOver, PastStays."""
    locked = lock_sessions([session, *behind(session, following)])
    may_still_change(next(one for one in locked if one.pk == session.pk), now)
    return [one for one in locked if one.state == Session.State.PLANNED]


@transaction.atomic
def change_capacity(*, cohort: Cohort, capacity: int, by: User, now: datetime) -> Changed:
    """Of the cohort and of its evenings to come. Raises CohortOver, BelowTheLeast, SeatsTaken."""
    coming = _coming(cohort, now)
    held = lock_sessions(coming) if coming else []
    lock_cohorts([cohort.pk])
    locked = Cohort.objects.get(pk=cohort.pk)
    _still_open(locked)
    _room_for(locked, held, capacity)
    old, locked.capacity = locked.capacity, capacity
    locked.save(update_fields=["capacity"])
    Session.objects.filter(pk__in=[one.pk for one in held]).update(capacity=capacity)
    record(by=by, now=now, verb="cohort.capacity_changed", on=locked, facts={"old": old, "new": capacity})
    concerned = expected(held)
    to_call = settle((), concerned, changed=(), by=by, now=now)
    return Changed(sessions=held, concerned=list(concerned.values()), to_call=to_call)


def _room_for(cohort: Cohort, coming: Iterable[Session], capacity: int) -> None:
    taken = cohort.seats.taken().count()
    if capacity < cohort.least:
        raise BelowTheLeast(f"{cohort.name} needs {cohort.least} men at least. Give it as many seats, or more.")
    if capacity < taken:
        seats = "One seat is" if taken == 1 else f"{taken} seats are"
        raise SeatsTaken(f"{seats} taken in {cohort.name}. Give it as many, or move somebody to another cohort first.")
    for session in coming:
        if (count := Enrollment.objects.on_roster(session).count()) > capacity:
            raise SeatsTaken(
                f"{count} people are expected on {session.on:%B} {session.on.day}, make-ups among them. "
                "Give it as many seats, or cancel a make-up first."
            )


@transaction.atomic
def close_cohort(*, cohort: Cohort, by: User, now: datetime) -> Changed:
    """It is over: what was still planned is canceled. Raises CohortOver, StillSitting, NotLogged."""
    coming = lock_cohort_to_end(cohort, now)
    locked = Cohort.objects.get(pk=cohort.pk)
    _still_open(locked)
    if taken := locked.seats.taken().count():
        men = "One man still sits" if taken == 1 else f"{taken} men still sit"
        raise StillSitting(f"{men} in {locked.name}. Move them to another cohort, or merge it into one.")
    return end_cohort(locked, coming, None, by, now)


def lock_cohort_to_end(cohort: Cohort, now: datetime, into: Cohort | None = None) -> list[Session]:
    """Its evenings to come, held with all their men, both cohorts, and those of the other cohort."""
    cohorts = [cohort.pk, *([into.pk] if into else [])]
    coming = list(Session.objects.from_now(now).filter(cohort__in=cohorts).select_related("program"))
    seated = Enrollment.objects.filter(seats__cohort__in=cohorts, seats__to_on=None).values_list("pk", flat=True)
    lock_men({*expected(coming), *seated})
    lock_cohorts(cohorts)
    return [one for one in lock_sessions(_coming(cohort, now)) if one.starts_at > now]


def end_cohort(cohort: Cohort, coming: Sequence[Session], into: Cohort | None, by: User, now: datetime) -> Changed:
    """With everything held. Raises NotLogged."""
    if cohort.sessions.not_logged(now).exists():
        raise NotLogged(f"A session of {cohort.name} isn't logged yet. Log it, or cancel it, then try again.")
    men, news = expected(coming), []
    for session in coming:
        news.append(News(session, Change.CANCELED, list(expected([session]).values())))
        for booking in session.bookings.standing():
            give_up(booking, by=by, now=now)
        session.state, session.canceled_why = Session.State.CANCELED, Session.Canceled.OTHER
        session.save(update_fields=["state", "canceled_why"])
    cohort.closed_at, cohort.merged_into = now, into
    cohort.save(update_fields=["closed_at", "merged_into"])
    facts = {"merged_into": into and into.pk, "canceled": [one.pk for one in coming]}
    record(by=by, now=now, verb="cohort.closed", on=cohort, facts=facts)
    to_call = settle(news, men, changed=(), by=by, now=now)
    return Changed(sessions=list(coming), concerned=list(men.values()), to_call=to_call)


def _coming(cohort: Cohort, now: datetime) -> list[Session]:
    return list(cohort.sessions.from_now(now).select_related("program"))


def _still_open(cohort: Cohort) -> None:
    if cohort.closed_at is not None:
        raise CohortOver(f"{cohort.name} is over. Look at it again.")
