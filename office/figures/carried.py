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
    signed,
    told,
    who_is_missing,
)
from office.figures.files import Block
from office.figures.paired import INTERVALS, PARTS, drawn
from office.figures.pictures import Drawn
from office.figures.saying import WITHHELD
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
NOBODY = "Nobody answered the same questions both before and after in {when}, so nothing is told of a change."


# --- Into the row


def kept(program: Program, begins: date, ends: date) -> Kept:
    """Of the years that these days reach into; where none of them is closed, of the last one before."""
    closed = list(YearOfChange.objects.filter(program=program, year__lte=ends.year).order_by("year"))
    years = [one for one in closed if one.year >= begins.year] or closed[-1:]
    return {
        "years": [one.year for one in years],
        "told": [_told(one) for one in _all(years)],
        "arrests": [
            [later.value, dict(known)] for later in LATER if years and (known := arrests(years, later)) is not None
        ],
    }


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
    """`nothing`: in place of all else, where there is nothing to tell."""

    nothing: str
    compared: list[Compared]
    arrests: list[tuple[str, str]]
    caveats: list[str]
    title: str = TITLE
    header: tuple[str, ...] = HEADER
    note: str = NOTE


def shown(change: Kept | None, program: str) -> Shown | None:
    """None: the report was made before it told of this."""
    if change is None:
        return None
    all_ = told_of(change)
    of = [_compared(one, program, place) for place, one in enumerate(all_, start=1)]
    once = dict.fromkeys(said for one in all_ for said in (*caveats(one), *who_is_missing(one)))
    return Shown(_nothing(change), of, list(_arrests(change)), list(once))


def _nothing(change: Kept) -> str:
    if not change["years"]:
        return NONE_YET
    return "" if change["told"] or change["arrests"] else NOBODY.format(when=_when(change["years"]))


def _when(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _compared(one: Told, program: str, place: int) -> Compared:
    title = f"{one.measure.title} · intake and {LATER_WORDS[one.later]}, {one.when}"
    if one.total.whole.change is None:
        return Compared(title, found(one, program), [], [])
    pictures = [replace(each, name=f"{each.name}-{place}") for each in drawn(one) if each.name in (PARTS, INTERVALS)]
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
    blocks_: list[Block] = [
        (f"Change {place}", [[TITLE], *lines(one)]) for place, one in enumerate(told_of(change), start=1)
    ]
    if change["arrests"]:
        blocks_.append(("New arrests", [["New arrests"], *_arrests(change)]))
    if nothing := _nothing(change):
        blocks_.append(("Change", [[TITLE], [nothing]]))
    return blocks_
