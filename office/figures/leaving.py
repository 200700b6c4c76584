"""What leaves the program: a funder report, made once of some months, and whether it stands on the public page."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from office.figures import carried, counting, keeping, others
from office.figures.asking import first_of, last_of
from office.figures.earlier import given_away
from office.figures.kinds import Cell, Dimension, Table
from office.figures.suppression import LEAST
from office.figures.together import Published
from office.models import FunderReport
from programs.models import Program

# By cohort no cell would ever have ten people who may be told of: a group is at most twelve.
BROKEN_DOWN = (Dimension.QUARTER, Dimension.MONTH, Dimension.COURT, Dimension.KIND, Dimension.LANGUAGE)
# Where nobody chose: groups that are large enough to tell something.
USUAL = (Dimension.QUARTER, Dimension.KIND)
FEW = f"fewer than {LEAST} people"
DIFFERENCE = "another number on it would give it away"
EARLIER = "an earlier report and this one together would give it away"


class NotWholeMonths(Refusal):
    pass


class NotOver(Refusal):
    pass


class NotToPublish(Refusal):
    pass


@dataclass(frozen=True, slots=True)
class Outside:
    """The tables as they would leave, and beside each what is withheld and why."""

    tables: tuple[Table, ...]
    # By table, key of the row (None: the total) and column.
    reasons: dict[tuple[int, str | None, int], str]

    def shown(self) -> list[tuple[Dimension, int, int]]:
        """By what they are broken down into: how many numbers show, and of how many."""
        found: dict[Dimension, list[bool]] = {}
        for table in others.as_told(self.tables):
            rows = table.rows if table.dimension != Dimension.TOTAL else (table.total,)
            cells = [not cell.withheld for row in rows for cell in row.cells]
            found.setdefault(table.dimension, []).extend(cells)
        return [(by, sum(cells), len(cells)) for by, cells in found.items()]

    def count(self, reason: str) -> int:
        return list(self.reasons.values()).count(reason)


def outside(program: Program, begins: date, ends: date, chosen: Collection[Dimension] = BROKEN_DOWN) -> Outside:
    """The figures of these days without what gives somebody away, alone, by subtraction, or with what left earlier.

    `chosen`: of BROKEN_DOWN, what they are broken down into beside their totals. The fewer, the less is withheld.
    """
    shown = (Dimension.TOTAL, *(one for one in BROKEN_DOWN if one in chosen))
    counted = [table for by in shown for table in counting.tables(program, begins, ends, by)]
    return leaves(Published(begins, ends, tuple(counted)), earlier(program))


def leaves(counted: Published, before: Collection[Published]) -> Outside:
    """Once to see who is too few to be told of by name; and with those put together, until nobody joins them."""
    told, whole, new = others.named(counted.tables), counted, given_away(counted, before)
    while (fewer := others.common(told, others.named(new.tables))) != told:
        told, whole = fewer, replace(counted, tables=tuple(others.with_sums(counted.tables, fewer)))
        new = given_away(whole, before)
    # For its reasons: what would leave if nothing had left before.
    first = given_away(whole, ()) if before else new
    return Outside(new.tables, dict(_reasons(whole.tables, first.tables, new.tables)))


def earlier(program: Program) -> list[Published]:
    """All that left it: months that fill one another tell as much as months that overlap."""
    found = FunderReport.objects.filter(program=program).order_by("id")
    return [Published(one.begins_on, one.ends_on, keeping.tables_of(one.figures)) for one in found]


def _reasons(
    counted: tuple[Table, ...], alone: tuple[Table, ...], left: tuple[Table, ...]
) -> Iterator[tuple[tuple[int, str | None, int], str]]:
    for place, tables in enumerate(zip(counted, alone, left, strict=True)):
        keys = [*(row.key for row in tables[0].rows), None]
        for key, *cells in zip(keys, *map(_all_cells, tables), strict=True):
            for column, (inside, first, last) in enumerate(zip(*cells, strict=True)):
                if last.withheld:
                    yield (place, key, column), _reason(inside, first)


def _all_cells(table: Table) -> list[tuple[Cell, ...]]:
    return [row.cells for row in (*table.rows, table.total)]


def _reason(inside: Cell, first: Cell) -> str:
    if not first.withheld:
        return EARLIER
    return FEW if inside.people < LEAST else DIFFERENCE


def refuse_unfinished(program: Program, ends: date, now: datetime) -> None:
    """By the program's clock. Raises NotOver."""
    if ends >= now.astimezone(program.zone).date():
        raise NotOver("These months aren't over, and a report is made once. Choose months that are over.")


@transaction.atomic
def make_report(
    *,
    program: Program,
    begins: date,
    ends: date,
    chosen: Collection[Dimension] = BROKEN_DOWN,
    by: User,
    now: datetime,
) -> FunderReport:
    """The figures of whole months, kept as they leave; the same months again give the same report, whatever is chosen.

    Raises NotWholeMonths, NotOver.
    """
    if begins != first_of(begins) or ends != last_of(ends) or ends < begins:
        raise NotWholeMonths("A report tells of whole months. Choose the first one and the last one.")
    refuse_unfinished(program, ends, now)
    # One after the other: what leaves is measured against what has left.
    program = Program.objects.select_for_update().get(pk=program.pk)
    standing = FunderReport.objects.filter(program=program, begins_on=begins, ends_on=ends).first()
    return standing or _made(program, begins, ends, chosen, by, now)


def _made(
    program: Program, begins: date, ends: date, chosen: Collection[Dimension], by: User, now: datetime
) -> FunderReport:
    told = outside(program, begins, ends, chosen)
    lines = program.letterhead.splitlines()
    figures = keeping.kept(told.tables, letterhead=lines, callback_number=program.callback_number, program=program.name)
    figures["change"] = carried.kept(program, begins, ends)
    made = FunderReport.objects.create(
        program=program, begins_on=begins, ends_on=ends, figures=figures, made_at=now, made_by=by
    )
    facts = {"begins": begins, "ends": ends, "withheld": len(told.reasons)}
    record(by=by, now=now, verb="funder_report.made", on=made, facts=facts)
    return made


@transaction.atomic
def publish(*, report: FunderReport, by: User, now: datetime) -> FunderReport:
    """It stands on the public page from now on, in the place of the one before. Raises NotToPublish."""
    report = _locked(report)
    if report.published_at is not None:
        raise NotToPublish("This one has been published already. What was taken off the page doesn't return to it.")
    for other in FunderReport.objects.public().filter(program=report.program_id):
        _off(other, by, now)
    report.published_at, report.published_by = now, by
    report.save(update_fields=["published_at", "published_by"])
    record(by=by, now=now, verb="funder_report.published", on=report)
    return report


@transaction.atomic
def take_off(*, report: FunderReport, by: User, now: datetime) -> FunderReport:
    """It leaves the public page. Raises NotToPublish."""
    report = _locked(report)
    if report.published_at is None or report.taken_off_at is not None:
        raise NotToPublish("This one isn't on the public page.")
    _off(report, by, now)
    return report


def _locked(report: FunderReport) -> FunderReport:
    Program.objects.select_for_update().get(pk=report.program_id)
    return FunderReport.objects.get(pk=report.pk)


def _off(report: FunderReport, by: User, now: datetime) -> None:
    report.taken_off_at, report.taken_off_by = now, by
    report.save(update_fields=["taken_off_at", "taken_off_by"])
    record(by=by, now=now, verb="funder_report.taken_off", on=report)
