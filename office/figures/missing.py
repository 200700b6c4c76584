"""Who is missing from a comparison, and why, so that no number of fewer than ten comes out by subtraction.

Who answered makes up a pair, by one version or another, or makes up none, for a reason. Whoever is told how many
answered and all of these but one is told that one, too. So they are told together, or none of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from office.figures.saying import WITHHELD
from outcomes.kinds import LEAST, MOMENT_LABELS, Moment, State
from outcomes.tables import Comparison, Tables, comparisons

FEWER = f"fewer than {LEAST}"
NO_PAIR = "Answered, and made up no pair"
WHY_MISSED = {
    "no_first": "Answered later, and not at intake",
    "other_version": "Asked by another version at intake",
    "too_few_answers": "Left too many questions out",
}
STATES = {
    State.DONE: "Answered",
    State.DECLINED: "Said no",
    State.MISSED: "Did not answer in time",
    State.HANDED: "Still out",
    State.PLANNED: "Still to be asked",
}


def counted(count: int | None) -> str:
    return FEWER if count is None else f"{count:,}"


def missing(tables: Tables, one: Comparison) -> Iterator[tuple[str, str]]:
    """By what became of him how many, in the year of these tables. Nothing: nobody was to be asked."""
    by_state: Mapping[str, int | None] = tables.get("asked", {}).get(one.later, {})
    if not any(count != 0 for count in by_state.values()):
        return
    is_told = _adds_up(tables, one.later)
    for state, label in STATES.items():
        count = by_state.get(state, 0)
        # Who answered stands beside who didn't.
        if state is State.DONE or count != 0:
            is_open = is_told or state is not State.DONE
            yield f"{label}, {MOMENT_LABELS[one.later].lower()}", counted(count) if is_open else WITHHELD
    yield from _reasons(one) if is_told else [(NO_PAIR, WITHHELD)]


def _reasons(one: Comparison) -> Iterator[tuple[str, str]]:
    for name, label in WHY_MISSED.items():
        if one.missed.get(name) != 0:
            yield label, counted(one.missed.get(name))


def _adds_up(tables: Tables, later: Moment) -> bool:
    """Whether all who answered are told of in tens, so that how many they are tells nothing new.

    One that is withheld, or some of whom no table knows (they answered in another year than they were due in, or
    their answers are gone): then it would.
    """
    done = tables["asked"][later].get(State.DONE, 0)
    found = defaultdict[str, list[int | None]](list)
    for one in comparisons(tables):
        if one.later == later:
            pairs = one.total.n if one.total else None
            found[one.measure.code] += [pairs, *map(one.missed.get, WHY_MISSED)]
    told = {code: sum(count for count in counts if count) for code, counts in found.items() if None not in counts}
    return len(told) == len(found) and all(count == done for count in told.values())
