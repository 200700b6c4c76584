"""The board above the list of cohorts: how each one stands, what is next, and who still waits for a seat."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Count, Min, OuterRef, Q, Subquery

from courts.models import Referral
from courts.moves import State
from office import words
from office.forms.groups import with_seats
from office.intakes import Availability, availability_of
from office.placing import meets
from office.squares import Square
from office.subjects import rows
from programs.kinds import CAME, MarkKind, RequirementKind
from programs.models import Cohort, Enrollment, Mark, Policy, Requirement, Session
from programs.models.enrollment import EnrollmentQuerySet

# Nobody reads more at a glance; the list below has all.
SHOWN, WAITING_SHOWN = 40, 25
# As so many dots a seat is seen; of more, the numbers say it.
DRAWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    cohort: Any
    meets: str
    language: str
    squares: list[Square]
    next: Session | None
    leaders: list[str]
    # Of a hundred who were expected at sessions that were held; None: none was held yet.
    attendance: int | None

    @property
    def dots(self) -> Sequence[bool]:
        """Each seat: taken or free."""
        capacity, taken = self.cohort.capacity, self.cohort.taken
        return [seat < taken for seat in range(capacity)] if capacity <= DRAWN else []

    @property
    def free(self) -> int:
        return max(int(self.cohort.capacity) - int(self.cohort.taken), 0)

    @property
    def held(self) -> int:
        return sum(square.shape == "filled" for square in self.squares)

    @property
    def lacks_a_log(self) -> bool:
        """An evening is over, or under way, and not logged."""
        return any(square.shape == "half" for square in self.squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    enrollment: Enrollment
    since: date | None
    days: int | None
    seat_by: date | None
    availability: Availability | None
    speaks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    rows: list[Row]
    more: int
    waits: list[Waits]
    more_waiting: int


def board(*, now: datetime, today: date) -> Board:
    """As many queries for forty cohorts as for one."""
    cohorts = _open_cohorts(now)
    waiting = cast(EnrollmentQuerySet, rows(Enrollment)).waiting()
    seat_by = _seat_by()
    pressing = _most_pressing_first(waiting, seat_by)
    found = waiting.in_bulk(pressing[:WAITING_SHOWN])
    shown = [found[pk] for pk in pressing[:WAITING_SHOWN] if pk in found]
    return Board(
        rows=_rows(cohorts, now),
        more=Cohort.objects.open().count() - len(cohorts),
        waits=_waits(shown, seat_by, today),
        more_waiting=len(pressing) - len(shown),
    )


def _seat_by() -> dict[int, date]:
    """By enrollment that waits: the soonest day by which a court wants him enrolled, or to have started."""
    running = Referral.objects.filter(
        enrollment__state=Enrollment.State.WAITING, state__in=(State.ACCEPTED, State.ENROLLED)
    )
    soonest: dict[int, date] = {}
    for enrollment, *days in running.values_list("enrollment").annotate(Min("enroll_by"), Min("start_by")).order_by():
        if known := [day for day in days if day]:
            soonest[enrollment] = min(known)
    return soonest


def _most_pressing_first(waiting: EnrollmentQuerySet, seat_by: Mapping[int, date]) -> list[int]:
    """Who must be seated soonest, whether a court said so or the weeks up to its date do; then who came first."""
    newest = dict(Policy.objects.order_by("version").values_list("program", "sessions_required"))

    def presses(one: tuple[int, int, date | None]) -> date:
        pk, program, finish_by = one
        begins_by = finish_by - timedelta(weeks=newest.get(program, 0)) if finish_by else date.max
        return min(seat_by.get(pk, date.max), begins_by)

    return [pk for pk, *_ in sorted(waiting.values_list("pk", "program", "finish_by"), key=presses)]


def _open_cohorts(now: datetime) -> list[Any]:
    """The next to meet first; those with nothing ahead last."""
    coming = Session.objects.from_now(now).filter(cohort=OuterRef("pk")).order_by("starts_at").values("starts_at")[:1]
    found = with_seats(Cohort.objects.open().select_related("program")).annotate(meets_next=Subquery(coming))
    return sorted(found, key=lambda one: (one.meets_next is None, one.meets_next or now, one.name))[:SHOWN]


def _rows(cohorts: Sequence[Any], now: datetime) -> list[Row]:
    sessions: dict[int, list[Session]] = defaultdict(list)
    theirs = Session.objects.filter(cohort__in=cohorts).select_related("module", "program").order_by("starts_at")
    for session in theirs.prefetch_related("led__user"):
        sessions[session.cohort_id or 0].append(session)
    attendance = _attendance(cohorts)
    return [_row(cohort, sessions[cohort.pk], attendance.get(cohort.pk), now) for cohort in cohorts]


def _row(cohort: Any, sessions: Sequence[Session], attendance: int | None, now: datetime) -> Row:
    planned = [one for one in sessions if one.state == Session.State.PLANNED]
    # One that is on comes before what is still ahead; one that nobody has logged stands under Today.
    following = next((one for one in planned if one.ends_at >= now), None)
    return Row(
        cohort=cohort,
        meets=meets(cohort),
        language=words.language(cohort.language),
        squares=_squares(sessions, now),
        next=following,
        leaders=[one.user.name for one in following.led.all()] if following else [],
        attendance=attendance,
    )


def _squares(sessions: Iterable[Session], now: datetime) -> list[Square]:
    weeks: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        weeks[session.module.week].append(session)
    return [Square(week, *_shape(weeks[week], now)) for week in sorted(weeks)]


def _shape(of_week: Iterable[Session], now: datetime) -> tuple[str, str]:
    states = {one.state for one in of_week}
    if Session.State.HELD in states:
        return "filled", "held"
    if Session.State.PLANNED not in states:
        return "crossed", "canceled"
    late = any(one.state == Session.State.PLANNED and one.starts_at <= now for one in of_week)
    return ("half", "not logged yet") if late else ("hollow", "to come")


def _attendance(cohorts: Sequence[Any]) -> dict[int, int]:
    """Whoever wasn't served because of us counts neither way."""
    held = Mark.objects.current().filter(session__cohort__in=cohorts, session__state=Session.State.HELD)
    counted = held.exclude(kind=MarkKind.NOT_PROVIDED).values_list("session__cohort")
    by_cohort = counted.annotate(came=Count("pk", filter=Q(kind__in=CAME)), expected=Count("pk")).order_by()
    return {cohort: round(100 * came / expected) for cohort, came, expected in by_cohort}


def _waits(shown: Sequence[Enrollment], seat_by: Mapping[int, date], today: date) -> list[Waits]:
    since = _since(shown)
    said = availability_of([one.participant_id for one in shown])
    return [
        Waits(
            enrollment=one,
            since=since.get(one.pk),
            days=(today - since[one.pk]).days if one.pk in since else None,
            seat_by=seat_by.get(one.pk),
            availability=said.get(one.participant_id),
            speaks=words.language(one.participant.language),
        )
        for one in shown
    ]


def _since(shown: Sequence[Enrollment]) -> dict[int, date]:
    met = Requirement.objects.filter(enrollment__in=shown, kind=RequirementKind.INTAKE)
    return dict(met.values_list("enrollment", "met_on"))
