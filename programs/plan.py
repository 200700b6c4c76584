"""Which sessions a man should attend to finish: the fewest make-ups, then the earliest day. Exact."""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Week = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reachable:
    """A session he can still attend.

    `own`: already his, so that nobody has to book it: his cohort's, or a make-up he is booked on.
    `one_a_day_waived`: a coordinator doubled it up with another of the same day. `unlogged`: it is over, and nobody
    has said yet who was there.
    """

    session: int
    module: int
    on: date
    starts_at: datetime
    own: bool
    one_a_day_waived: bool = False
    unlogged: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """The modules he still must have credit for, and how many more of which others."""

    must: frozenset[int]
    others: frozenset[int] = frozenset()
    more: int = 0

    @property
    def sessions(self) -> int:
        return len(self.must) + self.more


@dataclass(frozen=True, slots=True)
class Limits:
    """Make-ups per ISO week; `made_up` are the days of those that already use up their week."""

    per_week: int
    made_up: tuple[date, ...] = ()

    def left(self) -> dict[Week, int]:
        used = Counter(week_of(day) for day in self.made_up)
        return {week: max(self.per_week - count, 0) for week, count in used.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    sessions: tuple[Reachable, ...]

    @property
    def makeups(self) -> tuple[Reachable, ...]:
        return tuple(session for session in self.sessions if not session.own)

    @property
    def finishes_on(self) -> date:
        return max(session.on for session in self.sessions)


def week_of(day: date) -> Week:
    return day.isocalendar()[:2]


def best_plan(need: Need, reachable: Sequence[Reachable], limits: Limits, by: date) -> Plan | None:
    """Of the plans that end by that day: the fewest make-ups, then the earliest end. None: there is none."""
    usable = [session for session in reachable if session.on <= by]
    obvious = _obvious(need, usable, limits, own_first=True)
    if obvious:
        return obvious
    fewest = _fewest_makeups(need, usable, limits)
    if fewest is None:
        return None
    makeups = len(fewest.makeups)

    def good(day: date) -> Plan | None:
        plan = _fewest_makeups(need, _until(usable, day), limits)
        return plan if plan and len(plan.makeups) == makeups else None

    return _first_good(good, usable) or fewest


def earliest_plan(need: Need, reachable: Sequence[Reachable], limits: Limits) -> Plan | None:
    """The earliest end there can be; then the fewest make-ups. None: there is no plan at all."""
    plan = _obvious(need, reachable, limits, own_first=False) or _first_good(
        lambda day: _fewest_makeups(need, _until(reachable, day), limits), reachable
    )
    return best_plan(need, reachable, limits, plan.finishes_on) if plan else None


def _until(sessions: Sequence[Reachable], day: date) -> list[Reachable]:
    return [session for session in sessions if session.on <= day]


def _first_good(good: Callable[[date], Plan | None], sessions: Sequence[Reachable]) -> Plan | None:
    """Halve the days: what is good on one day is good on every later one."""
    days = sorted({session.on for session in sessions})
    first = bisect_left(days, True, key=lambda day: good(day) is not None)
    return good(days[first]) if first < len(days) else None


def _obvious(need: Need, sessions: Sequence[Reachable], limits: Limits, *, own_first: bool) -> Plan | None:
    """Each module's best session, if they go together: no plan is better. None: it has to be worked out."""

    def rank(session: Reachable) -> tuple[bool, date, datetime, int]:
        return (own_first and not session.own, session.on, session.starts_at, session.session)

    best: dict[int, Reachable] = {}
    for session in sessions:
        known = best.get(session.module)
        if known is None or rank(session) < rank(known):
            best[session.module] = session
    if not need.must <= best.keys():
        return None
    others = sorted((best[module] for module in need.others & best.keys()), key=rank)[: need.more]
    chosen = [*(best[module] for module in need.must), *others]
    return _plan(chosen) if len(others) == need.more and _go_together(chosen, limits) else None


def _plan(chosen: Collection[Reachable]) -> Plan:
    return Plan(tuple(sorted(chosen, key=lambda session: (session.starts_at, session.session))))


def _go_together(chosen: Collection[Reachable], limits: Limits) -> bool:
    days = [session.on for session in chosen if not session.one_a_day_waived]
    return len(days) == len(set(days)) and _weeks_hold(chosen, limits)


def _weeks_hold(chosen: Collection[Reachable], limits: Limits) -> bool:
    left = limits.left()
    weeks = Counter(week_of(session.on) for session in chosen if not session.own)
    return all(count <= left.get(week, limits.per_week) for week, count in weeks.items())


def _fewest_makeups(need: Need, sessions: Sequence[Reachable], limits: Limits) -> Plan | None:
    """Exact by branch and bound.

    One session a day and so many make-ups a week don't fit into one flow, so each has a flow of its own,
    without the other. Where either finds nothing, there is nothing; where its answer keeps the other rule
    too, it is the best. Else the second takes a day twice: that day is left to his own sessions first, then
    to the make-ups, and the better of the two is the best.
    """
    by_day = _cheapest(need, sessions, limits, weekly=False)
    if by_day is None or _weeks_hold(by_day, limits):
        return None if by_day is None else _plan(by_day)
    by_week = _cheapest(need, sessions, limits, weekly=True)
    day = None if by_week is None else _day_taken_twice(by_week)
    if by_week is None or day is None:
        return None if by_week is None else _plan(by_week)
    bound = max(_makeups(by_day), _makeups(by_week))
    found: Plan | None = None
    for own in (True, False):
        plan = _fewest_makeups(need, _leave_day_to(sessions, day, own=own), limits)
        if plan and (found is None or len(plan.makeups) < len(found.makeups)):
            found = plan
        if found and len(found.makeups) == bound:
            break
    return found


def _makeups(chosen: Collection[Reachable]) -> int:
    return sum(not session.own for session in chosen)


def _day_taken_twice(chosen: Collection[Reachable]) -> date | None:
    days = Counter(session.on for session in chosen if not session.one_a_day_waived)
    return next((day for day, count in sorted(days.items()) if count > 1), None)


def _leave_day_to(sessions: Sequence[Reachable], day: date, *, own: bool) -> list[Reachable]:
    return [session for session in sessions if session.on != day or session.one_a_day_waived or session.own == own]


def _cheapest(need: Need, sessions: Sequence[Reachable], limits: Limits, *, weekly: bool) -> list[Reachable] | None:
    """A session for each module needed, with the fewest make-ups, by one of the rules. None: impossible."""
    flow = _Flow()
    for needed in need.must:
        flow.pipe(_SOURCE, ("module", needed), 1)
    flow.pipe(_SOURCE, "others", need.more)
    for other in need.others:
        flow.pipe("others", ("module", other), 1)
    left = limits.left()
    edges: dict[tuple[Hashable, Hashable], Reachable] = {}
    for session in sorted(sessions, key=lambda one: (not one.own, one.starts_at, one.session)):
        module, slot = ("module", session.module), _slot(session, weekly=weekly)
        if session.module in need.must or session.module in need.others:
            edge = edges.setdefault((module, slot), session)
            flow.pipe(module, slot, 1, cost=int(not edge.own))
            if weekly and not session.own:
                week = week_of(session.on)
                flow.pipe(slot, ("week", week), 1)
                flow.pipe(("week", week), _SINK, left.get(week, limits.per_week))
            else:
                flow.pipe(slot, _SINK, 1)
    if not all(flow.push() for _ in range(need.sessions)):
        return None
    return [session for (module, slot), session in edges.items() if flow.room[slot][module]]


def _slot(session: Reachable, *, weekly: bool) -> Hashable:
    """What a session takes up: its day; by the weekly rule, his own sessions and make-ups have days apart."""
    if session.one_a_day_waived:
        return ("session", session.session)
    return ("day", session.on, weekly and session.own)


_SOURCE, _SINK = "source", "sink"


class _Flow:
    """Units pushed from the source to the sink, each along the cheapest way that is left."""

    def __init__(self) -> None:
        self.room: defaultdict[Hashable, dict[Hashable, int]] = defaultdict(dict)
        self.cost: defaultdict[Hashable, dict[Hashable, int]] = defaultdict(dict)

    def pipe(self, tail: Hashable, head: Hashable, room: int, *, cost: int = 0) -> None:
        self.room[tail][head] = room
        self.room[head][tail] = 0
        self.cost[tail][head] = cost
        self.cost[head][tail] = -cost

    def push(self) -> bool:
        """One unit more; False when there is no way left."""
        came_from = self._cheapest_way()
        if _SINK not in came_from:
            return False
        head: Hashable = _SINK
        while head != _SOURCE:
            tail = came_from[head]
            self.room[tail][head] -= 1
            self.room[head][tail] += 1
            head = tail
        return True

    def _cheapest_way(self) -> dict[Hashable, Hashable]:
        price: dict[Hashable, int] = {_SOURCE: 0}
        came_from: dict[Hashable, Hashable] = {}
        queue: deque[Hashable] = deque([_SOURCE])
        while queue:
            tail = queue.popleft()
            for head, room in self.room[tail].items():
                offer = price[tail] + self.cost[tail][head]
                if room and offer < price.get(head, offer + 1):
                    price[head], came_from[head] = offer, tail
                    queue.append(head)
        return came_from
