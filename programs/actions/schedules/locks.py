"""The rows a change of schedule holds while it looks and writes: the men first, then cohorts, then sessions."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.refusal import Refusal
from programs.models import Cohort, Enrollment, Session


class SessionOver(Refusal):
    pass


class MovedMeanwhile(Refusal):
    pass


def expected(sessions: Iterable[Session]) -> dict[int, Enrollment]:
    """Everybody expected at one of them whose enrollment is open, by his number."""
    found: dict[int, Enrollment] = {}
    for session in sessions:
        roster = Enrollment.objects.on_roster(session).open().select_related("participant__key", "program")
        found |= {enrollment.pk: enrollment for enrollment in roster if enrollment.pk not in found}
    return dict(sorted(found.items()))


def from_elsewhere(session: Session) -> list[Enrollment]:
    """Those who come for this week alone: the men of the cohort come on that evening either way."""
    bookings = session.bookings.standing().select_related("enrollment__participant__key", "enrollment__program")
    return [booking.enrollment for booking in bookings]


def lock_men(enrollments: Iterable[int]) -> None:
    """The lowest first, as everywhere."""
    locked = Enrollment.objects.select_for_update().filter(pk__in=list(enrollments))
    list(locked.order_by("pk").values_list("pk"))


def lock_cohorts(cohorts: Iterable[int | None]) -> None:
    """Whoever changes a cohort's schedule or takes a seat there holds its row."""
    locked = Cohort.objects.select_for_update().filter(pk__in=[pk for pk in cohorts if pk is not None])
    list(locked.order_by("pk").values_list("pk"))


def lock_sessions(sessions: Iterable[Session]) -> list[Session]:
    """As they are now, in their order; held with them: those expected there, and their cohorts."""
    asked = list(sessions)
    lock_men({pk for one in asked for pk in Enrollment.objects.on_roster(one).values_list("pk", flat=True)})
    lock_cohorts({session.cohort_id for session in asked})
    pks = [session.pk for session in asked]
    locked = Session.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    fresh = locked.select_related("program", "cohort", "module")
    return sorted(fresh, key=lambda session: (session.starts_at, session.pk))


def planned(session: Session) -> Session:
    """It alone, held. Raises SessionOver unless it is still planned."""
    (locked,) = lock_sessions([session])
    still_planned(locked)
    return locked


def still_planned(session: Session) -> None:
    if session.state != Session.State.PLANNED:
        raise SessionOver(
            _("This session has already been held. Look at it again.")
            if session.state == Session.State.HELD
            else _("This session has already been canceled. Look at it again.")
        )


def as_it_was_seen(seen: Session, locked: Session) -> None:
    """Of two who move it at once the later looks again. Raises MovedMeanwhile."""
    if seen.starts_at != locked.starts_at:
        raise MovedMeanwhile("Somebody has moved this session since you opened the page. Look at it again.")
