"""Shapes, and the two ways in which they become SVG: for a page of ours, and as a file that brings its colors along.

They lie across a width of 1, and downward in em.
"""

import math
from dataclasses import dataclass, field
from html import escape
from typing import Literal

Anchor = Literal["start", "middle", "end"]
WIDTH, EM = 640, 14
# How the parts of a whole are told apart.
SOLID = "solid"
HATCHES = (SOLID, "diagonal", "dots", "upright", "plain")

# As attributes, for a picture that leaves the house and brings no stylesheet: ink on white, one accent.
PAINT: dict[str, dict[str, str]] = {
    "bar": {"fill": "#1D4E68"},
    "few": {"fill": "#FFFFFF", "stroke": "#1D4E68", "stroke-width": "1.5"},
    "gone": {"fill": "none", "stroke": "#555555", "stroke-dasharray": "3 3"},
    "part": {"stroke": "#1B1F24", "stroke-width": "1"},
    "solid": {"fill": "#1D4E68", "stroke": "#1B1F24", "stroke-width": "1"},
    "grid": {"stroke": "#CCCCCC"},
    "base": {"stroke": "#1B1F24"},
    "line": {"stroke": "#1D4E68", "stroke-width": "2"},
    "dot": {"fill": "#1D4E68", "stroke": "#1D4E68", "stroke-width": "2"},
    "hollow": {"fill": "#FFFFFF", "stroke": "#1D4E68", "stroke-width": "2"},
    "ring": {"fill": "#FFFFFF", "stroke": "#1D4E68", "stroke-width": "2"},
    "label": {"fill": "#1B1F24", "font-size": "14"},
    "value": {"fill": "#1B1F24", "font-size": "14", "font-weight": "600"},
    "tick": {"fill": "#333333", "font-size": "14"},
    "hatch": {"stroke": "#1D4E68", "stroke-width": "2"},
    "hatch-dot": {"fill": "#1D4E68"},
    "hatch-ground": {"fill": "#FFFFFF"},
}


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    kind: str
    # A key of HATCHES, for a part.
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    text: str
    kind: str
    anchor: Anchor = "start"
    # The same where there is room for it; empty: it is as short as that.
    whole: str = ""


Shape = Rect | Stroke | Dot | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """`described`: what one would say of it to somebody who doesn't see it. `height` in em."""

    title: str
    described: str
    height: float
    shapes: list[Shape] = field(default_factory=list)

    def inline(self, name: str) -> str:
        """For a page: it takes colors from classes, its width from where it stands. `name` is the only one there."""
        return _written(self, name, _Screen(name))

    def alone(self, font: str = "Public Sans, system-ui, sans-serif") -> str:
        """A file of its own, of a fixed width."""
        return _written(self, "plot", _Sheet("plot", font))


# --- Two ways to write them down


class _Screen:
    """Lengths in percent and em, colors by class."""

    def __init__(self, name: str) -> None:
        self.name = name

    def frame(self, height: float) -> str:
        return f'class="plot-picture" width="100%" height="{height:.2f}em"'

    def x(self, value: float) -> str:
        return f"{value * 100:.3f}%"

    def y(self, value: float) -> str:
        return f"{value:.3f}em"

    def paint(self, kind: str) -> str:
        return f'class="plot-{kind}"'

    def words(self, shape: Words, place: str) -> str:
        """Of both lengths; the stylesheet shows one of them."""
        if not shape.whole:
            return f"<text {place} {self.paint(shape.kind)}>{escape(shape.text)}</text>"
        return "".join(
            f'<text {place} class="plot-{shape.kind} plot-{length}">{escape(text)}</text>'
            for length, text in (("short", shape.text), ("long", shape.whole))
        )


class _Sheet:
    """Lengths in pixels, colors as attributes."""

    def __init__(self, name: str, font: str) -> None:
        self.name = name
        self.font = font

    def frame(self, height: float) -> str:
        high = math.ceil(height * EM)
        box = f'width="{WIDTH}" height="{high}" viewBox="-8 -4 {WIDTH + 16} {high + 8}"'
        return f'xmlns="http://www.w3.org/2000/svg" {box} font-family="{escape(self.font)}"'

    def x(self, value: float) -> str:
        return f"{value * WIDTH:.2f}"

    def y(self, value: float) -> str:
        return f"{value * EM:.2f}"

    def paint(self, kind: str) -> str:
        return " ".join(f'{name}="{value}"' for name, value in PAINT[kind].items())

    def words(self, shape: Words, place: str) -> str:
        return f"<text {place} {self.paint(shape.kind)}>{escape(shape.whole or shape.text)}</text>"


_Pen = _Screen | _Sheet


def _written(picture: Picture, name: str, pen: _Pen) -> str:
    said = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
    title, desc = escape(picture.title), escape(picture.described)
    head = f'<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>'
    drawn = "".join(_shape(one, pen) for one in picture.shapes)
    return f"<svg {pen.frame(picture.height)} {said}>{head}{_hatches(picture, pen)}{drawn}</svg>"


def _shape(shape: Shape, pen: _Pen) -> str:
    match shape:
        case Rect():
            size = f'width="{pen.x(shape.width)}" height="{pen.y(shape.height)}"'
            place = f'x="{pen.x(shape.x)}" y="{pen.y(shape.y)}" {size}'
            if shape.hatch == SOLID:
                return f"<rect {place} {pen.paint('solid')}/>"
            filled = f' fill="url(#{pen.name}-{shape.hatch})"' if shape.hatch else ""
            return f"<rect {place} {pen.paint(shape.kind)}{filled}/>"
        case Stroke():
            dashed = f' stroke-dasharray="{shape.dash}"' if shape.dash else ""
            ends = f'x1="{pen.x(shape.x1)}" y1="{pen.y(shape.y1)}" x2="{pen.x(shape.x2)}" y2="{pen.y(shape.y2)}"'
            return f"<line {ends} {pen.paint(shape.kind)}{dashed}/>"
        case Dot():
            return f'<circle cx="{pen.x(shape.x)}" cy="{pen.y(shape.y)}" r="{pen.y(0.3)}" {pen.paint(shape.kind)}/>'
        case Words():
            place = f'x="{pen.x(shape.x)}" y="{pen.y(shape.y)}" text-anchor="{shape.anchor}"'
            return pen.words(shape, place)


def _hatches(picture: Picture, pen: _Pen) -> str:
    used = sorted({one.hatch for one in picture.shapes if isinstance(one, Rect)} - {"", SOLID})
    return f"<defs>{''.join(_hatch(one, pen) for one in used)}</defs>" if used else ""


def _hatch(name: str, pen: _Pen) -> str:
    ground = f'<rect width="8" height="8" {pen.paint("hatch-ground")}/>'
    drawn = {
        "diagonal": f'<path d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6" {pen.paint("hatch")}/>',
        "dots": f'<circle cx="4" cy="4" r="1.5" {pen.paint("hatch-dot")}/>',
        "upright": f'<path d="M4 0 V8" {pen.paint("hatch")}/>',
        "plain": "",
    }[name]
    frame = f'id="{pen.name}-{name}" width="8" height="8" patternUnits="userSpaceOnUse"'
    return f"<pattern {frame}>{ground}{drawn}</pattern>"
