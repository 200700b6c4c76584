"""A funder report as PDF, from the row that was kept and from nothing else."""

from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any, cast

import typst

from core import typeset
from office.figures import carried
from office.figures.keeping import Kept, tables_of
from office.figures.kinds import Dimension, Figure, Row, Table
from office.figures.others import as_told
from office.figures.pictures import Drawn, drawn
from office.figures.saying import ALL_WITHHELD, FOOTNOTE, said, tells_nothing

TEMPLATE = Path(__file__).parent.parent / "typst" / "figures.typ"
STANDARDS: "list[typst.PDFStandard]" = ["ua-1"]
FONT = "Noto Serif"
# More columns than stand beside one another on paper: the figures of a group go below each other, some at a time.
COLUMNS = 4
CAVEATS = (
    "Counted on the day on which this report was made; what was entered or corrected later isn't in it.",
    "A man who came back is one person, and a referral each time. One enrollment may fulfill several referrals.",
    "Rows may add up to more than the total where one person belongs to several of them; the total has him once.",
    "Days are medians: half waited no longer. A share of fewer than ten is written as a fraction.",
    "The figures say what happened in the program. They don't say what the program caused.",
    FOOTNOTE,
)


def render(figures: Kept, *, period: str, made_on: str) -> bytes:
    """As PDF/UA-1 on US Letter; the same row gives the same bytes. `made_on`: a day as 2026-03-02."""
    tables = tuple(as_told(tables_of(figures)))
    facts = {
        "program": figures["program"],
        "letterhead": figures["letterhead"],
        "period": period,
        "made_on": made_on,
        "sections": list(sections(tables)),
        "change": _change(figures),
        "definitions": list(definitions(tables)),
        "caveats": list(CAVEATS),
    }
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(
        bytes,
        typeset.compiler(TEMPLATE, typeset.printable(facts, keeps="\n")).compile(format="pdf", pdf_standards=STANDARDS),
    )


def sections(tables: tuple[Table, ...]) -> Iterator[dict[str, Any]]:
    """Section by section; within one its total first, with pictures, then what it is broken down into."""
    for section in dict.fromkeys(table.section for table in tables):
        own = [table for table in tables if table.section == section and _has_figures(table)]
        if own:
            yield {"title": section.label, "tables": [part for table in own for part in _parts(table)]}


def _has_figures(table: Table) -> bool:
    return bool(table.figures) and (bool(table.rows) or table.dimension == Dimension.TOTAL)


def _parts(table: Table) -> Iterator[dict[str, Any]]:
    if table.dimension == Dimension.TOTAL:
        yield _in_total(table)
        return
    if tells_nothing(table):
        yield {"title": table.dimension.label, "nothing": ALL_WITHHELD}
        return
    count = len(table.figures)
    # As many as evenly as can be: no table of a single column at the end.
    wide = ceil(count / ceil(count / COLUMNS))
    for start in range(0, count, wide):
        places = range(start, min(start + wide, count))
        yield {
            "title": table.dimension.label if start == 0 else f"{table.dimension.label}, continued",
            "header": ["", *(table.figures[place].title for place in places)],
            "rows": [[row.label, *_said(table, row, places)] for row in table.rows]
            + [["In total", *_said(table, table.total, places)]],
            "pictures": [],
        }


def _in_total(table: Table) -> dict[str, Any]:
    pairs = zip(table.figures, table.total.cells, strict=True)
    rows = [[figure.title, said(figure, cell)] for figure, cell in pairs]
    return {"title": "", "header": ["Figure", "In total"], "rows": rows, "pictures": _pictures(table)}


def _said(table: Table, row: Row, places: range) -> list[str]:
    return [said(table.figures[place], row.cells[place]) for place in places]


def _pictures(table: Table) -> list[dict[str, str]]:
    return [_picture(one) for one in drawn(table)]


def _picture(one: Drawn) -> dict[str, str]:
    picture = one.picture
    return {"title": picture.title, "svg": picture.alone(FONT), "alt": picture.described, "note": one.note}


def _change(figures: Kept) -> dict[str, Any] | None:
    """None: the report was made before it told of this."""
    shown = carried.shown(figures.get("change"), figures["program"])
    if shown is None:
        return None
    compared = [
        {"title": one.title, "found": one.found, "rows": one.rows, "pictures": [_picture(each) for each in one.drawn]}
        for one in shown.compared
    ]
    return {
        "title": shown.title,
        "of": shown.of,
        "nothing": shown.nothing,
        "header": list(shown.header),
        "compared": compared,
        "note": shown.note,
        "arrests": [list(one) for one in shown.arrests],
        "no_arrests": shown.no_arrests,
        "caveats": shown.caveats,
    }


def definitions(tables: tuple[Table, ...]) -> Iterator[dict[str, str]]:
    """Each figure once: how it is counted, and of what."""
    known: dict[str, Figure] = {figure.code: figure for table in tables for figure in table.figures}
    for figure in known.values():
        of = figure.denominator or "Nothing: it is a plain count."
        yield {"title": figure.title, "unit": figure.unit.label, "counted": figure.counted, "of": of}
