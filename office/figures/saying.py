"""A cell in words, the same on a page, in a file and on paper."""

from decimal import ROUND_HALF_UP, Decimal

from office.figures.kinds import MEDIANS, Cell, Dimension, Figure, Table, Unit
from office.figures.suppression import LEAST

NOTHING = "–"
# On its own in a narrow column; the footnote says it whole.
WITHHELD = "withheld"
ALL_WITHHELD = "No group has a number that may be told: they are withheld, or there are none."
FOOTNOTE = f"“{WITHHELD}”: fewer than {LEAST} people stand behind it, or it would tell such a number by subtraction."


def said(figure: Figure, cell: Cell) -> str:
    """As one reads it: "62% (31 of 50)", "5 days (12)", "$1,250.00"."""
    if cell.withheld:
        return WITHHELD
    if cell.value is None or (figure.unit == Unit.PERCENT and not cell.of):
        return NOTHING
    if figure.unit == Unit.PERCENT:
        return _share(cell)
    if figure.unit in MEDIANS:
        days = number(cell.value)
        return f"{days} {'day' if days == '1' else 'days'} ({cell.of})"
    if figure.unit == Unit.DOLLARS:
        return f"${cell.value:,.2f}"
    return number(cell.value)


def tells_nothing(table: Table) -> bool:
    """Of a table by groups: no group has a number to tell. Its total stands elsewhere."""
    return table.dimension != Dimension.TOTAL and not any(cell.value for row in table.rows for cell in row.cells)


def _share(cell: Cell) -> str:
    """Of few people it is no percentage: one man more or less would be a tenth of it."""
    of = f"{number(cell.value or 0)} of {cell.of or 0:,}"
    return of if is_few(cell) else f"{percent(cell)}% ({of})"


def is_few(cell: Cell) -> bool:
    """Whether so few are counted that the figure means little."""
    return cell.of is not None and cell.of < LEAST


def percent(cell: Cell) -> int:
    """Rounded half up, as people do; 0 where there is nothing to be a share of."""
    return int((cell.share * 100).quantize(Decimal(1), ROUND_HALF_UP)) if cell.share else 0


def number(value: Decimal | int) -> str:
    """Halves and quarters of days only where they are."""
    return f"{value:,}" if isinstance(value, int) else f"{value.normalize():,f}"
