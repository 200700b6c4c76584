"""Whether the program changes anything, as it is told: a table's lines, who is missing, and what it can't say.

It reads nothing but the years that were kept: no score of anybody is near.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from office.figures.missing import counted, missing
from office.figures.saying import NOTHING, WITHHELD
from outcomes.change import Change, Moments, changes, pooled
from outcomes.kinds import LEAST, Moment
from outcomes.models import YearOfChange
from outcomes.shipped import BELIEFS
from outcomes.tables import BAND, LANGUAGE, TOTAL, Comparison, Measure, comparisons

# First on each file.
HEAD = "Matched pairs only. “withheld”: fewer than 10 people, or it would tell such a number by subtraction."
Cells = Sequence[str | int | float]

LANGUAGES = {"en": "English", "es": "Spanish"}
NOT_SAID = "Not said"
HEADS = ("Pairs", "Before", "SD before", "After", "SD after", "Change", "95% from", "95% to", "Effect size")
WORDS = {TOTAL: "In total", LANGUAGE: "By language", BAND: "By how often he had bought"}
YEAR = "year"
NO_CONTROL = "There was no control group: what changed may have changed without the program as well."
NOT_TOLD = f"A number of fewer than {LEAST} people isn't told, nor one that would give such a number away."
# What must be said wherever a share of new arrests is.
OF_ARRESTS = (
    NO_CONTROL,
    "A new arrest is counted where the program heard of it: the share is of those of whom it is known either way.",
    NOT_TOLD,
)
LATER_WORDS = {Moment.AFTER: "after the last week", Moment.SIX: "six months later", Moment.TWELVE: "a year later"}


@dataclass(frozen=True, slots=True)
class Line:
    """A score of a group. `change`: None where it is withheld; `years`: of which it was put together."""

    label: str
    change: Change | None
    years: tuple[int, ...] = ()

    @property
    def cells(self) -> list[str]:
        """As HEADS has them."""
        one = self.change
        if one is None:
            return [WITHHELD] * len(HEADS)
        return [f"{one.n:,}", *map(number, (one.before, one.before_sd, one.after, one.after_sd)),
                *map(signed, (one.change, one.low, one.high, one.effect))]  # fmt: skip

    @property
    def values(self) -> list[str | int | float]:
        """The same for a spreadsheet, rounded as they are shown."""
        one = self.change
        if one is None:
            return [WITHHELD] * len(HEADS)
        found = (one.before, one.before_sd, one.after, one.after_sd, one.change, one.low, one.high, one.effect)
        return [one.n, *("" if value is None else round(value, 2) for value in found)]


@dataclass(frozen=True, slots=True)
class Group:
    """`lines`: the whole score first, then its parts."""

    label: str
    lines: tuple[Line, ...]

    @property
    def whole(self) -> Line:
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Part:
    """What is told by one thing: in total, by language …"""

    by: str
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One measure and one comparison, of one year or of several together."""

    measure: Measure
    later: Moment
    years: tuple[int, ...]
    parts: tuple[Part, ...]
    missing: tuple[tuple[str, str], ...]
    spread: tuple[tuple[float, float, int], ...]

    @property
    def total(self) -> Group:
        return self.parts[0].groups[0]

    @property
    def when(self) -> str:
        """From the first to the last of which there was anybody to compare."""
        first, last = self.years[0], self.years[-1]
        return str(first) if first == last else f"{first} to {last}"

    @property
    def counted_in(self) -> str:
        """The years of which the total was put together, without those of which it is withheld; all, where it is."""
        return said_years(self.total.whole.years or self.years)


def said_years(years: Sequence[int]) -> str:
    """Those, and none between them: "2025", "2023 to 2025", "2023 and 2025"."""
    first, last = years[0], years[-1]
    if len(years) == 1:
        return str(first)
    if len(years) == last - first + 1:
        return f"{first} to {last}"
    return f"{', '.join(map(str, years[:-1]))} and {last}"


def number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def signed(value: float | None) -> str:
    """With a minus that is as wide as a plus."""
    if value is None:
        return NOTHING
    said = f"{value:+.2f}".replace("-", "−")
    return "0.00" if said[1:] == "0.00" else said


# --- Found


def measures(years: Sequence[YearOfChange]) -> list[Measure]:
    """All that were compared, the newest first."""
    found = {(one.measure.code, one.measure.version): one.measure for year in years for one in comparisons(year.tables)}
    return [found[key] for key in sorted(found, key=lambda key: (key[0], -key[1]))]


def told(years: Sequence[YearOfChange], measure: Measure, later: Moment) -> Told | None:
    """Of these years, the oldest first; None: nobody was compared."""
    made = [(year, one) for year in years if (one := _comparison(year, measure, later))]
    found = [(year.year, one) for year, one in made]
    if not found:
        return None
    parts = tuple(_part(by, title, found) for by, title in WORDS.items() if _keys(by, found))
    several = (_by_year(found),) if len(found) > 1 else ()
    only = made[0][0].tables if len(made) == 1 else None
    return Told(
        measure=measure,
        later=later,
        years=tuple(year for year, _ in found),
        parts=(*parts, *several),
        missing=tuple(missing(only, found[0][1])) if only else (),
        spread=found[0][1].spread if only else (),
    )


def arrests(years: Sequence[YearOfChange], later: Moment) -> Mapping[str, int] | None:
    """Of how many a new arrest is known by then, isn't, and can't be said. None: withheld, or of several years."""
    known: Mapping[str, int] | None = years[0].tables.get("known", {}).get(later) if len(years) == 1 else None
    return known


def _comparison(year: YearOfChange, measure: Measure, later: Moment) -> Comparison | None:
    which = (later, measure.code, measure.version)
    each = comparisons(year.tables)
    return next((one for one in each if (one.later, one.measure.code, one.measure.version) == which), None)


def _keys(by: str, found: Sequence[tuple[int, Comparison]]) -> list[str]:
    """As each year has them, in order; those who said nothing last."""
    keys = dict.fromkeys(group.key for _, one in found for group in one.groups if group.by == by)
    return sorted(keys, key=lambda key: by == BAND and not key)


def _part(by: str, title: str, found: Sequence[tuple[int, Comparison]]) -> Part:
    named = [(_label(by, key), _shown(by, key, found)) for key in _keys(by, found)]
    return Part(by, title, tuple(_lines(found[0][1].measure, named)))


def _by_year(found: Sequence[tuple[int, Comparison]]) -> Part:
    named = [(str(year), _shown(TOTAL, "", [(year, one)])) for year, one in found]
    return Part(YEAR, "By year", tuple(_lines(found[0][1].measure, named)))


def _label(by: str, key: str) -> str:
    return {TOTAL: WORDS[TOTAL], LANGUAGE: LANGUAGES.get(key, key), BAND: key or NOT_SAID}[by]


def _shown(by: str, key: str, found: Sequence[tuple[int, Comparison]]) -> dict[int, Moments]:
    """By year, of those in which it was told."""
    groups = ((year, group) for year, one in found for group in one.groups if (group.by, group.key) == (by, key))
    return {year: group.of for year, group in groups if group.of is not None}


def _lines(measure: Measure, named: Sequence[tuple[str, Mapping[int, Moments]]]) -> Iterator[Group]:
    of = iter(changes([pooled(list(shown.values())) for _, shown in named if shown]))
    for label, shown in named:
        columns: Sequence[Change | None] = next(of) if shown else [None] * len(measure.columns)
        pairs = zip(measure.columns, columns, strict=True)
        yield Group(label, tuple(Line(name, one, tuple(shown)) for (_, name), one in pairs))


# --- In a report


def text(one: Told, program: str) -> str:
    """For a funder's report: what was found and, as long, what it doesn't say."""
    if one.total.whole.change is None:
        return found(one, program)
    return "\n\n".join([found(one, program), " ".join(_parts(one)), " ".join((*caveats(one), *who_is_missing(one)))])


def found(one: Told, program: str) -> str:
    """In a sentence, or that nothing can be told."""
    whole = one.total.whole.change
    if whole is None:
        return (
            f"{program}, {one.when}: too few answered both at intake and {LATER_WORDS[one.later]} for a number to be "
            f"told. No number of fewer than {LEAST} people leaves the program."
        )
    sides = f"{one.measure.low} to {one.measure.high}"
    higher = " (a higher score is more agreement with the beliefs that the program challenges)" * (
        one.measure.code == BELIEFS
    )
    return (
        f"{program}, {one.counted_in}. {whole.n:,} men answered the same questions at intake and "
        f"{LATER_WORDS[one.later]}, each compared with himself. On a scale of {sides}{higher}, the mean went from "
        f"{number(whole.before)} (SD {number(whole.before_sd)}) to {number(whole.after)} "
        f"(SD {number(whole.after_sd)}): {_change(whole)}."
    )


def _change(one: Change) -> str:
    effect = f"; paired effect size d_z {signed(one.effect)}" if one.effect is not None else ""
    return f"a change of {signed(one.change)} (95% confidence interval {interval(one)}{effect})"


def interval(one: Change) -> str:
    return f"{signed(one.low)} to {signed(one.high)}"


def _parts(one: Told) -> Iterator[str]:
    parts = [f"“{line.label}” {_from_to(line.change)}" for line in one.total.lines[1:] if line.change]
    if parts:
        yield "By part: " + "; ".join(parts) + "."


def _from_to(one: Change) -> str:
    return f"{number(one.before)} to {number(one.after)} ({signed(one.change)})"


def who_is_missing(one: Told) -> Iterator[str]:
    if one.missing:
        yield (
            f"Of those who were to be asked in {one.when}: "
            + "; ".join(f"{label.lower()} ({count})" for label, count in one.missing)
            + "."
        )


def caveats(one: Told) -> list[str]:
    """What must be said wherever these numbers are."""
    return [
        NO_CONTROL,
        "The men reported on themselves, in a program that a court had sent them to.",
        f"The questions: {one.measure.label[:1].lower()}{one.measure.label[1:]}.",
        "Only those are counted who answered both times; who stayed away may think otherwise.",
        NOT_TOLD,
    ]


def arrest_shares(known: Mapping[str, int] | None) -> Iterator[tuple[str, str]]:
    """Of those of whom it is known either way; nothing: withheld."""
    if known:
        whole = known["yes"] + known["no"]
        yield "New arrest known", f"{known['yes'] / whole:.0%} ({known['yes']:,} of {whole:,})"
        yield "Not known either way", counted(known["not_known"])


# --- In a spreadsheet


def lines(one: Told) -> Iterator[Cells]:
    """A line for each score of each group, and what must be said beside them."""
    yield [HEAD]
    yield [f"{one.measure.title}: {one.measure.label}. Intake and {LATER_WORDS[one.later]}, {one.counted_in}"]
    yield ["Shown", "Group", "Score", *HEADS, "Years"]
    for part in one.parts:
        for group in part.groups:
            for line in group.lines:
                yield [part.title, group.label, line.label, *line.values, ", ".join(map(str, line.years))]
    yield from ([label, count] for label, count in one.missing)
    yield from ([caveat] for caveat in caveats(one))
