"""Pictures of what changed: two dots for each mean, and how many changed by how much.

Its axis is the scale that was answered on, from its first step to its last: nothing on it is counted from zero.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from office.figures import plots
from office.figures.changing import LATER_WORDS, Line, Part, Told, interval, number, signed
from office.figures.pictures import Drawn
from office.figures.plots import Bar, figure
from office.figures.shapes import Anchor, Dot, Picture, Shape, Stroke, Words
from outcomes.change import Change
from outcomes.tables import LANGUAGE, TOTAL

HIGH = 3.0
SPREAD = "spread"
TOGETHER = "Of the score in all. Steps with fewer than ten men are put together with the next."
# The parts of the whole need a picture of their own.
PARTS = "parts"
INTERVALS = "intervals"
SURE = "Dot: mean change. Line: its 95% confidence interval. A line that crosses zero may be no change at all."


@dataclass(frozen=True, slots=True)
class Two:
    """None: withheld."""

    label: str
    before: float | None
    after: float | None
    said: str


def dots(title: str, rows: Sequence[Two], *, low: float, high: float) -> Picture:
    """A ring for the mean before, a dot for the one after, and the way between them."""
    end = len(rows) * HIGH
    shapes: list[Shape] = [*_grid(low, high, end)]
    for place, row in enumerate(rows):
        shapes += _row(row, place * HIGH, low, high)
    said = "; ".join(f"{row.label}: {row.said}" for row in rows)
    return Picture(title, f"{said}.", end + 1.6, shapes)


def _grid(low: float, high: float, end: float) -> Iterator[Shape]:
    for tick in (low, (low + high) / 2, high):
        x = _x(tick, low, high)
        anchor: Anchor = "start" if tick == low else "end" if tick == high else "middle"
        yield Stroke(x, 0.2, x, end, "grid")
        yield Words(x, end + 1.1, figure(tick).replace("-", "−"), "tick", anchor)


def _row(row: Two, y: float, low: float, high: float) -> Iterator[Shape]:
    yield plots.named(row.label, y + 1.1)
    yield Words(1, y + 1.1, row.said, "value", "end")
    if row.before is None or row.after is None:
        yield plots.gone(y + 1.6, 0.8)
        return
    before, after = _x(row.before, low, high), _x(row.after, low, high)
    yield Stroke(before, y + 2, after, y + 2, "line")
    yield Dot(before, y + 2, "ring")
    yield Dot(after, y + 2, "dot")


def _x(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low)


# --- Of what is told


def drawn(one: Told) -> list[Drawn]:
    """In total with its parts, how many changed by how much, and the whole score by each thing."""
    legend = f"Ring: mean at intake. Dot: mean {LATER_WORDS[one.later]}."
    total = [_two(line.label, line) for line in one.total.lines]
    found = [Drawn(PARTS, _of(one, "Mean score before and after", total), legend)]
    if one.total.whole.change:
        found.append(Drawn(INTERVALS, intervals(one), SURE))
    if one.spread:
        found.append(Drawn(SPREAD, spread(one), TOGETHER))
    drawn_by = [part for part in one.parts if part.by not in (TOTAL, LANGUAGE)]
    return [*found, *(Drawn(f"by-{part.by}", _by(one, part), legend) for part in drawn_by)]


def _by(one: Told, part: Part) -> Picture:
    rows = [_two(group.label, group.whole) for group in part.groups]
    return _of(one, f"{one.total.whole.label}, {part.title[0].lower()}{part.title[1:]}", rows)


def _of(one: Told, title: str, rows: Sequence[Two]) -> Picture:
    return dots(title, rows, low=one.measure.low, high=one.measure.high)


def _two(label: str, line: Line) -> Two:
    change = line.change
    if change is None:
        return Two(label, None, None, line.cells[0])
    return Two(label, change.before, change.after, f"{number(change.before)} to {number(change.after)}")


def intervals(one: Told) -> Picture:
    """How sure the change of each score is; zero in the middle, for it may go either way."""
    rows = [(line.label, line.change) for line in one.total.lines if line.change]
    end = plots.ceiling(max(abs(value or 0) for _label, change in rows for value in (change.low, change.high)))
    shapes: list[Shape] = [*_grid(-end, end, len(rows) * HIGH)]
    for place, (label, change) in enumerate(rows):
        shapes += _sure(label, change, place * HIGH, end)
    said = "; ".join(f"{label}: {_interval(change)}" for label, change in rows)
    return Picture("Change, and how sure it is", f"{said}.", len(rows) * HIGH + 1.6, shapes)


def _sure(label: str, change: Change, y: float, end: float) -> Iterator[Shape]:
    yield plots.named(label, y + 1.1)
    yield Words(1, y + 1.1, _interval(change), "value", "end")
    if change.change is not None and change.low is not None and change.high is not None:
        yield Stroke(_x(change.low, -end, end), y + 2, _x(change.high, -end, end), y + 2, "line")
        yield Dot(_x(change.change, -end, end), y + 2, "dot")


def _interval(change: Change) -> str:
    return f"{signed(change.change)} ({interval(change)})"


def spread(one: Told) -> Picture:
    """Of the whole score; neighbors are put together until ten stand behind each."""
    bars = [Bar(_step(low, high, one.spread), count, f"{count:,}") for low, high, count in one.spread]
    return plots.bars("How many changed by how much", bars)


def _step(low: float, high: float, all_: Sequence[tuple[float, float, int]]) -> str:
    # A word first: on the axis a minus would be taken for a part of it.
    if low == all_[0][0]:
        return f"From {signed(high)} down"
    if high == all_[-1][1]:
        return f"From {signed(low)} up"
    return f"From {signed(low)} to {signed(high)}"
