"""Discretion as a check: the words of `messaging.discretion`, the names of the house, and what is excepted."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from messaging.discretion import given_away
from messaging.models import DiscretionException


class GivesAway(Refusal):
    """Something a participant gets to see would tell whoever reads along."""


class NothingToExcept(Refusal):
    pass


class ExceptedAlready(Refusal):
    pass


class NotYours(Refusal):
    pass


class EndedAlready(Refusal):
    pass


_names: list[Callable[[], Iterable[str]]] = []


def names_come_from(source: Callable[[], Iterable[str]]) -> None:
    """Whoever knows what the organization and its programs are called says so here."""
    if source not in _names:
        _names.append(source)


def words_in(text: str) -> list[str]:
    """What gives something away and isn't excepted."""
    names = [name for source in _names for name in source()]
    found = given_away(text, names=names)
    # Most texts are clean: then nobody asks for the exceptions.
    return given_away(text, allowed=_excepted(), names=names) if found else []


def _excepted() -> list[str]:
    return list(DiscretionException.objects.current().values_list("phrase", flat=True))


def discreet(text: str) -> str:
    """The text, or nothing where it would give something away."""
    return "" if not text or words_in(text) else text


def refuse_telling(*texts: str) -> None:
    """Asked when a place or a link is saved. Raises GivesAway."""
    if words := words_in(" | ".join(filter(None, texts))):
        said = ", ".join(f"“{word}”" for word in words)
        raise GivesAway(
            f"Men are sent this, and whoever reads along must learn nothing. Leave out {said}, or have an "
            "administrator allow the whole phrase, such as “516 Court Street”, on the program's page."
        )


@transaction.atomic
def allow(*, phrase: str, by: User, now: datetime) -> DiscretionException:
    """An administrator lets a phrase stand. Raises NotYours, NothingToExcept, ExceptedAlready."""
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotYours("Only an administrator can allow a phrase. Ask one.")
    phrase = " ".join(phrase.split())
    words = given_away(phrase)
    if not words:
        raise NothingToExcept("There is no word in it that would be refused: it needs no exception.")
    if len(phrase.split()) <= len(words):
        raise NothingToExcept(f"“{phrase}” alone would be allowed everywhere. Give the whole phrase it stands in.")
    made, new = DiscretionException.objects.get_or_create(
        phrase=phrase, ended_at=None, defaults={"made_at": now, "made_by": by}
    )
    if not new:
        raise ExceptedAlready("This phrase is allowed already.")
    record(by=by, now=now, verb="discretion.allowed", on=made)
    return made


@transaction.atomic
def end_exception(*, exception: DiscretionException, by: User, now: datetime) -> None:
    """Raises NotYours, EndedAlready."""
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotYours("Only an administrator can end this. Ask one.")
    standing = DiscretionException.objects.current().filter(pk=exception.pk)
    if not standing.update(ended_at=now, ended_by=by):
        raise EndedAlready("This phrase is no longer allowed. Nothing is to be done.")
    record(by=by, now=now, verb="discretion.ended", on=exception)
