"""Whose files are shut to the person who looks. The site's guard says who looks; `subjects.rows` leaves them out.

Where nobody looks, as in a task, nothing is shut: what binds a man goes on behind a shut file, too.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from accounts.roles import Role
from courts.models import Referral
from participants.models import Participant, Restriction

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


def shut(*, says_so: bool = False) -> QuerySet[Any] | None:
    """The ids of those who don't exist for whoever looks, as a condition; None: everybody exists.

    `says_so`: asked of rows that say that somebody was here who had to be forgotten; administrators see those.
    """
    user = _looker.get()
    if user is None:
        return None
    shut_files = Restriction.objects.shut_to(user).values("participant")
    # With whoever was merged into one of them: what is never changed stands in the other file.
    merged = Participant.objects.filter(merged_into__in=shut_files).values("pk")
    if says_so and _is_told(user):
        return shut_files.union(merged)
    return shut_files.union(merged, forgotten_men().values("pk"))


def _is_told(user: User) -> bool:
    """Administrators alone see that somebody was here who had to be forgotten, and nothing else of him."""
    return Role.ADMINISTRATOR in user.roles


def forgotten_men() -> QuerySet[Participant]:
    return Participant.objects.filter(key__destroyed_at__isnull=False)


def forgotten_cases() -> QuerySet[Referral]:
    return Referral.objects.filter(key__destroyed_at__isnull=False)


def kept_only(found: Rows, path: str, *, says_so: bool = False) -> Rows:
    """Without what is about a case that had to be forgotten. `path`: from a row to it; `says_so`: as in `shut`."""
    user = _looker.get()
    if user is None or (says_so and _is_told(user)):
        return found
    # A row about no case stays.
    return found.exclude(**{f"{path}__in": forgotten_cases().values("pk")})


def open_only(found: Rows, paths: Collection[str], *, says_so: bool = False) -> Rows:
    """Without what is about a man whose file is shut; `paths`: from a row to each man whom it is about."""
    hidden = shut(says_so=says_so)
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


def not_naming(found: Rows, column: str, ways: Mapping[type[Model], Collection[str]], *, says_so: bool = False) -> Rows:
    """Without rows that only name their record, in `column`, where that is about a shut man.

    `ways`: by model whose records may be named there, the ways from it to the men whom it is about.
    """
    hidden = shut(says_so=says_so)
    if hidden is None:
        return found
    first, *more = (_names(model, paths, hidden) for model, paths in ways.items())
    kept: Rows = found.exclude(**{f"{column}__in": first.union(*more)})
    return kept


def _names(model: type[Model], paths: Collection[str], hidden: QuerySet[Any]) -> QuerySet[Any]:
    """As `audit.models.name_of` writes them."""
    his = reduce(or_, (Q(**{f"{path}__in": hidden}) for path in paths))
    name = Concat(Value(f"{model._meta.label}:"), Cast("pk", CharField()))
    named: QuerySet[Any] = model._default_manager.filter(his).order_by().annotate(named=name).values("named")
    return named


def under_open_keys(found: Rows) -> Rows:
    """Of events: without those of which the personal values stand under a shut man's keys."""
    hidden = shut(says_so=True)
    if hidden is None:
        return found
    keys = Q(key_id__in=Participant.objects.filter(pk__in=hidden).values("key"))
    keys |= Q(key_id__in=Referral.objects.filter(participant__in=hidden).values("key"))
    return found.exclude(keys & Q(key_id__isnull=False))
