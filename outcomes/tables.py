"""The numbers of a year as they are kept: what may be told, and what is needed so that later years give nobody away.

No Django. A group is kept as moments, from which several years can be put together; of a withheld one nothing is kept.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outcomes.change import Moments, is_alike, kept, moments, moments_of
from outcomes.kinds import LEAST, Arrest, Moment
from outcomes.withholding import Groups, Mask, merged, shown, told_count

Scores = NDArray[np.float64]
Tables = Mapping[str, Any]
LATER = (Moment.AFTER, Moment.SIX, Moment.TWELVE)
TOTAL, LANGUAGE, BAND = "", "language", "band"
# The higher, the later it is withheld: what a number is told of at all, before what it is broken down into.
KEEP = {TOTAL: 2, LANGUAGE: 1, BAND: 0}
# A picture of how much changed has so many steps to each side.
STEPS = 8
CODE = 16


@dataclass(frozen=True, slots=True)
class Measure:
    """What one was asked by. `label`: what must stand beside each number; `columns`: by code, the whole first."""

    code: str
    version: int
    title: str
    label: str
    low: int
    high: int
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """Of those who answered at the later moment, how many make up no pair, and why."""

    no_first: int = 0
    other_version: int = 0
    too_few_answers: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of one measure and one comparison, a row for each man. `bands`: how often he had bought; "": he didn't say."""

    measure: Measure
    later: Moment
    # As bytes.
    codes: list[bytes]
    before: Scores
    after: Scores
    languages: NDArray[np.str_]
    bands: NDArray[np.str_]
    missed: Missed = field(default_factory=Missed)


@dataclass(frozen=True, slots=True)
class Group:
    """`key`: of the language, of the band; "" in total. `of`: None where it is withheld."""

    by: str
    key: str
    of: Moments | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Read from what was kept. `spread`: how many changed by how much, from and to in points."""

    measure: Measure
    later: Moment
    groups: tuple[Group, ...]
    missed: Mapping[str, int | None]
    spread: tuple[tuple[float, float, int], ...]

    @property
    def total(self) -> Moments | None:
        return next(one.of for one in self.groups if one.by == TOTAL)


# --- Made


@dataclass(frozen=True, slots=True)
class Made:
    """`roll`: the codes in the order in which the tables have them; to be kept encrypted."""

    tables: dict[str, Any]
    roll: bytes


def made(
    found: Sequence[Pairs], bands: Sequence[str], *, earlier: Sequence[tuple[Tables, bytes]], least: int = LEAST
) -> Made:
    """`earlier`: what was kept of other years, each with its roll."""
    groups = [one for pairs in found for one in _groups(pairs, bands)]
    # A code is random, and so is the order of all.
    own = sorted({code for pairs in found for code in pairs.codes})
    before = [one for tables, roll in earlier for one in _earlier(tables, roll)]
    everybody = dict.fromkeys([*own, *(code for codes, _ in before for code in codes)])
    places = {code: place for place, code in enumerate(everybody)}
    members = np.array([*(_row(codes, places) for codes, _ in before), *_rows(groups, places)], dtype=bool)
    members = members.reshape(len(before) + len(groups), len(places))
    may = shown(_weighed(members, [is_told for _, is_told in before], groups), least)[len(before) :]
    new = members[len(before) :, : len(own)]
    lines = [(one.pairs, _line(one, bool(is_open), row)) for one, is_open, row in zip(groups, may, new, strict=True)]
    comparisons_ = [_comparison(pairs, [line for of, line in lines if of is pairs], least) for pairs in found]
    return Made({"comparisons": comparisons_}, b"".join(own))


def asked(by_moment: Mapping[str, Mapping[str, int]], least: int = LEAST) -> dict[str, dict[str, int | None]]:
    """By moment and state of an asking how many; None: fewer than ten."""
    return {
        moment: {state: told_count(count, least) for state, count in by.items()} for moment, by in by_moment.items()
    }


def known(by_moment: Mapping[str, Mapping[str, int]], least: int = LEAST) -> dict[str, dict[str, int] | None]:
    """By moment of how many a new arrest is known, isn't, and can't be said; None: withheld."""
    return {moment: _shares(by, least) for moment, by in by_moment.items()}


def _weighed(members: Mask, told: Sequence[bool], groups: Sequence["_Found"]) -> Groups:
    """Those of earlier years, told or not, and then this year's."""
    return Groups(
        members,
        told=np.array([*told, *(False for _ in groups)], dtype=bool),
        alike=np.array([*(not one for one in told), *(is_alike(one.of) for one in groups)], dtype=bool),
        keep=np.array([*(0 for _ in told), *(KEEP[one.by] for one in groups)], dtype=np.int64),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """`inside`: whose rows of the pairs."""

    pairs: Pairs
    by: str
    key: str
    inside: Mask
    of: Moments


def _groups(pairs: Pairs, bands: Sequence[str]) -> Iterator[_Found]:
    """Of which somebody is there."""
    for by, key, inside in _masks(pairs, bands):
        yield _Found(pairs, by, key, inside, moments(pairs.before[inside], pairs.after[inside]))


def _masks(pairs: Pairs, bands: Sequence[str]) -> Iterator[tuple[str, str, Mask]]:
    yield TOTAL, "", np.ones(len(pairs.codes), dtype=bool)
    for key in np.unique(pairs.languages).tolist():
        yield LANGUAGE, key, pairs.languages == key
    there = set(pairs.bands.tolist())
    for key in [*bands, ""]:
        # A band that has all of them would tell of each how often he bought.
        if key in there and len(there) > 1:
            yield BAND, key, pairs.bands == key


def _rows(groups: Sequence[_Found], roll: Mapping[bytes, int]) -> Iterator[Mask]:
    places: dict[int, NDArray[np.int64]] = {}
    for one in groups:
        if id(one.pairs) not in places:
            places[id(one.pairs)] = np.array([roll[code] for code in one.pairs.codes], dtype=np.int64)
        row = np.zeros(len(roll), dtype=bool)
        row[places[id(one.pairs)][one.inside]] = True
        yield row


def _row(codes: Sequence[bytes], roll: Mapping[bytes, int]) -> Mask:
    row = np.zeros(len(roll), dtype=bool)
    row[[roll[code] for code in codes]] = True
    return row


def _line(one: _Found, is_open: bool, members: Mask) -> dict[str, Any]:
    said: dict[str, Any] = {"by": one.by, "key": one.key}
    if is_open:
        said |= {"moments": kept(one.of)}
    if is_open or is_alike(one.of):
        # So that what is told in later years gives nobody away: a bit for each code of this year.
        said |= {"members": base64.b64encode(np.packbits(members).tobytes()).decode()}
    return said


def _earlier(tables: Tables, roll: bytes) -> Iterator[tuple[list[bytes], bool]]:
    """Of each group whose codes were kept: which they are, and whether it was told."""
    for comparison in tables.get("comparisons", []):
        for line in comparison["groups"]:
            if "members" in line:
                bits = np.unpackbits(np.frombuffer(base64.b64decode(line["members"]), dtype=np.uint8))
                inside = [roll[place * CODE :][:CODE] for place in np.flatnonzero(bits)]
                yield inside, "moments" in line


def _comparison(pairs: Pairs, lines: list[dict[str, Any]], least: int) -> dict[str, Any]:
    total = next(line for line in lines if line["by"] == TOTAL)
    missed = {name: told_count(getattr(pairs.missed, name), least) for name in Missed.__dataclass_fields__}
    measure = {name: getattr(pairs.measure, name) for name in Measure.__dataclass_fields__}
    return {
        "measure": measure | {"columns": [list(one) for one in pairs.measure.columns]},
        "later": pairs.later.value,
        "missed": missed,
        "groups": lines,
        "spread": [list(one) for one in _spread(pairs, least)] if "moments" in total else [],
    }


def _spread(pairs: Pairs, least: int) -> Iterator[tuple[float, float, int]]:
    """How many changed by how much in the whole score: neighbors together until each has enough."""
    step = (pairs.measure.high - pairs.measure.low) / STEPS
    change = pairs.after[:, 0] - pairs.before[:, 0]
    place = np.clip(np.rint(change / step).astype(int) + STEPS, 0, 2 * STEPS)
    counts = np.bincount(place, minlength=2 * STEPS + 1).tolist()
    for first, last in merged(counts, least):
        yield (first - STEPS - 0.5) * step, (last - STEPS + 0.5) * step, sum(counts[first : last + 1])


def _shares(by: Mapping[str, int], least: int) -> dict[str, int] | None:
    """Of few people, or of few with another answer, nothing is told: nobody is few as well."""
    yes, no, not_known = (by.get(one, 0) for one in (Arrest.YES, Arrest.NO, Arrest.NOT_KNOWN))
    if min(yes, no) < least or 0 < not_known < least:
        return None
    return {Arrest.YES.value: yes, Arrest.NO.value: no, Arrest.NOT_KNOWN.value: not_known}


# --- Kept and read


def comparisons(tables: Tables) -> list[Comparison]:
    return [_read(one) for one in tables.get("comparisons", [])]


def _read(said: Mapping[str, Any]) -> Comparison:
    measure = said["measure"]
    return Comparison(
        Measure(**{**measure, "columns": tuple((code, name) for code, name in measure["columns"])}),
        Moment(said["later"]),
        tuple(
            Group(one["by"], one["key"], moments_of(one["moments"]) if "moments" in one else None)
            for one in said["groups"]
        ),
        said["missed"],
        tuple((low, high, count) for low, high, count in said["spread"]),
    )
