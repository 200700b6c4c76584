"""What changed, as a funder's report carries it: written into its row when it is made, and read from there alone.

Of years that are closed, as their numbers were kept: nothing is counted anew. In total with its parts, and by year
where it tells of several; by language and by how often he had bought it stays in the program.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from office.figures.changing import (
    LATER_WORDS,
    OF_ARRESTS,
    YEAR,
    Group,
    Line,
    Part,
    Told,
    arrest_shares,
    arrests,
    caveats,
    found,
    interval,
    lines,
    measures,
    number,
    said_years,
    signed,
    told,
    who_is_missing,
)
from office.figures.files import Block
from office.figures.paired import INTERVALS, PARTS, drawn
from office.figures.pictures import Drawn
from office.figures.saying import WITHHELD
from outcomes.actions.years import whole_so_far
from outcomes.change import Change
from outcomes.kinds import Moment
from outcomes.models import YearOfChange
from outcomes.tables import LATER, TOTAL, Measure
from programs.models import Program

Kept = dict[str, Any]
TITLE = "Change before and after"
HEADER = ("", "Pairs", "Before (SD)", "After (SD)", "Change", "95% interval", "Effect size")
NOTE = (
    "SD: standard deviation. Change: after less before, with its 95% confidence interval by Student’s t. Effect size: "
    "d_z, the mean change in standard deviations of the change."
)
NONE_YET = (
    "No year of answers was closed when this report was made, so nothing is told of a change. A year’s numbers are "
    "made once, in the February after it."
)
NONE_SO_EARLY = (
    "No year up to {year} has been closed, so nothing is told of a change: answers were counted of later years only."
)
ONE_BEFORE = (
    "Of the answers of {year}: of these months no year was closed when this report was made. A year’s numbers are made "
    "once, in the February after it."
)
ONE_YEAR_ALONE = "New arrests are told of one year alone, and this report reaches into several."
NOT_YET = (
    "{year} isn’t closed yet: its change comes in February {next} and can’t be added to a report that was made before."
)
NOBODY = "Nobody answered the same questions both before and after in {when}, so nothing is told of a change."


# --- Into the row


def kept(program: Program, begins: date, ends: date) -> Kept:
    """Of the years that these days reach into; where none of them is closed, of the last one before."""
    all_ = list(YearOfChange.objects.filter(program=program).order_by("year"))
    closed = [one for one in all_ if one.year <= ends.year]
    reached = [one for one in closed if one.year >= begins.year]
    years = reached or closed[-1:]
    return {
        "years": [one.year for one in years],
        "is_before": bool(years) and not reached,
        # Of these months nothing will ever be closed.
        "none_up_to": ends.year if all_ and not closed else None,
        "told": [_told(one) for one in _all(years)],
        "arrests": list(_arrests_of(years)),
        "arrests_apart": len(years) > 1 and any(any(_arrests_of([one])) for one in years),
    }


def _arrests_of(years: Sequence[YearOfChange]) -> Iterator[list[Any]]:
    for later in LATER:
        if years and (known := arrests(years, later)) is not None:
            yield [later.value, dict(known)]


def not_yet(program: Program, begins: date, ends: date) -> list[str]:
    """In a sentence each, of which of these years the numbers are still to be made: a report made now won't have them.

    Empty: they are all made, or nobody was asked.
    """
    closed = list(YearOfChange.objects.filter(program=program).order_by("year").values_list("year", flat=True))
    first = max(begins.year, closed[-1] + 1 if closed else begins.year)
    to_come = [year for year in range(first, ends.year + 1) if closed or whole_so_far(program, year)]
    return [NOT_YET.format(year=year, next=year + 1) for year in to_come]


def _all(years: Sequence[YearOfChange]) -> Iterator[Told]:
    for measure in measures(years):
        for later in LATER:
            if one := told(years, measure, later):
                yield one


def _told(one: Told) -> Kept:
    """As it is shown: rounded, and only what leaves."""
    leaves = replace(one, parts=tuple(part for part in one.parts if part.by in (TOTAL, YEAR)), spread=())
    said = asdict(leaves)
    for line in (line for part in said["parts"] for group in part["groups"] for line in group["lines"]):
        if line["change"] is not None:
            line["change"] = {name: _rounded(value) for name, value in line["change"].items()}
    return said


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 2)


# --- And back


def told_of(change: Kept) -> list[Told]:
    return [_told_of(said) for said in change["told"]]


def _told_of(said: Kept) -> Told:
    measure = said["measure"] | {"columns": tuple((code, name) for code, name in said["measure"]["columns"])}
    return Told(
        measure=Measure(**measure),
        later=Moment(said["later"]),
        years=tuple(said["years"]),
        parts=tuple(Part(one["by"], one["title"], tuple(map(_group_of, one["groups"]))) for one in said["parts"]),
        missing=tuple((label, count) for label, count in said["missing"]),
        spread=(),
    )


def _group_of(said: Kept) -> Group:
    return Group(said["label"], tuple(map(_line_of, said["lines"])))


def _line_of(said: Kept) -> Line:
    change = said["change"]
    return Line(said["label"], None if change is None else Change(**change), tuple(said["years"]))


# --- Shown


@dataclass(frozen=True, slots=True)
class Compared:
    """`rows`: as HEADER has them; none where all is withheld, then `found` says so."""

    title: str
    found: str
    rows: list[list[str]]
    drawn: list[Drawn]


@dataclass(frozen=True, slots=True)
class Shown:
    """`nothing`: in place of all else, where there is nothing to tell. `of`: the years, and why it is those.

    `no_arrests`: why none are told; empty: they are, or there are none to tell of.
    """

    of: str
    nothing: str
    compared: list[Compared]
    arrests: list[tuple[str, str]]
    no_arrests: str
    caveats: list[str]
    title: str = TITLE
    header: tuple[str, ...] = HEADER
    note: str = NOTE


def shown(change: Kept | None, program: str, mark: str = "") -> Shown | None:
    """None: the report was made before it told of this. `mark`: what sets its pictures apart from another report's."""
    if change is None:
        return None
    all_ = told_of(change)
    return Shown(
        of=_of(change),
        nothing=_nothing(change),
        compared=[_compared(one, program, f"{mark}{place}") for place, one in enumerate(all_, start=1)],
        arrests=list(_arrests(change)),
        no_arrests=_no_arrests(change),
        caveats=list(dict.fromkeys(_caveats(change, all_))),
    )


def _of(change: Kept) -> str:
    """Empty: of no year, or it is said in place of all else."""
    if change["is_before"]:
        return ONE_BEFORE.format(year=change["years"][0])
    return "" if _nothing(change) else f"Of the answers of {said_years(change['years'])}."


def _nothing(change: Kept) -> str:
    if not change["years"]:
        year = change["none_up_to"]
        return NONE_SO_EARLY.format(year=year) if year else NONE_YET
    is_any = change["told"] or change["arrests"] or change["arrests_apart"]
    return "" if is_any else NOBODY.format(when=said_years(change["years"]))


def _no_arrests(change: Kept) -> str:
    return ONE_YEAR_ALONE if change["arrests_apart"] else ""


def _caveats(change: Kept, all_: Sequence[Told]) -> Iterator[str]:
    for one in all_:
        yield from (*caveats(one), *who_is_missing(one))
    if change["arrests"]:
        yield from OF_ARRESTS


def _compared(one: Told, program: str, mark: str) -> Compared:
    title = f"{one.measure.title} · intake and {LATER_WORDS[one.later]}, {one.counted_in}"
    if one.total.whole.change is None:
        return Compared(title, found(one, program), [], [])
    pictures = [replace(each, name=f"{each.name}-{mark}") for each in drawn(one) if each.name in (PARTS, INTERVALS)]
    return Compared(title, found(one, program), list(_rows(one)), pictures)


def _rows(one: Told) -> Iterator[list[str]]:
    """The score in all and its parts; then the score in all of each year."""
    yield from ([line.label, *_cells(line)] for line in one.total.lines)
    for part in one.parts[1:]:
        yield from ([f"{group.whole.label}, {group.label}", *_cells(group.whole)] for group in part.groups)


def _cells(line: Line) -> list[str]:
    one = line.change
    if one is None:
        return [WITHHELD] * (len(HEADER) - 1)
    means = [f"{number(mean)} ({number(sd)})" for mean, sd in ((one.before, one.before_sd), (one.after, one.after_sd))]
    return [f"{one.n:,}", *means, signed(one.change), interval(one), signed(one.effect)]


def _arrests(change: Kept) -> Iterator[tuple[str, str]]:
    for later, known in change["arrests"]:
        for label, count in arrest_shares(known):
            yield f"{label}, {LATER_WORDS[Moment(later)]}", count


# --- For a spreadsheet


def blocks(change: Kept | None) -> list[Block]:
    """A block for each comparison, or the sentence that says why there is none."""
    if change is None:
        return []
    of = [[said] for said in (_of(change),) if said]
    blocks_: list[Block] = [
        (f"Change {place}", [[TITLE], *of, *lines(one)]) for place, one in enumerate(told_of(change), start=1)
    ]
    if change["arrests"]:
        said: list[list[str]] = [["New arrests"], *of, *map(list, _arrests(change)), *([one] for one in OF_ARRESTS)]
        blocks_.append(("New arrests", said))
    if why := _no_arrests(change):
        blocks_.append(("New arrests", [["New arrests"], [why]]))
    if nothing := _nothing(change):
        blocks_.append(("Change", [[TITLE], [nothing]]))
    return blocks_
