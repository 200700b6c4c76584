"""The ledger of destroyed keys and the database say the same: what the one lacks, it is told by the other."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction

from accounts.actors import Task
from audit.actions import record
from vault import ledger
from vault.models import AT_ONCE, Key

BY = Task("backups.keep_ledger")
# No transaction takes as long: what was begun before and isn't in the database was taken back.
SETTLED_AFTER = timedelta(minutes=10)

# What else is to be blanked for keys that are destroyed again; an app above says it in its `ready()`.
Forget = Callable[[list[Key], datetime], None]
_forgetting: list[Forget] = []


def also_forget(forget: Forget) -> None:
    """`forget(keys, now)` is called in the transaction in which they are destroyed again, just before."""
    if forget not in _forgetting:
        _forgetting.append(forget)


def keep_ledger(*, now: datetime) -> int:
    """Make both say the same; how many keys one of them hadn't heard of."""
    told = ledger.read() if ledger.exists() else ledger.Told()
    gone = dict(Key.objects.exclude(destroyed_at=None).values_list("pk", "destroyed_at"))
    unheard = [key for key in gone if key not in told.destroyed]
    kept = [key for key, at in told.begun.items() if key not in gone and now - at > SETTLED_AFTER]
    # The file is made here, empty, so that whoever restores knows a ledger that says nothing from none at all.
    if unheard or not ledger.exists():
        ledger.tell(ledger.DESTROYED, unheard, now=now)
    if kept:
        ledger.tell(ledger.KEPT, kept, now=now)
    return len(unheard) + destroy_again(told, gone, now=now)


@transaction.atomic
def destroy_again(told: ledger.Told, gone: Iterable[UUID], *, now: datetime) -> int:
    """Keys that live here and are destroyed in the ledger: an older state of the database came back."""
    back = [
        key for keys in _some(told.destroyed.keys() - set(gone)) for key in Key.objects.living().filter(pk__in=keys)
    ]
    if not back:
        return 0
    for forget in _forgetting:
        forget(back, now)
    for key in back:
        # When it was destroyed, not when it was destroyed again.
        Key.objects.filter(pk=key.pk).update(wrapped=b"", destroyed_at=told.destroyed[key.pk])
    facts = {"keys": len(back)}
    record(by=BY, now=now, verb="keys.destroyed_again", on="vault.Key", facts=facts)
    return len(back)


def _some(keys: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(sorted(keys))
    while some := list(islice(rest, AT_ONCE)):
        yield some
