"""The first line of a list: which column is which of ours, by our own names or by what somebody said of theirs."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

# A title, a date and an empty line may stand above it.
HEADER_WITHIN = 15
LEFT_OUT = "-"  # the name of a column that isn't read


class UnreadableList(ValueError):
    """The whole file can't be read; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    known: tuple[str, ...]
    required: tuple[tuple[str, ...], ...] = ()  # of each group at least one
    ours: tuple[str, ...] = ()  # that we wrote ourselves, beside refused rows; read and not asked for
    # What somebody said of a court's own headers: ours by their key (`keys`), LEFT_OUT for one that isn't read.
    mapped: tuple[tuple[str, str], ...] = ()

    def named(self, cell: str) -> str | None:
        return _by_squeezed(self.ours + self.known).get(squeezed(cell))

    def names(self, cells: Sequence[str]) -> list[str | None]:
        """Of a whole header, in its order. None: nobody knows this one."""
        if not self.mapped:
            return [self.named(cell) for cell in cells]
        said = dict(self.mapped)
        return [said.get(key) for key in keys(cells)]

    def found_in(self, cells: Sequence[str]) -> bool:
        """Whether this row, without the empty cells at its end, names columns."""
        known = sum(name is not None for name in self.names(cells))
        return bool(cells) and (known == len(cells) if self.mapped else known >= min(2, len(cells)))

    def nearest(self, cell: str) -> str | None:
        names = _by_squeezed(self.known)
        close = get_close_matches(squeezed(cell)[:100], names, n=1, cutoff=0.5)
        return names[close[0]] if close else None


def squeezed(cell: str) -> str:
    """Case, spaces, underscores, hyphens are all the same to us: "Case Number" is case_number."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", cell).casefold()))


def keys(cells: Sequence[str]) -> list[str]:
    """A header's columns, each told apart from every other one: a second "Date" is not the first."""
    found: list[str] = []
    for cell in cells:
        key = squeezed(cell)
        found.append(key if key and key not in found else f"{key}#{len(found) + 1}")
    return found


@cache
def _by_squeezed(known: tuple[str, ...]) -> dict[str, str]:
    return {squeezed(name): name for name in known}


def trimmed(cells: list[str], least: int = 0) -> list[str]:
    """Without the empty cells at its end, but `least` so many."""
    end = max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return [*cells[: max(end, least)], *[""] * (least - len(cells))]


def header_of(file: str, cells: list[str], columns: Columns) -> tuple[str, ...]:
    """Our names of its columns, in its order. Raises UnreadableList."""
    while cells and not cells[-1].strip():
        cells.pop()
    names = columns.names(cells)
    if not any(names):
        some = ", ".join(columns.known[:4])
        raise UnreadableList(
            f"{file} doesn't begin with a line that names its columns ({some} and so on). "
            "Put the names into the first line."
        )
    _refuse_unknown(file, [cell for cell, name in zip(cells, names, strict=True) if name is None], columns)
    found = tuple(name for name in names if name)
    if doubled := sorted({name for name in found if found.count(name) > 1 and name != LEFT_OUT}):
        raise UnreadableList(f"{file} has more than one column {', '.join(doubled)}. Keep one of each.")
    if missing := [group for group in columns.required if not set(group) & set(found)]:
        needed = "; ".join(" or ".join(group) for group in missing)
        raise UnreadableList(f"{file} has no column {needed}. Add it and import the file again.")
    return found


def _refuse_unknown(file: str, cells: list[str], columns: Columns) -> None:
    if not cells:
        return
    told = []
    for cell in cells[:10]:
        label, nearest = re.sub(r"\s+", " ", cell).strip()[:60], columns.nearest(cell)
        told.append(
            f'"{label}"' + (f" (did you mean {nearest}?)" if nearest else "") if label else "one without a name"
        )
    more = f" and {len(cells) - 10} more" if len(cells) > 10 else ""
    raise UnreadableList(
        f"{file} has columns that we don't know: {', '.join(told)}{more}. "
        "Rename them or take them out, and import the file again."
    )


def header_again(cells: list[str], columns: Columns) -> tuple[str, ...] | None:
    """The names where a file repeats its header, as lists put together of several do, in whatever order."""
    if columns.mapped:
        return _mapped_header_again(cells, columns)
    if columns.named(next(filter(str.strip, cells))) is None:
        return None
    names = [columns.named(cell) for cell in cells if cell.strip()]
    found = tuple(name for name in names if name)
    if len(found) < len(names) or len(set(found)) < len(found):
        return None
    if any(not set(group) & set(found) for group in columns.required):
        return None
    return found


def _mapped_header_again(cells: list[str], columns: Columns) -> tuple[str, ...] | None:
    if squeezed(next(filter(str.strip, cells))) not in dict(columns.mapped):
        return None
    names = [name for name in columns.names(cells) if name]
    return tuple(names) if len(names) == len(cells) else None
