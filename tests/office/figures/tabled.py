"""Tables of figures for tests of what is made of them: invented numbers, real definitions."""

from decimal import Decimal

from office.figures.definitions import of_section
from office.figures.kinds import MEDIANS, Cell, Dimension, Figure, Row, Section, Table, Unit

MONTHS = ("Jan 2025", "Feb 2025", "Mar 2025")


def cell(figure: Figure, people: int) -> Cell:
    """As it is counted where so many people stand behind it."""
    if figure.unit == Unit.PERCENT:
        return Cell(people, of=4 * people, people=people, rest=3 * people)
    if figure.unit in MEDIANS:
        return Cell(Decimal("5.5"), of=people, people=people)
    if figure.unit == Unit.DOLLARS:
        return Cell(Decimal(900 * people), people=people)
    return Cell(people, people=people)


def row(label: str, key: str, figures: tuple[Figure, ...], people: int) -> Row:
    return Row(label, key, tuple(cell(one, people) for one in figures))


def table(section: Section, by: Dimension = Dimension.TOTAL, *people: int, total: int = 40) -> Table:
    """A row for each number of people."""
    figures = of_section(section, by)
    named = {Dimension.MONTH: MONTHS}.get(by, tuple(f"Court {place}" for place in range(len(people))))
    keys = [f"2025-0{place + 1}" if by == Dimension.MONTH else str(place) for place in range(len(people))]
    rows = tuple(row(label, key, figures, one) for label, key, one in zip(named, keys, people, strict=False))
    return Table(section, by, figures, rows, row("All", "", figures, total), apart=True)
