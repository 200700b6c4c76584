"""Who may be here twice: found by a job, told apart by a person. Putting two together is for `courts`."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Value

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from participants.kinds import ContactKind
from participants.likeness import Known, near, score, sounds, sounds_of
from participants.models import ContactPoint, Likeness, OtherName, Participant, Sound
from vault.models import Key, KeyQuerySet

# By each way so many are looked at, the newest first; in one round of the job so many men are compared.
AT_MOST, AT_ONCE = 40, 200


class SameFile(Refusal):
    pass


def compare_newcomers(*, now: datetime) -> int:
    """Those who are new, or of whom something is: whom they may be. Returns how many pairs were found."""
    waiting = Participant.objects.themselves().filter(to_compare=True).order_by("id")
    return sum(_compared(pk, now) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _compared(pk: int, now: datetime) -> int:
    """The mark is taken off first: a name that is written meanwhile waits for this, and sets it anew."""
    if not Participant.objects.themselves().filter(pk=pk, to_compare=True).update(to_compare=False):
        return 0
    return suggest(Participant.objects.get(pk=pk), now=now)


def suggest(man: Participant, *, now: datetime) -> int:
    """Writes down whom he may be, once a pair: who was told apart isn't asked about again. Returns how many are new.

    Five questions, however many are here.
    """
    candidates = _candidates(man)
    if not candidates:
        return 0
    known = _known({man.pk, *candidates})
    found = {pk: score(known[man.pk], known[pk]) for pk in candidates}
    alike = {pk: one for pk, one in found.items() if one.enough}
    there = Likeness.objects.of(man.pk, alike).others(man.pk) if alike else set()
    made = [pair(man.pk, pk, score=one.score, why=list(one.why), found_at=now) for pk, one in alike.items()]
    new = [one for one in made if not {one.one_id, one.other_id} & there]
    Likeness.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def pair(one: int, other: int, **said: Any) -> Likeness:
    """Not saved. One row for the two, whoever is named first."""
    return Likeness(one_id=min(one, other), other_id=max(one, other), **said)


def _candidates(man: Participant) -> list[int]:
    """Who has his telephone, was born on his day, or sounds like him and was born about then."""
    others = Participant.objects.themselves().exclude(pk=man.pk).order_by("-pk").values("pk")
    points = ContactPoint.objects.filter(kind=ContactKind.PHONE)
    his = points.filter(participant=man).values("value")
    ways = [others.filter(pk__in=points.filter(value__in=his).values("participant"))]
    if man.date_of_birth:
        heard = Sound.objects.like(Sound.objects.filter(participant=man).values("sound")).values("participant")
        ways.append(others.filter(date_of_birth=man.date_of_birth))
        ways.append(others.filter(date_of_birth__in=near(man.date_of_birth), pk__in=heard))
    # SQLite takes no limit inside a union, but inside a question within it.
    bounded = [Participant.objects.order_by().filter(pk__in=way[:AT_MOST]).values_list("pk", flat=True) for way in ways]
    return list(bounded[0].union(*bounded[1:]))


def _known(ids: Collection[int]) -> dict[int, Known]:
    also, phones = _also(ids)
    return {
        man.pk: Known(
            names=(*_full_and_short(man), *also[man.pk]),
            suffix=man.suffix,
            born=man.date_of_birth,
            phones=frozenset(phones[man.pk]),
            sounds=frozenset(sounds(man.first_name, man.last_name).union(*map(sounds_of, also[man.pk]))),
        )
        for man in Participant.objects.filter(pk__in=ids)
    }


def _full_and_short(man: Participant) -> set[str]:
    """One court writes the middle name, and another leaves it out."""
    short = f"{man.first_name} {man.last_name}"
    return {short, " ".join(filter(None, (man.first_name, man.middle_name, man.last_name)))}


def _also(ids: Collection[int]) -> tuple[dict[int, list[str]], dict[int, set[str]]]:
    """Their other names, and their telephones."""
    names: dict[int, list[str]] = defaultdict(list)
    phones: dict[int, set[str]] = defaultdict(set)
    name, phone = Value("name", output_field=CharField()), Value("phone", output_field=CharField())
    said = OtherName.objects.order_by().filter(participant__in=ids).values_list("participant", "name", name)
    numbers = ContactPoint.objects.order_by().filter(participant__in=ids, kind=ContactKind.PHONE)
    for man, text, what in said.union(numbers.values_list("participant", "value", phone), all=True):
        if what == "name":
            names[man].append(text)
        else:
            phones[man].add(text)
    return names, phones


@transaction.atomic
def tell_apart(*, one: Participant, other: Participant, by: User, now: datetime) -> Likeness:
    """Somebody has looked: these are two men, and nobody is asked about them again. Raises SameFile."""
    if one.pk == other.pk:
        raise SameFile("This is one file, not two. Open the other one, and compare from there.")
    told = settle(one, other, by=by, now=now)
    record(by=by, now=now, verb="likeness.told_apart", on=told, facts={"one": told.one_id, "other": told.other_id})
    return told


def settle(one: Participant, other: Participant, *, by: User, now: datetime) -> Likeness:
    """In the caller's transaction: looked at, whatever came of it. Who looked last stands there."""
    first, second = sorted((one.pk, other.pk))
    defaults = {"score": 0, "found_at": now}
    told, _ = Likeness.objects.get_or_create(one_id=first, other_id=second, defaults=defaults)
    told.settled_at, told.settled_by = now, by
    told.save(update_fields=["settled_at", "settled_by"])
    return told


def keys_of(man: Participant) -> KeyQuerySet:
    """All that a man's personal values may be written under, while he stands for those merged into him.

    To forget him is to destroy all of these: `keys_of(man).destroy(now=now)`. One alone would leave him readable
    where a row came from the other file. Once the two are told apart each has his own key alone again: what was
    written for one meanwhile, in a row that is never changed, goes with the key that it was written under.
    """
    return Key.objects.filter(participant__in=Participant.objects.selves(man))
