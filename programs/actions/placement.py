"""What placing a man rests on, looked up: as many queries for two thousand cohorts as for three."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from core.refusal import Refusal
from participants.models import NonAssociation
from programs.actions.standing import marked
from programs.kinds import MarkKind
from programs.models import Booking, Cohort, Enrollment, Module, Seat, Session
from programs.placement import DAYS_IN_HAND, Group, Needs, Placement, joins_too_late, placement, weeks_behind
from programs.progress import Marked, Reachable, Rules, Week
from programs.tally import tally_of


class OtherLanguage(Refusal):
    pass


class TooLateToJoin(Refusal):
    pass


class Evening(NamedTuple):
    """A session still to come."""

    pk: int
    module: int
    cohort: int | None
    starts_at: datetime
    on: date
    language: str
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the office asks for; the dates stand with the courts, but for `Enrollment.finish_by`."""

    weekdays: frozenset[int] = frozenset()
    days_in_hand: int = DAYS_IN_HAND
    enroll_by: date | None = None
    start_by: date | None = None


@dataclass(slots=True)
class _Found:
    """`apart`: cohorts and sessions where someone is expected whom he must not meet."""

    evenings: list[Evening]
    booked: Mapping[int, int]
    seated: dict[int, int] = field(default_factory=dict)
    apart_cohorts: set[int] = field(default_factory=set)
    apart_sessions: set[int] = field(default_factory=set)
    his: set[int] = field(default_factory=set)

    def expected(self, evening: Evening) -> int:
        return self.booked.get(evening.pk, 0) + self.seated.get(evening.cohort or 0, 0)

    def has_room(self, evening: Evening) -> bool:
        if evening.pk in self.his:
            return True
        return self.expected(evening) < evening.capacity and not self.is_apart(evening)

    def is_apart(self, evening: Evening) -> bool:
        return evening.pk in self.apart_sessions or evening.cohort in self.apart_cohorts


def placement_of(enrollment: Enrollment, *, wishes: Wishes, now: datetime) -> Placement:
    """For one who waits, every open cohort of his program; for one who has a seat, every other one."""
    today = now.astimezone(enrollment.program.zone).date()
    marks = [marked(mark) for mark in enrollment.marks.current().select_related("session__program")]
    bookings = {one.session_id: one for one in enrollment.bookings.standing().select_related("session__program")}
    cohorts = list(_cohorts(enrollment))
    found = _look(enrollment, _busy(marks, bookings), now)
    found.seated = {cohort.pk: cohort.taken for cohort in cohorts}
    found.his = set(bookings)
    needs = Needs(
        today=today,
        language=enrollment.participant.language,
        weekdays=wishes.weekdays,
        marks=tuple(marks),
        own=tuple(_reachable(one, own=True) for one in found.evenings if one.pk in bookings),
        made_up=tuple(booking.session.on for booking in bookings.values()),
        enroll_by=wishes.enroll_by,
        start_by=wishes.start_by,
        finish_by=enrollment.finish_by,
        days_in_hand=wishes.days_in_hand,
    )
    elsewhere = [
        _reachable(one, own=False) for one in found.evenings if one.language == needs.language and found.has_room(one)
    ]
    return placement(needs, list(_groups(cohorts, found)), elsewhere)


def _cohorts(enrollment: Enrollment) -> Iterable[Any]:
    """With how many seats are `taken`, whether he `sits` there, and whether it `was_his`."""
    sat = Seat.objects.filter(cohort=OuterRef("pk"), enrollment=enrollment)
    of_his_program = Cohort.objects.open().filter(program=enrollment.program_id).select_related("policy")
    counted = of_his_program.annotate(
        taken=Count("seats", filter=Q(seats__to_on=None)), sits=Exists(sat.taken()), was_his=Exists(sat)
    )
    return counted.order_by("id")


def _busy(marks: Iterable[Marked], bookings: Mapping[int, Booking]) -> set[date]:
    """Days on which he was somewhere, unless he may come twice on them."""
    waived = {pk for pk, booking in bookings.items() if booking.one_a_day_waived_why}
    there = [mark for mark in marks if mark.kind is not MarkKind.ABSENT and not mark.doubled_up]
    return {mark.on for mark in there if mark.session not in waived}


def _look(enrollment: Enrollment, busy: Container[date], now: datetime) -> _Found:
    booked = Booking.objects.standing().filter(session__program=enrollment.program_id, session__starts_at__gt=now)
    counts = Counter(dict(booked.order_by().values_list("session").annotate(Count("pk"))))
    found = _Found([one for one in _evenings(enrollment, now) if one.on not in busy], counts)
    apart = NonAssociation.objects.kept_apart_from(enrollment.participant)
    seats = Seat.objects.taken().filter(enrollment__participant__in=apart)
    found.apart_cohorts = set(seats.values_list("cohort", flat=True))
    found.apart_sessions = set(booked.filter(enrollment__participant__in=apart).values_list("session", flat=True))
    return found


def _evenings(enrollment: Enrollment, now: datetime) -> Iterator[Evening]:
    """As tuples: of two thousand cohorts there are twenty thousand."""
    zone = enrollment.program.zone
    coming = Session.objects.from_now(now).filter(program=enrollment.program_id).order_by("starts_at", "id")
    columns = ("pk", "module_id", "cohort_id", "starts_at", "language", "capacity")
    for pk, module, cohort, starts_at, language, capacity in coming.values_list(*columns):
        yield Evening(pk, module, cohort, starts_at, starts_at.astimezone(zone).date(), language, capacity)


def _reachable(evening: Evening, *, own: bool) -> Reachable:
    return Reachable(evening.pk, evening.module, evening.on, evening.starts_at, own)


def _groups(cohorts: Iterable[Any], found: _Found) -> Iterator[Group]:
    theirs: dict[int | None, list[Evening]] = defaultdict(list)
    for evening in found.evenings:
        theirs[evening.cohort].append(evening)
    weeks = _weeks_of(cohorts)
    rules: dict[int, Rules] = {}
    for cohort in cohorts:
        if cohort.sits:
            continue
        evenings = theirs[cohort.pk]
        full = (one.on for one in evenings if not found.has_room(one) and not found.is_apart(one))
        yield Group(
            cohort=cohort.pk,
            name=cohort.name,
            language=cohort.language,
            weekday=cohort.weekday,
            weeks=weeks[cohort.curriculum_id],
            rules=rules.setdefault(cohort.policy_id, cohort.policy.rules),
            last_week_to_join=cohort.policy.last_week_to_join,
            evenings=tuple(_reachable(one, own=True) for one in evenings),
            free=cohort.capacity - found.seated[cohort.pk],
            full_on=next(full, None),
            kept_apart=cohort.pk in found.apart_cohorts or any(map(found.is_apart, evenings)),
            was_his=cohort.was_his,
        )


def _weeks_of(cohorts: Iterable[Cohort]) -> dict[int, tuple[Week, ...]]:
    """By curriculum."""
    found: dict[int, list[Week]] = defaultdict(list)
    taught = {cohort.curriculum_id for cohort in cohorts}
    for module in Module.objects.filter(curriculum__in=taught).order_by("week"):
        found[module.curriculum_id].append(Week(module.pk, module.week))
    return {curriculum: tuple(found[curriculum]) for curriculum in taught}


def check_he_may_join(enrollment: Enrollment, cohort: Cohort, *, now: datetime) -> None:
    """Raises OtherLanguage, TooLateToJoin; whoever sat there before goes on rather than joins."""
    if cohort.language != enrollment.participant.language:
        raise OtherLanguage(
            f"{cohort.name} is held in another language than his. "
            "Choose another cohort, or say that he joins it anyway."
        )
    if enrollment.seats.filter(cohort=cohort).exists():
        return
    weeks = [Week(module.pk, module.week) for module in cohort.curriculum.modules.all()]
    marks = [marked(mark) for mark in enrollment.marks.current().select_related("session__program")]
    credited = tally_of({week.module: week for week in weeks}, marks, cohort.policy.rules).credits.keys()
    ahead = set(cohort.sessions.from_now(now).values_list("module", flat=True))
    last = cohort.policy.last_week_to_join
    if joins_too_late(weeks_behind(weeks, ahead=ahead, credited=credited), last):
        raise TooLateToJoin(
            f"{cohort.name} is past week {last}, the last in which its policy lets anyone join. "
            "Choose another cohort, or say that he joins it anyway."
        )
