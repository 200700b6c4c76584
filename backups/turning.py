"""Whatever stands under an older master key is put under the newest: people's keys, and staff's second factors."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.actors import Task
from accounts.wrapping import wrap_second_factors_anew
from audit.actions import record
from vault.rotation import Turned, turn, under_older

BY = Task("backups.rotate_keys")


def turn_keys(*, now: datetime, say: Callable[[Turned], object]) -> tuple[Turned, int, int]:
    """What was done, how many second factors, and how many keys still stand under an older master key."""
    done = Turned()
    for done in turn():
        say(done)
    factors, older = wrap_second_factors_anew(), under_older()
    facts = {"keys": done.anew, "second_factors": factors, "under_older": older, "lost": done.lost}
    with transaction.atomic():
        record(by=BY, now=now, verb="keys.turned", on="vault.Key", facts=facts)
    return done, factors, older
