"""The numbers of a year that is over, made once and kept."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min

from accounts.actors import Actor, Task
from audit.actions import record
from core.refusal import Refusal
from outcomes import tables
from outcomes.kinds import Arrest, Moment, State
from outcomes.models import Asking, FollowUp, Sheet, YearOfChange
from outcomes.pairs import of_year
from outcomes.tables import LATER
from programs.models import Program
from vault.fields import Forgotten
from vault.models import Key, KeyLost

BY = Task("outcomes.years")
# In January somebody may still be asked who was due in December; then the year is told of whole.
CLOSES_IN = 2


class NotOver(Refusal):
    pass


def last_over(program: Program, *, now: datetime) -> int:
    """The last year whose numbers can be made."""
    today = now.astimezone(program.zone).date()
    return today.year - (1 if today.month >= CLOSES_IN else 2)


@transaction.atomic
def close_year(*, program: Program, year: int, by: Actor, now: datetime) -> YearOfChange:
    """The same year again gives the same numbers. Raises NotOver, vault.models.KeyLost."""
    if year > last_over(program, now=now):
        raise NotOver(f"The numbers of {year} are made in February {year + 1}, when nobody is asked any more for it.")
    # One after the other: what is told is measured against what has been told.
    program = Program.objects.select_for_update().get(pk=program.pk)
    found = list(YearOfChange.objects.filter(program=program).select_related("key").order_by("year"))
    standing = next((one for one in found if one.year == year), None)
    return standing or _closed(program, year, found, by, now)


def _closed(program: Program, year: int, earlier: list[YearOfChange], by: Actor, now: datetime) -> YearOfChange:
    pairs, bands = of_year(program, year)
    new = tables.made(pairs, bands, earlier=[(one.tables, _roll(one)) for one in earlier])
    said = new.tables | {"asked": tables.asked(_asked(program, year)), "known": tables.known(_known(program, year))}
    key = Key.new(Key.Kind.SUBJECT, now=now)
    key.save()
    closed = YearOfChange.objects.create(program=program, year=year, tables=said, key=key, roll=new.roll, made_at=now)
    record(by=by, now=now, verb="outcomes.year_closed", on=closed, facts={"year": year})
    return closed


def _roll(year: YearOfChange) -> bytes:
    """Raises vault.models.KeyLost."""
    roll: Any = year.roll
    if isinstance(roll, Forgotten):
        raise KeyLost("The key to an earlier year is missing: what it told can't be taken into account without it.")
    return bytes(roll)


def _asked(program: Program, year: int) -> dict[str, dict[str, int]]:
    """By moment how many were due in the year, and what became of it."""
    of = Asking.objects.filter(enrollment__program=program, due_on__year=year)
    found: dict[str, dict[str, int]] = {moment: dict.fromkeys(State, 0) for moment in Moment}
    for moment, state, count in of.values_list("moment", "state").annotate(Count("pk")).order_by():
        found[moment][state] = count
    return found


def _known(program: Program, year: int) -> dict[str, dict[str, int]]:
    """By moment of how many a new arrest is known, isn't, and can't be said."""
    of = FollowUp.objects.filter(subject__program=program, month__year=year)
    found: dict[str, dict[str, int]] = {
        moment: dict.fromkeys(Arrest, 0) for moment in LATER if moment is not Moment.AFTER
    }
    for moment, known, count in of.values_list("moment", "known").annotate(Count("pk")).order_by():
        found[moment][known] = count
    return found


def close_years(*, now: datetime) -> int:
    """All that are over and were not made yet, the oldest first; a year without anybody is one, too.

    Raises vault.models.KeyLost once the other programs are done: a later year can't be made before an earlier one.
    """
    done, lost = 0, dict[Any, KeyLost]()
    for program, year in list(_open_years(now)):
        if program.pk in lost:
            continue
        try:
            close_year(program=program, year=year, by=BY, now=now)
            done += 1
        except KeyLost as missing:
            lost[program.pk] = missing
    for first in lost.values():
        raise first
    return done


def _open_years(now: datetime) -> Iterator[tuple[Program, int]]:
    closed = defaultdict[Any, set[int]](set)
    for program_id, year in YearOfChange.objects.values_list("program", "year"):
        closed[program_id].add(year)
    for program in Program.objects.order_by("pk"):
        last = last_over(program, now=now)
        first = max(closed[program.pk]) + 1 if closed[program.pk] else _first(program)
        for year in range(first or last + 1, last + 1):
            yield program, year


def _first(program: Program) -> int | None:
    """None: nobody has answered yet."""
    later = Sheet.objects.done().filter(instrument__program=program, moment__in=LATER)
    month: date | None = later.aggregate(first=Min("month"))["first"]
    return month.year if month else None


def whole_so_far(program: Program, year: int) -> dict[str, int]:
    """By moment how many have answered at it and at intake, in a year that isn't over. No answer is opened."""
    later = Sheet.objects.done().filter(instrument__program=program, moment__in=LATER, month__year=year)
    first = Sheet.objects.done().filter(instrument__program=program, moment=Moment.INTAKE, instrument__kind="measure")
    both = later.filter(subject__in=first.values("subject"))
    return dict(both.values_list("moment").annotate(Count("subject", distinct=True)).order_by())
