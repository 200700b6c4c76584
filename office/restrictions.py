"""Whose files are shut to the person who looks. The site's guard says who looks; `subjects.rows` leaves them out.

Where nobody looks, as in a task, nothing is shut: what binds a man goes on behind a shut file, too.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from accounts.models import User
from courts.models import Referral
from participants.models import Participant, Restriction
from programs.models import Enrollment

Row = TypeVar("Row")
Rows = TypeVar("Rows", bound=QuerySet[Any])

# None: nobody looks, or nothing is shut to whoever does. Most requests; they pay for no condition.
_looker: ContextVar[User | None] = ContextVar("office_looker", default=None)


@contextmanager
def looked_at_by(user: User, *, something_shut: bool) -> Iterator[None]:
    token = _looker.set(user if something_shut else None)
    try:
        yield
    finally:
        _looker.reset(token)


def shut() -> QuerySet[Any] | None:
    """The ids of those who don't exist for whoever looks, as a condition; None: everybody exists."""
    user = _looker.get()
    if user is None:
        return None
    shut_files = Restriction.objects.shut_to(user).values("participant")
    # With whoever was merged into one of them: what is never changed stands in the other file.
    return shut_files.union(Participant.objects.filter(merged_into__in=shut_files).values("pk"))


def open_only(found: Rows, paths: Collection[str]) -> Rows:
    """Without what is about a man whose file is shut; `paths`: from a row to each man whom it is about."""
    hidden = shut()
    if hidden is None:
        return found
    for path in paths:
        found = found.exclude(**{f"{path}__in": hidden})
    return found


def visible(found: Collection[Row], person: Any) -> list[Row]:
    """Of what is at hand already; `person`: from a row to the id of the man."""
    hidden = shut()
    if hidden is None:
        return list(found)
    away = {pk for (pk,) in hidden.values_list("participant")}
    return [one for one in found if person(one) not in away]


def events(found: QuerySet[Any]) -> QuerySet[Any]:
    """Without those under a shut man's keys, or on himself, his referrals, his enrollments."""
    hidden = shut()
    if hidden is None:
        return found
    his = {"participant__in": hidden}
    keys = Q(key_id__in=Participant.objects.filter(pk__in=hidden).values("key"))
    keys |= Q(key_id__in=Referral.objects.filter(**his).values("key"))
    names = [f"participants.Participant:{pk}" for (pk,) in hidden.values_list("participant")]
    for model in (Referral, Enrollment):
        ids = model.objects.filter(**his).values_list("pk", flat=True)
        names += [f"{model._meta.label}:{pk}" for pk in ids]
    return found.exclude(keys & Q(key_id__isnull=False)).exclude(record__in=names)
