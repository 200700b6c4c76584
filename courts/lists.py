"""Reading a court's weekly list of referrals.

A list is forgiven much: see `courts.tables`. A row is refused only where its name or its number is missing,
or where its cells can't be told apart; any other value that can't be read comes in empty and is flagged with
what stood there. Whether a row without a court can be taken is the caller's to decide: the whole list may be
one court's.
"""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from courts import cells, workbooks
from courts.kinds import LABELS, ReferralKind, Referrer, referral_kind_of, referrer_of, usual_referrer
from courts.numbers import normalized_number
from courts.tables import LONGEST_CELL, Columns, Held, Record, UnreadableList, records
from participants.names import folded

__all__ = [
    "COLUMNS",
    "LONGEST",
    "Flag",
    "Joined",
    "Row",
    "UnreadableList",
    "fingerprint_parts",
    "joined",
    "read",
    "read_one",
]

WINDOW = 500  # rows within which the charges of one case find each other
MOST_JOINED = 100  # rows that become one

# The most letters of each text. Longer ones are no such value; a database column must hold as many.
LONGEST = {
    "case_number": 100,
    "incident_number": 100,
    "plaintiff": 200,
    "last_name": 150,
    "first_name": 150,
    "middle_name": 150,
    "suffix": 20,
    "name_as_charged": 500,
    "aliases": 300,  # each
    "address": 500,
    "statute": 200,
    "charge": 500,
    "judge": 200,
    "attorney": 200,
    "probation_officer": 200,
    "court": 200,
}

_Reader = Callable[[str, date], tuple[Any, str]]


def _texts(*names: str) -> dict[str, _Reader]:
    return {name: partial(_text, longest=LONGEST[name]) for name in names}


def _text(raw: str, today: date, *, longest: int) -> tuple[str, str]:
    return cells.text(raw, longest)


def _untimed(read: Callable[[str], tuple[Any, str]]) -> _Reader:
    return lambda raw, today: read(raw)


_READERS: dict[str, _Reader] = {
    "case_number": lambda raw, today: cells.number(raw, LONGEST["case_number"]),
    "incident_number": lambda raw, today: cells.number(raw, LONGEST["incident_number"]),
    **_texts("plaintiff", "last_name", "first_name", "middle_name", "suffix", "name_as_charged"),
    "aliases": lambda raw, today: cells.names(raw, LONGEST["aliases"]),
    "date_of_birth": cells.date_of_birth,
    "phone": _untimed(cells.phone),
    "email": _untimed(cells.email),
    "address": lambda raw, today: cells.lines_of_text(raw, LONGEST["address"]),
    "language": _untimed(cells.language),
    "interpreter": _untimed(cells.yes),
    **_texts("statute", "charge"),
    "ordered_on": cells.past_day,
    "received_on": cells.past_day,
    "enroll_by": cells.day,
    "start_by": cells.day,
    "complete_by": cells.day,
    "proof_due_by": cells.day,
    **_texts("judge"),
    "prosecutor_email": _untimed(cells.email),
    **_texts("attorney"),
    "attorney_email": _untimed(cells.email),
    **_texts("probation_officer"),
    "probation_email": _untimed(cells.email),
    **_texts("court"),
}
_WHOLE = ("referral_kind", "referrer", "hearing_at")  # read with an eye on the rest of the row

COLUMNS = Columns(
    known=(*_READERS, *_WHOLE),
    required=(("last_name",), ("first_name",), ("case_number", "incident_number")),
    ours=("line", "reason", "rest"),
)


@dataclass(frozen=True, slots=True)
class Flag:
    field: str  # "" where it is about the whole row
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Texts are "" and dates None where the list says nothing, or nothing readable (flagged)."""

    line: int
    raw: dict[str, str]  # as it stood; under "" what no column took
    refused: str | None = None
    flags: tuple[Flag, ...] = ()
    case_number: str = ""
    incident_number: str = ""
    plaintiff: str = ""
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    name_as_charged: str = ""
    aliases: tuple[str, ...] = ()
    date_of_birth: date | None = None
    phone: str = ""  # E.164
    email: str = ""
    address: str = ""  # may have several lines
    language: str = ""  # ISO 639-1
    interpreter: bool = False
    statute: str = ""
    charge: str = ""
    referral_kind: ReferralKind = ReferralKind.PRETRIAL_DIVERSION
    referrer: Referrer = Referrer.COURT
    ordered_on: date | None = None
    received_on: date | None = None
    enroll_by: date | None = None
    start_by: date | None = None
    complete_by: date | None = None
    proof_due_by: date | None = None
    hearing_at: datetime | None = None  # naive: the time of day at the court
    hearing_has_time: bool = False
    judge: str = ""
    prosecutor_email: str = ""
    attorney: str = ""
    attorney_email: str = ""
    probation_officer: str = ""
    probation_email: str = ""
    court: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A referral with the charges of all its rows; `also` are the further rows, whatever else they say."""

    row: Row
    charges: tuple[tuple[str, str], ...] = ()  # statute, charge
    also: tuple[Row, ...] = ()


def read(
    path: str | os.PathLike[str] | Held, *, today: date, columns: Columns = COLUMNS, sheet: str = ""
) -> Iterator[Row]:
    """The rows of a list, one by one, in flat memory. Raises UnreadableList at the call; of a workbook later, too.

    `today` tells which dates of birth make a minor, and which century two digits of a year mean.
    """
    place = path if isinstance(path, Held) else Path(path)
    book = workbooks.is_workbook(place)
    found = workbooks.records(place, sheet, columns) if book else records(place, columns)
    return (_row(record, today) for record in found)


def read_one(said: dict[str, str], *, today: date) -> Row:
    """What somebody typed into a form, by the rules of a list's row."""
    return _row(Record(1, said), today)


def _row(record: Record, today: date) -> Row:
    raw = record.cells
    if "reason" in raw:
        # Rows that we refused, mended: "rest" is what no column took, there for the one who mends.
        raw = {name: cells.as_spelled(cell) for name, cell in raw.items() if name not in COLUMNS.ours}
    if record.refused:
        return Row(record.line, raw, record.refused)
    reading = _Reading(raw, today, record.too_long)
    for name, reader in _READERS.items():
        reading.take(name, reader)
    reading.take_hearing()
    reading.take_kind()
    reading.take_name()
    if record.doubtful:
        reading.flag("", "How this line was saved isn't sure. Look at its accents, or have the list saved as UTF-8.")
    return Row(record.line, raw, reading.refused(), tuple(reading.flags), **reading.values)


@dataclass(slots=True)
class _Reading:
    raw: dict[str, str]
    today: date
    too_long: frozenset[str]
    values: dict[str, Any] = field(default_factory=dict)  # only of cells that aren't blank
    flags: list[Flag] = field(default_factory=list)

    def flag(self, name: str, reason: str) -> None:
        self.flags.append(Flag(name, self.raw.get(name, ""), reason))

    def take(self, name: str, reader: _Reader) -> None:
        if name in self.too_long:
            self.flag(name, f"This is longer than {LONGEST_CELL:,} letters. Shorten it.")
        elif raw := self._said(name):
            self.values[name], reason = reader(raw, self.today)
            if reason:
                self.flag(name, reason)

    def _said(self, name: str) -> str:
        raw = self.raw.get(name, "")
        return "" if raw.isspace() else raw

    def take_hearing(self) -> None:
        if raw := self._said("hearing_at"):
            (self.values["hearing_at"], self.values["hearing_has_time"]), reason = cells.moment(raw, self.today)
            if reason:
                self.flag("hearing_at", reason)

    def take_kind(self) -> None:
        referrer = referrer_of(self._said("referrer"))
        kind = referral_kind_of(said := self._said("referral_kind"))
        if not kind:
            kind = self._likely_kind(referrer)
            why = "We don't know this kind of referral" if said else "The list doesn't say the kind of referral"
            self.flag("referral_kind", f"{why}: it was taken for a {LABELS[kind].lower()}. Set the right one.")
        if self._said("referrer") and not referrer:
            self.flag("referrer", "We don't know who that is. Write court, prosecutor, probation, attorney or self.")
        self.values["referral_kind"] = kind
        self.values["referrer"] = referrer or usual_referrer(kind)

    def _likely_kind(self, referrer: Referrer | None) -> ReferralKind:
        if referrer is Referrer.SELF:
            return ReferralKind.SELF
        if self.values.get("case_number"):
            return ReferralKind.PRETRIAL_DIVERSION
        return ReferralKind.PREFILING_DIVERSION

    def take_name(self) -> None:
        said = self.values
        parts = (said.get(name) for name in ("first_name", "middle_name", "last_name", "suffix"))
        if not said.get("name_as_charged"):
            said["name_as_charged"] = " ".join(part for part in parts if part)
        if said.get("last_name") and not said.get("first_name") and not self._said("first_name"):
            self.flag("first_name", "There is no first name. If he has only one name, leave it so.")

    def refused(self) -> str | None:
        if not self.values.get("last_name"):
            return f"There is no {self._unreadable('last_name')}last name. Fill it in and send the row again."
        if self.values["referral_kind"] is ReferralKind.SELF:
            return None
        if self.values.get("case_number") or self.values.get("incident_number"):
            return None
        bad = self._unreadable("case_number") or self._unreadable("incident_number")
        return f"There is no {bad}case number and no incident number. Fill in one and send the row again."

    def _unreadable(self, name: str) -> str:
        return "readable " if self._said(name) else ""


def fingerprint_parts(row: Row, court_id: object) -> tuple[str, ...]:
    """What makes a row the same one in next week's list: court, number, name, birth date, order date.

    The middle name is no part of it: lists give it one week and leave it out the next. A suffix is, for a
    father and a son who share a number.
    """
    return (
        str(court_id),
        normalized_number(row.case_number or row.incident_number),
        " ".join(filter(None, map(folded, (row.last_name, row.first_name, row.suffix)))),
        row.date_of_birth.isoformat() if row.date_of_birth else "",
        row.ordered_on.isoformat() if row.ordered_on else "",
    )


def joined(rows: Iterable[Row]) -> Iterator[Joined]:
    """The rows with the charges of one case put together, in the order in which each case first came.

    A list may be endless and memory is not: a row finds its case among the last WINDOW of them. One that
    is later comes as a Joined of its own, and the caller, who knows its fingerprint by then, adds its charge.
    Refused rows pass through by themselves.
    """
    waiting: OrderedDict[object, list[Row]] = OrderedDict()
    for row in rows:
        key = _joins_by(row)
        if len(waiting.get(key, ())) >= MOST_JOINED:
            yield _joined(waiting.pop(key))
        waiting.setdefault(key, []).append(row)
        if len(waiting) > WINDOW:
            yield _joined(waiting.popitem(last=False)[1])
    yield from map(_joined, waiting.values())


def _joins_by(row: Row) -> object:
    """Without a number or a date of birth, one name may be two men: such rows stay apart."""
    parts = fingerprint_parts(row, folded(row.court))
    return parts if row.refused is None and (parts[1] or parts[3]) else row.line


def _joined(rows: list[Row]) -> Joined:
    charges = dict.fromkeys((row.statute, row.charge) for row in rows if row.statute or row.charge)
    return Joined(rows[0], () if rows[0].refused else tuple(charges), tuple(rows[1:]))
