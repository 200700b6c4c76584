import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from accounts.actors import Actor, label
from audit.macs import event_mac, seal_digest
from audit.models import Event, Seal, name_of
from audit.origin import origin
from vault.models import Key

# Any number that nothing else here locks by.
SEALER_LOCK = 0x0A5EA1
SEAL_AT_MOST = 20_000

# A row of the trail by a statement of our own, which is the same each time: Django's compiler takes longer to write one
# than the database to keep it (measured). The sealer alone fills the seal's number.
_FILLED = [field for field in Event._meta.concrete_fields if field.name not in ("id", "seal_number")]
# Put together from the model's own columns, nothing else.
_INTO = f"INSERT INTO {Event._meta.db_table} ({', '.join(str(field.column) for field in _FILLED)}) VALUES "  # noqa: S608
_ROW = f"({', '.join(['%s'] * len(_FILLED))})"
# SQLite takes 999 values a statement by Django's count.
_ROWS_AT_ONCE = {"sqlite": 999 // len(_FILLED), "postgresql": 500}


def event(
    *,
    by: Actor,
    now: datetime,
    verb: str,
    on: models.Model | str,
    key: Key | None = None,
    personal: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """An event, not yet saved. `personal` is encrypted under `key`, the subject's; `facts` must name nobody."""
    if personal and key is None:
        raise TypeError(f"{verb}: personal values need the key of the person or the referral they belong to.")
    said: dict[str, Any] = {
        "at": now,
        "actor": label(by),
        "verb": verb,
        "record": on if isinstance(on, str) else name_of(on),
        "origin": origin.get(),
        "personal": key.encrypt(json.dumps(personal, default=str).encode()) if personal and key else None,
        "facts": json.loads(json.dumps(facts, default=str)) if facts else {},
    }
    mac = event_mac(settings.AUDIT_KEY.encode(), key_id=str(key.pk) if key else "", **said)
    return Event(key_id=key.pk if key else None, mac=mac, **said)


def record(**said: Any) -> Event:
    """Save what `event` says, in the caller's transaction: the change and its event stand or fall together."""
    made = event(**said)
    # Whoever catches what fails here, and goes on, can't commit the change alone.
    with transaction.mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(f"{_INTO}{_ROW} RETURNING id", _values(made))
        (made.pk,) = cursor.fetchone()
    made._state.adding = False  # noqa: SLF001  it stands there now
    return made


def record_all(events: Iterable[Event]) -> None:
    """Save what `event` said, all or none. Their ids aren't read back."""
    left, at_once = iter(events), _ROWS_AT_ONCE[connection.vendor]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        while some := list(islice(left, at_once)):
            cursor.execute(_INTO + ", ".join([_ROW] * len(some)), [value for one in some for value in _values(one)])


def _values(event: Event) -> Sequence[Any]:
    said = vars(event)
    return [field.get_db_prep_save(said[field.attname], connection) for field in _FILLED]


@transaction.atomic
def seal(*, now: datetime) -> Seal | None:
    """Chain what was committed since the last seal. None: nothing was, or another sealer is at work."""
    if not _only_sealer():
        return None
    events = list(Event.objects.unsealed().order_by("id").values_list("id", "mac")[:SEAL_AT_MOST])
    if not events:
        return None
    last = Seal.objects.order_by("-number").first()
    number, previous = (last.number + 1, last.digest) if last else (1, "")
    digest = seal_digest(settings.AUDIT_KEY.encode(), number=number, previous=previous, events=events)
    _mark([i for i, _ in events], number)
    return Seal.objects.create(
        number=number,
        at=now,
        events=len(events),
        first_event=events[0][0],
        last_event=events[-1][0],
        previous=previous,
        digest=digest,
    )


def _mark(ids: list[int], number: int) -> None:
    for start in range(0, len(ids), 500):
        Event.objects.filter(id__in=ids[start : start + 500]).update(seal_number=number)


def _only_sealer() -> bool:
    """On SQLite the transaction itself, begun IMMEDIATE, lets one writer in."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])
