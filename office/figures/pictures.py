"""Which pictures stand above a table: one for each kind of number in it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString, mark_safe

from office.figures import plots
from office.figures.definitions import BY_CODE, PARTS
from office.figures.kinds import MEDIANS, Cell, Dimension, Figure, Row, Table, Unit
from office.figures.plots import Bar, Series
from office.figures.saying import NOTHING, WITHHELD, is_few, percent, said
from office.figures.shapes import Picture

# More rows than a picture can be read with; the table has them all.
DRAWN = 20
FEW = "Hollow: of fewer than ten."
# More lines than can be told apart.
LINES = 4
GONE = "A dashed box: withheld."
GAP = "No dot: withheld."


@dataclass(frozen=True, slots=True)
class Drawn:
    """`name`: the only one on its page. `note`: what isn't in the picture. `url`: the same as a file; empty: none."""

    name: str
    picture: Picture
    note: str = ""
    url: str = ""

    @property
    def inline(self) -> SafeString:
        """All its words were escaped when it was written."""
        return mark_safe(self.picture.inline(self.name))  # noqa: S308


def drawn(table: Table) -> list[Drawn]:
    """Counts, shares, days and dollars are pictures of their own: they have no axis in common."""
    found = [_one(table, kind, figures) for kind, figures in _kinds(table) if _has_anything(table, figures)]
    return [replace(one, note=" ".join((*_signs(one.picture), one.note)).strip()) for one in found]


def _signs(picture: Picture) -> Iterator[str]:
    """What stands in the picture without a word of its own."""
    kinds = {one.kind for one in picture.shapes}
    if kinds & {"few", "hollow"}:
        yield FEW
    if "gone" in kinds:
        yield GONE


def whole_of(table: Table) -> tuple[str, list[int]] | None:
    """Of what the section's shares are the parts, and where those stand; None: they make up no whole."""
    codes = [figure.code for figure in table.figures]
    for whole, parts in PARTS.items():
        if set(parts) <= set(codes):
            return whole, [codes.index(one) for one in parts]
    return None


def kind_of(unit: Unit) -> str:
    if unit in MEDIANS:
        return "days"
    return {Unit.PERCENT: "shares", Unit.DOLLARS: "dollars"}.get(unit, "counts")


def _kinds(table: Table) -> Iterator[tuple[str, list[int]]]:
    """By kind, the places of its figures."""
    for kind in ("counts", "shares", "days", "dollars"):
        if places := [place for place, one in enumerate(table.figures) if kind_of(one.unit) == kind]:
            yield kind, places


def _has_anything(table: Table, places: Sequence[int]) -> bool:
    return any(row.cells[place].value for row in (*table.rows, table.total) for place in places)


def _one(table: Table, kind: str, places: list[int]) -> Drawn:
    name = f"{table.section.value}-{kind}".replace("_", "-")
    if kind == "shares" and (whole := whole_of(table)):
        return _parts(table, *whole, name)
    if table.dimension == Dimension.TOTAL:
        bars = [_bar(table.figures[place].title, table.figures[place], table.total.cells[place]) for place in places]
        return Drawn(name, _lying(kind)(f"{table.section.label}: {kind}", bars))
    if table.dimension == Dimension.MONTH:
        return _by_month(table, kind, places, name)
    figure = table.figures[places[0]]
    largest = sorted(table.rows, key=lambda row: -_value(figure, row.cells[places[0]]))[:DRAWN]
    rows = [row for row in table.rows if row in largest]
    bars = [_bar(row.label, figure, row.cells[places[0]]) for row in rows]
    return Drawn(name, _lying(kind)(_title(figure, table), bars), _note(len(table.rows)))


def _parts(table: Table, whole: str, places: list[int], name: str) -> Drawn:
    rows = table.rows if table.dimension != Dimension.TOTAL else (table.total,)
    most = sorted(rows, key=lambda row: -sum(_value_or_0(row.cells[place]) for place in places))[:DRAWN]
    shown = [
        ("In total" if row is table.total else row.label, [_count(row.cells[place]) for place in places])
        for row in rows
        if row in most
    ]
    title = f"{BY_CODE[whole].title}: what became of them"
    picture = plots.parts(title, [table.figures[place].title for place in places], shown)
    return Drawn(name, picture, _note(len(rows)))


def _count(cell: Cell) -> int | None:
    """None: withheld. Of nothing there is none."""
    return None if cell.withheld else int(cell.value or 0)


def _value_or_0(cell: Cell) -> int:
    return int(cell.value or 0)


def _note(rows: int) -> str:
    return f"The {DRAWN} largest of {rows} are drawn; the table has them all." if rows > DRAWN else ""


def _by_month(table: Table, kind: str, places: list[int], name: str) -> Drawn:
    if kind in ("counts", "dollars") and len(places) > 1 and len(table.rows) > 1:
        shown = places[:LINES]
        series = [
            Series(
                table.figures[place].title.removesuffix(" in the period"),
                [_or_none(row.cells[place]) for row in table.rows],
            )
            for place in shown
        ]
        notes = [GAP] * any(row.cells[place].withheld for row in table.rows for place in shown)
        notes += [f"The first {LINES} are drawn; the table has them all."] * (len(places) > LINES)
        title = f"{table.section.label}: {kind} by month"
        return Drawn(name, plots.lines(title, [_month(row) for row in table.rows], series), " ".join(notes))
    figure = table.figures[places[0]]
    bars = [_bar(_month(row), figure, row.cells[places[0]]) for row in table.rows]
    end, unit = (100, "%") if kind == "shares" else (0, "")
    return Drawn(name, plots.columns(_title(figure, table), bars, top=end, unit=unit))


def _month(row: Row) -> str:
    """Its first three letters; January has its year, so that one knows where one is."""
    word, _, year = row.label.partition(" ")
    return f"{word[:3]} {year[-2:]}" if word.startswith("Jan") and year else word[:3]


def _title(figure: Figure, table: Table) -> str:
    return f"{figure.title}, {table.dimension.label[0].lower()}{table.dimension.label[1:]}"


def _lying(kind: str) -> Callable[[str, Sequence[Bar]], Picture]:
    if kind == "days":
        return plots.strips
    return _shares if kind == "shares" else plots.bars


def _shares(title: str, rows: Sequence[Bar]) -> Picture:
    return plots.bars(title, rows, top=100, unit="%")


def _bar(label: str, figure: Figure, cell: Cell) -> Bar:
    words = said(figure, cell)
    value = None if words in (NOTHING, WITHHELD) else _value(figure, cell)
    return Bar(label, value, words, few=is_few(cell), withheld=cell.withheld)


def _value(figure: Figure, cell: Cell) -> float:
    return float(percent(cell)) if figure.unit == Unit.PERCENT else float(cell.value or 0)


def _or_none(cell: Cell) -> float | None:
    return None if cell.value is None else float(cell.value)
