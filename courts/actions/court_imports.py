from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from audit.actions import event, record_all
from courts.court_list import CourtRow, caption
from courts.models import Court

# What each state's courts call their numbers, where we know it.
NUMBER_LABEL = {"MA": Court.NumberLabel.DOCKET, "WA": Court.NumberLabel.CAUSE}


@dataclass(slots=True)
class CourtsImported:
    added: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def import_courts(*, rows: Iterable[CourtRow], by: Actor, now: datetime) -> CourtsImported:
    """Add those that aren't there yet; one that is stays as the office has set it."""
    result = CourtsImported()
    standing = set(Court.objects.values_list("name", "state", "city"))
    new: list[Court] = []
    for row in rows:
        if row.refused:
            result.refused.append((row.line, row.refused))
        elif (row.name, row.state, row.city) in standing:
            result.known += 1
        else:
            standing.add((row.name, row.state, row.city))
            new.append(_court(row))
    Court.objects.bulk_create(new, batch_size=500)
    record_all(event(by=by, now=now, verb="court.added", on=court) for court in new)
    result.added = len(new)
    return result


def _court(row: CourtRow) -> Court:
    return Court(
        name=row.name,
        kind=row.kind,
        code=row.code,
        county=row.county,
        state=row.state,
        city=row.city,
        address=", ".join(filter(None, (row.street, row.city, f"{row.state} {row.zip}".strip()))),
        phone=row.phone,
        time_zone=row.timezone,
        caption=caption(row.name, row.kind, row.county, row.state, row.city),
        number_label=NUMBER_LABEL.get(row.state, Court.NumberLabel.CASE),
    )
