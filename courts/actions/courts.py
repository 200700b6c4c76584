"""A court as it stands in a caption, what it wants of reports, and the days on which it is closed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.changes import write_into
from core.refusal import Refusal
from courts.actions.recounting import recount
from courts.models import Closure, Court


class NothingChanged(Refusal):
    pass


class KnownAlready(Refusal):
    pass


class ClosedAlready(Refusal):
    pass


class TakenBackAlready(Refusal):
    pass


@transaction.atomic
def add_court(*, by: User, now: datetime, **said: Any) -> Court:
    """Raises KnownAlready."""
    court = Court(**said)
    _only_one(court)
    court.save(force_insert=True)
    record(by=by, now=now, verb="court.added", on=court, facts={"name": court.name, "city": court.city})
    return court


@transaction.atomic
def change_court(*, court: Court, by: User, now: datetime, **said: Any) -> Court:
    """Reports that were issued stay as they are. Raises NothingChanged, KnownAlready."""
    court = Court.objects.select_for_update().get(pk=court.pk)
    changes = write_into(court, said)
    if not changes:
        raise NothingChanged("This says what it said before. Change something, or leave it as it is.")
    _only_one(court)
    court.save(update_fields=changes.fields)
    record(by=by, now=now, verb="court.changed", on=court, facts={"changed": changes.facts})
    return court


def _only_one(court: Court) -> None:
    same = Court.objects.filter(name=court.name, state=court.state, city=court.city).exclude(pk=court.pk)
    if same.exists():
        raise KnownAlready("There is a court of this name in this city already. Change that one, or name the city.")


@transaction.atomic
def close_on(*, court: Court | None, state: str, on: date, name: str, by: User, now: datetime) -> Closure:
    """`court` None: every court of the state. Raises ClosedAlready."""
    found, new = Closure.objects.get_or_create(
        court=court, state=state, on=on, ended_at=None, defaults={"name": name, "made_at": now, "made_by": by}
    )
    if not new:
        raise ClosedAlready(f"It is known already that it is closed on that day: {found.name}.")
    record(by=by, now=now, verb="closure.added", on=found, facts={"state": state, "on": on, "name": name})
    if court is not None:
        record(by=by, now=now, verb="court.closed_on", on=court, facts={"on": on, "name": name})
    recount(found, by=by, now=now)
    return found


@transaction.atomic
def open_after_all(*, closure: Closure, by: User, now: datetime) -> None:
    """Raises TakenBackAlready."""
    if not Closure.objects.filter(pk=closure.pk, ended_at=None).update(ended_at=now):
        raise TakenBackAlready("This was taken back already. There is nothing more to do.")
    record(by=by, now=now, verb="closure.taken_back", on=closure, facts={"on": closure.on})
    recount(closure, by=by, now=now)
