"""After a change of schedule: bookings that clash are given up, standings worked out anew, people told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from audit.actions import record
from programs.actions.changes import tell
from programs.actions.standing import reassess_all
from programs.kinds import Change
from programs.models import Booking, Enrollment, Session


@dataclass(frozen=True, slots=True)
class News:
    """That something about this session is another than these people know."""

    session: Session
    what: Change
    enrollments: Sequence[Enrollment]


def settle(
    news: Iterable[News], concerned: Mapping[int, Enrollment], *, changed: Iterable[Session], by: User, now: datetime
) -> list[Enrollment]:
    """Returns those who must be called."""
    dropped = _unbook(concerned, {session.pk for session in changed}, by, now)
    lost = [News(one.session, Change.UNBOOKED, [concerned[one.enrollment_id]]) for one in dropped]
    reassess_all(concerned.values(), by=by, now=now)
    to_call = [one for each in [*lost, *_first_to_each(news)] for one in _told(each, now)]
    called = {one.pk: one for one in [*to_call, *(one for each in lost for one in each.enrollments)]}
    return [called[pk] for pk in sorted(called)]


def _told(news: News, now: datetime) -> list[Enrollment]:
    if not news.enrollments:
        return []
    return tell(session=news.session, enrollments=news.enrollments, what=news.what, now=now)


def _first_to_each(news: Iterable[News]) -> list[News]:
    """Whoever is concerned by several hears of the first one: the others are reminded of by their new dates."""
    heard: set[int] = set()
    first = []
    for each in news:
        new = [one for one in each.enrollments if one.pk not in heard]
        heard |= {one.pk for one in new}
        first.append(News(each.session, each.what, new))
    return first


def _unbook(concerned: Mapping[int, Enrollment], changed: set[int], by: User, now: datetime) -> list[Booking]:
    """Give up the make-ups that fall, by this change, on a day on which he has another session."""
    coming = Booking.objects.standing().filter(enrollment__in=concerned, session__starts_at__gt=now)
    dropped = []
    for booking in coming.select_related("session__program").order_by("id"):
        if not booking.one_a_day_waived_why and _clashes(booking, changed):
            give_up(booking, by=by, now=now)
            dropped.append(booking)
    return dropped


def give_up(booking: Booking, *, by: User, now: datetime) -> None:
    booking.canceled_at, booking.canceled_by = now, by
    booking.save(update_fields=["canceled_at", "canceled_by"])
    record(by=by, now=now, verb="makeup.canceled", on=booking, facts={"session": booking.session_id})


def _clashes(booking: Booking, changed: set[int]) -> bool:
    session = booking.session
    if session.state != Session.State.PLANNED or session.doubled_up_why:
        return False
    seats = booking.enrollment.seats.taken()
    booked = booking.enrollment.bookings.standing().exclude(pk=booking.pk)
    others = Session.objects.standing().filter(cohort__seats__in=seats) | Session.objects.standing().filter(
        bookings__in=booked
    )
    same_day = [o for o in others.select_related("program").distinct() if o.on == session.on and o.pk != session.pk]
    return any(session.pk in changed or other.pk in changed for other in same_day)
