"""Pictures of figures, as SVG: bars, columns by month, lines, parts of a whole, medians on a strip of days.

Drawn by ourselves: matplotlib (2.6 s to its first picture, 25 `style=` in one of three bars) and pygal (scripts, too)
write what our content policy refuses. Neither knows our tokens or a dark scheme; rewriting that is more than this.
Each axis begins at zero; nothing is told by a color alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from office.figures.shapes import HATCHES, Anchor, Dot, Picture, Rect, Shape, Stroke, Words

# What a label may take beside its value: on the narrowest phone, and where there is room. The table has all of it.
LABEL, LONG_LABEL = 28, 46
FEW_COLUMNS = 13
# By its place in a plot, how a line is dashed.
DASHES = ("", "7 3", "2 3", "9 3 2 3")


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` None: there is none, or it is `withheld`. `few`: too few for the figure to mean much."""

    label: str
    value: float | None
    said: str
    few: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: list[float | None]


# --- The plots


def bars(title: str, rows: Sequence[Bar], *, top: float = 0, unit: str = "") -> Picture:
    """Lying, one below the other. `top`: where the axis ends, 0: by the longest; `unit`: behind its ticks."""
    end = top or ceiling(_most(rows))
    high = 3.0
    shapes: list[Shape] = [*_upright_grid(end, len(rows) * high, unit)]
    for place, row in enumerate(rows):
        shapes += _lying(row, place * high, end)
    return Picture(title, _told(rows), len(rows) * high + 1.6, shapes)


def _lying(row: Bar, y: float, end: float) -> Iterator[Shape]:
    yield named(row.label, y + 1.1)
    yield Words(1, y + 1.1, row.said, "value", "end")
    if row.withheld:
        yield gone(y + 1.5, 0.9)
    elif row.value is not None:
        yield Rect(0, y + 1.5, row.value / end, 0.9, "few" if row.few else "bar")


def columns(title: str, rows: Sequence[Bar], *, top: float = 0, unit: str = "") -> Picture:
    """Standing, from left to right as time goes by."""
    end, ground, left = top or ceiling(_most(rows)), 12.0, 0.07
    wide = (1 - left) / max(len(rows), 1)
    high = ground - 1.5
    shapes: list[Shape] = [*_lying_grid(end, ground, high, left, unit=unit)]
    for place, row in enumerate(rows):
        x = left + place * wide
        shapes += _standing(row, x, wide, ground, high / end)
        if _is_said(place, len(rows)):
            shapes.append(Words(x + wide / 2, ground + 1.2, row.label, "tick", "middle"))
    return Picture(title, _told(rows), ground + 2, shapes)


def _standing(row: Bar, x: float, wide: float, ground: float, scale: float) -> Iterator[Shape]:
    if row.withheld:
        yield Rect(x + wide * 0.2, ground - 2, wide * 0.6, 2, "gone")
    if row.value is None:
        return
    high = row.value * scale
    yield Rect(x + wide * 0.15, ground - high, wide * 0.7, high, "few" if row.few else "bar")
    if wide > 1 / (FEW_COLUMNS + 1):
        yield Words(x + wide / 2, ground - high - 0.35, figure(row.value), "tick", "middle")


def lines(title: str, labels: Sequence[str], series: Sequence[Series]) -> Picture:
    """Each with its name at its end, its own dashes and, from the second on, rings instead of dots."""
    known = [value for one in series for value in one.values if value is not None]
    end, ground, left, right = ceiling(max(known, default=0)), 13.0, 0.07, 0.72
    high = ground - 1.5
    step = (right - left) / max(len(labels) - 1, 1)
    shapes: list[Shape] = [*_lying_grid(end, ground, high, left, right)]
    for place, label in enumerate(labels):
        if _is_said(place, len(labels), at_most=7):
            shapes.append(Words(left + place * step, ground + 1.2, label, "tick", "middle"))
    points = [[(left + i * step, ground - v * high / end) if v is not None else None for i, v in enumerate(one.values)]
              for one in series]  # fmt: skip
    for place, line in enumerate(points):
        shapes += _drawn(line, place)
    ends = _apart([next((p[1] for p in reversed(line) if p), ground) for line in points])
    for one, y in zip(series, ends, strict=True):
        shapes.append(Words(right + 0.03, y + 0.35, shortened(one.name, 20), "label"))
    said = "; ".join(f"{one.name}: {', '.join(_value(v) for v in one.values)}" for one in series)
    return Picture(title, f"{', '.join(labels)}. {said}.", ground + 2, shapes)


def _drawn(points: Sequence[tuple[float, float] | None], place: int) -> Iterator[Shape]:
    for one, other in pairwise(points):
        if one and other:
            yield Stroke(*one, *other, "line", DASHES[place % len(DASHES)])
    yield from (Dot(*one, "ring" if place else "dot") for one in points if one)


def _apart(wanted: Sequence[float], least: float = 1.3) -> list[float]:
    """So that no name stands on another; in the order in which they came."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = list(wanted)
    for one, other in pairwise(order):
        found[other] = max(found[other], found[one] + least)
    return found


def parts(title: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[int | None]]]) -> Picture:
    """Of a whole each: parts side by side, hatched as the legend says. A row with a part withheld isn't drawn."""
    shapes: list[Shape] = []
    for place, name in enumerate(names):
        shapes.append(Rect(0, place * 1.5 + 0.3, 0.04, 0.9, "part", HATCHES[place % len(HATCHES)]))
        count = f": {_value(rows[0][1][place])}" if len(rows) == 1 else ""
        shapes.append(Words(0.06, place * 1.5 + 1.1, name + count, "label"))
    y = len(names) * 1.5 + 0.6
    for label, values in rows:
        shapes += _whole(label, values, y)
        y += 3.4
    said = "; ".join(
        f"{label}: {', '.join(f'{name} {_value(v)}' for name, v in zip(names, values, strict=True))}"
        for label, values in rows
    )
    return Picture(title, f"{said}.", y, shapes)


def _whole(label: str, values: Sequence[int | None], y: float) -> Iterator[Shape]:
    known = [value for value in values if value is not None]
    whole, complete = sum(known), len(known) == len(values)
    yield named(label, y + 1.1)
    said = (f"of {whole:,}" if whole else "none") if complete else "withheld"
    yield Words(1, y + 1.1, said, "value", "end")
    if not complete:
        yield gone(y + 1.5, 1.3)
        return
    x = 0.0
    for place, value in enumerate(known):
        width = value / whole if whole else 0
        if value:
            yield Rect(x, y + 1.5, width, 1.3, "part", HATCHES[place % len(HATCHES)])
        x += width


def strips(title: str, rows: Sequence[Bar]) -> Picture:
    """The median of each as a dot on its own line of days, from zero on."""
    end, high = ceiling(_most(rows)), 2.8
    shapes: list[Shape] = [*_upright_grid(end, len(rows) * high, " days")]
    for place, row in enumerate(rows):
        y = place * high
        shapes += [named(row.label, y + 1.1), Words(1, y + 1.1, row.said, "value", "end")]
        if row.withheld:
            shapes.append(gone(y + 1.5, 0.8))
        elif row.value is not None:
            shapes.append(Stroke(0, y + 1.9, row.value / end * 0.98, y + 1.9, "line"))
            shapes.append(Dot(row.value / end * 0.98, y + 1.9, "hollow" if row.few else "dot"))
    return Picture(title, _told(rows), len(rows) * high + 1.6, shapes)


# --- What they share


def ceiling(most: float) -> float:
    """The next round number of which half is one as well, so that the axis ends on it."""
    if most <= 1:
        return 1
    power: float = 10 ** math.floor(math.log10(most))
    steps = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if power > 1 else (2, 4, 6, 8, 10)
    return next(step * power for step in steps if step * power >= most)


def figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def shortened(label: str, at_most: int = LABEL) -> str:
    return label if len(label) <= at_most else f"{label[: at_most - 1].rstrip()}…"


def named(text: str, y: float) -> Words:
    """Above a row, as long as there is room for it."""
    whole = shortened(text, LONG_LABEL)
    return Words(0, y, shortened(text), "label", whole=whole if len(text) > LABEL else "")


def gone(y: float, high: float) -> Rect:
    """In place of a row that is withheld."""
    return Rect(0.001, y, 0.998, high, "gone")


def _value(value: float | None) -> str:
    return "withheld" if value is None else figure(value)


def _most(rows: Sequence[Bar]) -> float:
    return max((row.value for row in rows if row.value is not None), default=0)


def _told(rows: Sequence[Bar]) -> str:
    return "; ".join(f"{row.label}: {row.said}" for row in rows) + "."


def _is_said(place: int, count: int, at_most: int = FEW_COLUMNS) -> bool:
    """Whether there is room for this label: each second, third … of many."""
    return place % math.ceil(count / at_most) == 0


def _ticks(end: float) -> tuple[float, ...]:
    return (0, end / 2, end) if end > 1 else (0, end)


def _upright_grid(end: float, high: float, unit: str = "") -> Iterator[Shape]:
    for tick in _ticks(end):
        x = tick / end
        anchor: Anchor = "start" if x == 0 else "end" if x == 1 else "middle"
        yield Stroke(x, 0.2, x, high, "base" if x == 0 else "grid")
        yield Words(x, high + 1.1, figure(tick) + unit, "tick", anchor)


def _lying_grid(
    end: float, ground: float, high: float, left: float, right: float = 1, unit: str = ""
) -> Iterator[Shape]:
    for tick in _ticks(end):
        y = ground - tick / end * high
        yield Stroke(left, y, right, y, "base" if tick == 0 else "grid")
        yield Words(left - 0.012, y + 0.3, figure(tick) + unit, "tick", "end")
