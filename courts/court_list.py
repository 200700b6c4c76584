"""Reading a list of courts, and how a court is called at the head of its papers."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from courts import cells
from courts.lists import Flag
from courts.tables import LONGEST_CELL, Columns, Record, UnreadableList, records

__all__ = ["COLUMNS", "KINDS", "LONGEST", "CourtRow", "UnreadableList", "caption", "read"]

COLUMNS = Columns(
    known=("name", "kind", "code", "county", "state", "street", "city", "zip", "phone", "timezone"),
    required=(("name",), ("kind",), ("state",), ("timezone",)),
)
KINDS = ("municipal", "district", "superior")
# The most letters of each text; a database column must hold as many.
LONGEST = {"name": 200, "kind": 30, "code": 30, "county": 100, "street": 200, "city": 100, "zip": 10}

_COMMONWEALTHS = frozenset({"KY", "MA", "PA", "VA"})
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana",
    "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri",
    "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio",
    "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah",
    "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin",
    "WY": "Wyoming", "PR": "Puerto Rico", "GU": "Guam", "VI": "Virgin Islands",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CourtRow:
    """One court. Several may share a name or a code: a superior court sits in more than one city."""

    line: int
    raw: dict[str, str]
    refused: str | None = None
    flags: tuple[Flag, ...] = ()
    name: str = ""
    kind: str = ""  # one of KINDS, or another word as the list has it
    code: str = ""
    county: str = ""
    state: str = ""  # two capitals
    street: str = ""
    city: str = ""
    zip: str = ""
    phone: str = ""  # E.164
    timezone: str = ""  # IANA


def read(path: str | os.PathLike[str]) -> Iterator[CourtRow]:
    """The courts, one by one. Raises UnreadableList at the call."""
    return map(_court, records(path, COLUMNS))


def _court(record: Record) -> CourtRow:
    if record.refused:
        return CourtRow(record.line, record.cells, record.refused)
    values: dict[str, Any] = {}
    flags = []
    for name in COLUMNS.known:
        raw = record.cells.get(name, "")
        if name in record.too_long:
            values[name], reason = "", f"This is longer than {LONGEST_CELL:,} letters. Shorten it."
        else:
            values[name], reason = _cell(name, raw) if raw.strip() else ("", "")
        if reason:
            flags.append(Flag(name, raw, reason))
    return CourtRow(record.line, record.cells, _why_refused(values), tuple(flags), **values)


def _cell(name: str, raw: str) -> tuple[str, str]:
    if name == "phone":
        return cells.phone(raw)
    if name == "state":
        return _state(raw)
    if name == "timezone":
        return _timezone(raw)
    value, reason = cells.text(raw, LONGEST[name])
    return value.lower() if name == "kind" else value, reason


def _state(raw: str) -> tuple[str, str]:
    value = raw.strip().upper()
    if code := next((code for code, name in _STATES.items() if value in (code, name.upper())), ""):
        return code, ""
    return "", "This is no state. Write its two letters, such as WA."


def _timezone(raw: str) -> tuple[str, str]:
    value = raw.strip()
    return (value, "") if _is_timezone(value) else ("", "This is no time zone. Write it like America/Los_Angeles.")


@cache
def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known, not well-formed, a folder of the zone data
        return False
    return "/" in name


def _why_refused(values: dict[str, Any]) -> str | None:
    """A report prints the court's name and state, and its dates in the court's zone: it can't do without."""
    for name, what in (("name", "name"), ("kind", "kind"), ("state", "state"), ("timezone", "time zone")):
        if not values[name]:
            return f"The court has no {what} that we can read. Fill it in and send the row again."
    return None


# --- captions ---


def caption(name: str, kind: str, county: str, state: str, city: str) -> str:
    """The court's name as it stands at the head of a paper, in capitals."""
    make = {"municipal": _municipal, "district": _district, "superior": _superior}.get(kind, _other)
    if state == "MA":
        make = _massachusetts
    return make(name=name, county=county, state=state, city=city).upper()


def _of_the_state(state: str) -> str:
    return f"{'Commonwealth' if state in _COMMONWEALTHS else 'State'} of {_STATES.get(state, state)}"


def _county(county: str, state: str) -> str:
    return f"{county} {'Parish' if state == 'LA' else 'County'}"


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _municipal(*, name: str, county: str, state: str, city: str) -> str:
    town = city or name.removesuffix(" Municipal Court")
    return _listed(
        f"In the Municipal Court for the City of {town}",
        county and _county(county, state),
        _of_the_state(state),
    )


def _district(*, name: str, county: str, state: str, city: str) -> str:
    if not county:
        return _other(name=name, county=county, state=state, city=city)
    return _listed(f"In the District Court for {_county(county, state)}", _of_the_state(state))


def _superior(*, name: str, county: str, state: str, city: str) -> str:
    if not county:
        return _other(name=name, county=county, state=state, city=city)
    place = "Parish" if state == "LA" else "County"
    return f"In the Superior Court of the {_of_the_state(state)} in and for the {place} of {county}"


def _massachusetts(*, name: str, county: str, state: str, city: str) -> str:
    """Every court there is a part of the Trial Court; a division stands behind its department."""
    division, comma, department = name.partition(", ")
    court = f"{department}, {division}" if comma else name
    of_county = county and _county(county, state)
    named_already = of_county and of_county.lower() in court.lower()
    return _listed(_of_the_state(state), "Trial Court", court, "" if named_already else of_county)


def _other(*, name: str, county: str, state: str, city: str) -> str:
    of_county = county and _county(county, state)
    named_already = of_county and of_county.lower() in name.lower()
    return _listed(f"In the {name}", "" if named_already else of_county, _of_the_state(state))
