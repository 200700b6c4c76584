"""Which cohorts still let a man finish in time, the best first, and why the others don't. No Django, no clock.

What is offered is worked out by the very function that later says where he stands: `progress.assess`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from programs.plan import Reachable
from programs.progress import Assessment, Marked, Rules, Week, assess
from programs.tally import tally_of

# Between his last evening and the date that binds: for an evening that is snowed in, and for the report.
DAYS_IN_HAND = 7
# Where none fits by its own evenings, so many of those that miss it least are tried with weeks taken elsewhere, sooner.
HURRIED = 12


class Bar(StrEnum):
    """Why a cohort is not for him; the later in this order, the nearer to fitting."""

    OVER = "over"
    NO_NEED = "no_need"
    OTHER_LANGUAGE = "other_language"
    OTHER_WEEKDAY = "other_weekday"
    KEPT_APART = "kept_apart"
    TOO_LATE_TO_JOIN = "too_late_to_join"
    FULL = "full"
    NO_PLAN = "no_plan"
    BEGINS_TOO_LATE = "begins_too_late"
    ENDS_TOO_LATE = "ends_too_late"


# What a later date of the court's would mend.
ONLY_THE_DATE = frozenset({Bar.BEGINS_TOO_LATE, Bar.ENDS_TOO_LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """`weekdays` empty: any. A date that is None doesn't bind.

    `own`: sessions that are his whatever cohort he joins, such as a make-up he is booked on; `made_up` as for `assess`.
    """

    today: date
    language: str
    weekdays: frozenset[int] = frozenset()
    marks: tuple[Marked, ...] = ()
    own: tuple[Reachable, ...] = ()
    made_up: tuple[date, ...] = ()
    enroll_by: date | None = None
    start_by: date | None = None
    finish_by: date | None = None
    days_in_hand: int = DAYS_IN_HAND

    @property
    def last_day(self) -> date | None:
        """By which he must be through, for the days in hand to be left."""
        return self.finish_by and self.finish_by - timedelta(days=self.days_in_hand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A cohort as he could join it today. `evenings`: those still to come, all of them his then.

    `full_on`: its first evening without a place, for others make up a week there; None: there is none.
    `was_his`: he sat there before, and goes on rather than joins.
    """

    cohort: int
    name: str
    language: str
    weekday: int
    weeks: tuple[Week, ...]
    rules: Rules
    last_week_to_join: int
    evenings: tuple[Reachable, ...]
    free: int
    full_on: date | None = None
    kept_apart: bool = False
    was_his: bool = False

    @property
    def begins_on(self) -> date:
        return min(one.on for one in self.evenings)

    def numbers(self, modules: Collection[int]) -> tuple[int, ...]:
        return tuple(week.week for week in self.weeks if week.module in modules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`begins_on`: its next evening. `weeks`: those that he makes up elsewhere. `in_hand` None: no date binds."""

    group: Group
    begins_on: date
    finishes_on: date
    makeups: tuple[Reachable, ...] = ()
    weeks: tuple[int, ...] = ()
    in_hand: int | None = None
    finish_by: date | None = None
    # Only where it begins after the day by which the court wants him enrolled.
    enroll_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """What doesn't fit, and the first reason why; what a reason doesn't need stays empty."""

    group: Group
    bar: Bar
    on: date | None = None
    by: date | None = None
    weeks: tuple[int, ...] = ()
    days_in_hand: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """`earliest`: what would fit were the court's date later; None: something fits, or no date would do."""

    offers: tuple[Offer, ...] = ()
    barred: tuple[Barred, ...] = ()
    earliest: Offer | None = None
    # The date to ask the court for: with the days in hand.
    ask_for: date | None = None


Days = dict[date, Reachable]


def placement(needs: Needs, groups: Sequence[Group], elsewhere: Iterable[Reachable] = ()) -> Placement:
    """`elsewhere`: the sessions to come of whatever cohort, or of none, at which he'd have a place."""
    rest = _by_module_and_day(elsewhere)
    looked = [look_at(needs, group, rest) for group in groups]
    offers = [one for one in looked if isinstance(one, Offer)] or _hurried(needs, looked, rest)
    fits = {offer.group.cohort for offer in offers}
    barred = [one for one in looked if isinstance(one, Barred) and one.group.cohort not in fits]
    earliest = None if offers else _earliest(needs, barred, rest)
    return Placement(
        tuple(sorted(offers, key=_rank)),
        tuple(sorted(barred, key=_nearest)),
        earliest,
        earliest.finishes_on + timedelta(days=needs.days_in_hand) if earliest else None,
    )


def _by_module_and_day(sessions: Iterable[Reachable]) -> dict[int, Days]:
    """Of two on one day either will do: by what a plan asks they are the same."""
    found: dict[int, Days] = {}
    for session in sessions:
        found.setdefault(session.module, {}).setdefault(session.on, session)
    return found


def _rank(offer: Offer) -> tuple[bool, int, date, int, str]:
    """In time to enroll, with the fewest make-ups, through the soonest, where there is most room."""
    return (offer.enroll_by is not None, len(offer.makeups), offer.finishes_on, -offer.group.free, offer.group.name)


def _nearest(barred: Barred) -> tuple[int, date, str]:
    return (-list(Bar).index(barred.bar), barred.on or date.max, barred.group.name)


def _hurried(needs: Needs, looked: Iterable[Offer | Barred], rest: dict[int, Days]) -> list[Offer]:
    late = [one for one in looked if isinstance(one, Barred) and one.bar is Bar.ENDS_TOO_LATE]
    nearest = sorted(late, key=_nearest)[:HURRIED]
    again = (look_at(needs, one.group, rest, hurried=True) for one in nearest)
    # Not by more make-ups than the policy lets anyone have.
    return [one for one in again if isinstance(one, Offer) and len(one.makeups) <= one.group.rules.makeups_allowed]


def _earliest(needs: Needs, barred: Iterable[Barred], rest: dict[int, Days]) -> Offer | None:
    """Of those that end too late the first to end, beside those that only begin too late."""
    late = [one for one in barred if one.bar in ONLY_THE_DATE]
    ends = min((one.on for one in late if one.on and one.bar is Bar.ENDS_TOO_LATE), default=None)
    without_dates = replace(needs, finish_by=None, start_by=None)
    groups = (one.group for one in late if one.bar is Bar.BEGINS_TOO_LATE or one.on == ends)
    found = [one for group in groups if isinstance(one := look_at(without_dates, group, rest), Offer)]
    return min(found, key=lambda offer: (offer.finishes_on, _rank(offer)), default=None)


def look_at(needs: Needs, group: Group, rest: dict[int, Days], *, hurried: bool = False) -> Offer | Barred:
    """By its own evenings, and elsewhere the weeks that it has behind it; `hurried`: any week, where that is sooner."""
    bar = _at_a_glance(needs, group)
    if bar:
        return bar
    credited = tally_of({week.module: week for week in group.weeks}, needs.marks, group.rules).credits.keys()
    ahead = {one.module for one in group.evenings}
    missed = weeks_behind(group.weeks, ahead=ahead, credited=credited)
    if joins_too_late(missed, group.last_week_to_join) and not group.was_his:
        return Barred(group=group, bar=Bar.TOO_LATE_TO_JOIN, weeks=group.numbers(missed))
    lacking = {week.module for week in group.weeks} - credited
    modules = lacking if hurried else lacking - ahead
    elsewhere = [one for module in sorted(modules) for one in rest.get(module, {}).values()]
    return _judged(needs, group, _assessed(needs, group, elsewhere, hurried=hurried))


def _at_a_glance(needs: Needs, group: Group) -> Barred | None:
    """What needs no plan comes first: with many cohorts most fall by that."""
    if not group.evenings:
        return Barred(group=group, bar=Bar.OVER)
    if group.language != needs.language:
        return Barred(group=group, bar=Bar.OTHER_LANGUAGE)
    if needs.weekdays and group.weekday not in needs.weekdays:
        return Barred(group=group, bar=Bar.OTHER_WEEKDAY)
    if group.kept_apart:
        return Barred(group=group, bar=Bar.KEPT_APART)
    if group.free < 1:
        return Barred(group=group, bar=Bar.FULL)
    if group.full_on:
        return Barred(group=group, bar=Bar.FULL, on=group.full_on)
    if needs.start_by and group.begins_on > needs.start_by:
        return Barred(group=group, bar=Bar.BEGINS_TOO_LATE, on=group.begins_on, by=needs.start_by)
    return None


def weeks_behind(weeks: Sequence[Week], *, ahead: Collection[int], credited: Collection[int]) -> tuple[int, ...]:
    """Modules that a cohort has behind it and he has no credit for. `ahead`: those that it still holds."""
    next_week = min((week.week for week in weeks if week.module in ahead), default=len(weeks) + 1)
    return tuple(week.module for week in weeks if week.week < next_week and week.module not in credited)


def joins_too_late(behind: Sequence[int], last_week_to_join: int) -> bool:
    """Whoever joins in week 3 has missed two weeks; one who brings credit for them has missed none."""
    return len(behind) >= max(last_week_to_join, 1)


def _assessed(needs: Needs, group: Group, elsewhere: Iterable[Reachable], *, hurried: bool) -> Assessment:
    # Where its own evenings end too late, no plan that waits for them is in time: none need be looked for.
    last_day = needs.last_day
    waits = last_day is not None and not hurried and any(one.on > last_day for one in group.evenings)
    own = {one.session: one for one in (*group.evenings, *needs.own)}
    others = (replace(one, own=False) for one in elsewhere if one.session not in own)
    reachable = [*own.values(), *others]
    if hurried and last_day:
        reachable = [one for one in reachable if one.on <= last_day]
    return assess(
        modules=group.weeks,
        marks=needs.marks,
        policy=group.rules,
        requirements={},
        reachable=reachable,
        finish_by=None if waits else last_day,
        today=needs.today,
        made_up=needs.made_up,
    )


def _judged(needs: Needs, group: Group, found: Assessment) -> Offer | Barred:
    last_day, ends_on = needs.last_day, found.finishes_on
    if not found.still_needed:
        return Barred(group=group, bar=Bar.NO_NEED)
    if ends_on is None:
        taught = {one.module for one in group.evenings}
        without = {one.week.module for one in found.missing} - taught
        return Barred(group=group, bar=Bar.NO_PLAN, weeks=group.numbers(without))
    if last_day and ends_on > last_day:
        hand = needs.days_in_hand
        return Barred(group=group, bar=Bar.ENDS_TOO_LATE, on=ends_on, by=needs.finish_by, days_in_hand=hand)
    late = needs.enroll_by is not None and group.begins_on > needs.enroll_by
    return Offer(
        group=group,
        begins_on=group.begins_on,
        finishes_on=ends_on,
        makeups=found.makeups,
        weeks=group.numbers({one.module for one in found.makeups}),
        in_hand=(needs.finish_by - ends_on).days if needs.finish_by else None,
        finish_by=needs.finish_by,
        enroll_by=needs.enroll_by if late else None,
    )
