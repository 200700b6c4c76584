"""All that is kept about a man, by the registry of privacy and the marks beside it, decrypted."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, TypedDict

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.utils.text import capfirst

from accounts.models import User
from audit.models import Event, name_of
from core import privacy
from courts.models import Agency, Court, IssuedDocument, NumberLedger, Recipient, Referral
from participants.models import Participant
from programs.models import Cohort, Program, Session
from records.disclosure.marks import CHAPTERS, LEFT_OUT, SENTENCES, TOLD, Part, Told, Why
from records.forgetting.walk import end_of
from vault.fields import EncryptedField
from vault.models import Key


class Kind(TypedDict):
    """Rows of one model, each by the names of its fields: `heads`, in the order of the marks."""

    model: str
    title: str
    heads: list[str]
    rows: list[dict[str, Any]]


class Chapter(TypedDict):
    title: str
    why: str
    source: str
    kinds: list[Kind]


class Worked(TypedDict):
    """An event: `who` is a number or the program's own task, never a name."""

    at: datetime
    what: str
    who: str


class WholeFile(TypedDict):
    name: str
    made_at: datetime
    chapters: list[Chapter]
    worked: list[Worked]
    left_out: list[str]


def ways(model: type[Model]) -> list[str]:
    """From a row to the man whom it is about."""
    return [way for way, _ in _ways(model)]


def _ways(model: type[Model]) -> list[tuple[str, str]]:
    """Each with the way to the case it is about; "" where it is about none."""
    label = model._meta.label
    found = [_to_the_man(model, way) for way in privacy.WAYS.get(label, ())]
    told = TOLD.get(label)
    return found or ([(told.way, "")] if told and told.way else [])


def _to_the_man(model: type[Model], way: str) -> tuple[str, str]:
    if end_of(model, way) is Participant:
        return way, ""
    return ("participant", "pk") if way == "pk" else (f"{way}__participant", way)


def held(model: type[Model], name: str) -> Why | None:
    """Why he isn't told this field. None: he is told. Raises KeyError where nobody has decided."""
    told = TOLD[model._meta.label]
    if name in told.shown:
        return None
    return told.held.get(name) or _held_anyway(model, name)


def _held_anyway(model: type[Model], name: str) -> Why:
    field: Any = model._meta.get_field(name)
    if field.primary_key or any(way.split("__")[0] == name for way in ways(model)):
        return Why.WORKING
    if isinstance(field, ForeignKey) and field.related_model is User:
        return Why.STAFF
    if isinstance(field, ForeignKey) and field.related_model is Key:
        return Why.WORKING
    raise KeyError(f"{model._meta.label}.{name}")


# --- His rows


def collect(man: Participant, *, now: datetime) -> WholeFile:
    """In as many questions for one row as for many. A case that had to be forgotten is no part of it."""
    selves = list(Participant.objects.selves(man).values_list("pk", flat=True))
    return {
        "name": man.legal_name,
        "made_at": now,
        "chapters": [_chapter(part, selves) for part in Part],
        "worked": list(_worked(selves)),
        "left_out": [SENTENCES[why] for why in Why if why is not Why.HOUSE],
    }


def _chapter(part: Part, selves: list[int]) -> Chapter:
    of_it = [(label, told) for label, told in TOLD.items() if told.part == part]
    said = CHAPTERS[part]
    kinds = [_kind(label, told, selves) for label, told in of_it]
    return {"title": said.title, "why": said.why, "source": said.source, "kinds": kinds}


def _kind(label: str, told: Told, selves: list[int]) -> Kind:
    rows = [{name: _value(row, name) for name in told.shown} for row in _rows(label, selves)]
    return {"model": label, "title": told.title, "heads": list(told.shown), "rows": rows}


def _rows(label: str, selves: list[int]) -> QuerySet[Any]:
    model = apps.get_model(label)
    mine = reduce(or_, (_about(way, case, selves) for way, case in _ways(model)))
    shown = [model._meta.get_field(name) for name in TOLD[label].shown]
    # The bytes of a document, and whatever else isn't told, stay in the database.
    kept_back = [name for name in TOLD[label].held if isinstance(model._meta.get_field(name), EncryptedField)]
    found: QuerySet[Any] = model._default_manager.filter(mine)
    return found.select_related(*_beside(shown)).defer(*kept_back).order_by("pk")


def _about(way: str, case: str, selves: list[int]) -> Q:
    kept = {"key__destroyed_at": None} if case == "pk" else {f"{case}__key__destroyed_at": None} if case else {}
    return Q(**{f"{way}__in": selves}, **kept)


def _beside(shown: list[Any]) -> list[str]:
    keys = [field.key for field in shown if isinstance(field, EncryptedField)]
    also = [way for field in shown if isinstance(field, ForeignKey) for way in (field.name, *_ALSO.get(field.name, ()))]
    return [*keys, *also]


_ALSO = {"session": ("session__module",), "number": ("number__program",)}


# --- What a value says


def _value(row: Any, name: str) -> Any:
    value = getattr(row, name)
    choice = getattr(row, f"get_{name}_display", None)
    if choice and value:
        return _in_words(str(choice()))
    if name == "kind":  # of a message: what it is about, and no choice
        return _in_words(str(value))
    if name == "language":
        return dict(settings.LANGUAGES).get(value, value)
    return _NAMED[type(value)](value) if isinstance(value, Model) else value


def _in_words(name: str) -> str:
    return str(capfirst(name.replace("_", " ")))


_NAMED: dict[type[Model], Callable[[Any], Any]] = {
    Program: lambda one: one.name,
    Court: lambda one: one.name,
    Agency: lambda one: one.name,
    Cohort: lambda one: one.name,
    # The hour tells which evening; the paper says it on his clock.
    Session: lambda one: one.starts_at,
    NumberLedger: lambda one: one.text,
    Recipient: lambda one: " ".join(filter(None, [one.get_role_display(), one.name])),
}


# --- Who worked in it


def _worked(selves: list[int]) -> Iterator[Worked]:
    people = Participant.objects.filter(pk__in=selves)
    cases = Referral.objects.filter(participant__in=selves, key__destroyed_at=None)
    keys = [*people.values_list("key", flat=True), *cases.values_list("key", flat=True)]
    named = [name_of(one) for one in (*people.order_by("pk"), *cases.order_by("pk"))]
    events = Event.objects.filter(Q(key_id__in=keys) | Q(record__in=named)).exclude(_untold())
    for at, verb, actor in events.order_by("id").values_list("at", "verb", "actor").iterator():
        yield {"at": at, "what": verb.replace("_", " ").replace(".", " "), "who": _who(actor)}


def _untold() -> Q:
    """What the left-out rows would tell is not told by the trail either."""
    left_out = [label for label, why in LEFT_OUT.items() if why in (Why.OTHERS, Why.ORDERS)]
    # Of a note he is told the day; whether it was of an incident is among staff.
    left_out.append("programs.SessionNote")
    return reduce(or_, (Q(record__startswith=f"{label}:") for label in left_out))


def _who(actor: str) -> str:
    kind, _, number = actor.partition(":")
    return f"Person {number}" if kind == "user" else "The program itself"


# --- What comes along


def documents(man: Participant) -> list[IssuedDocument]:
    """Reports as they were issued, without those of a case that had to be forgotten."""
    selves = Participant.objects.selves(man)
    kept = IssuedDocument.objects.filter(report__referral__participant__in=selves)
    kept = kept.filter(report__referral__key__destroyed_at=None)
    return list(kept.select_related("report__referral__key", "number__program").order_by("pk"))


def undecided() -> list[str]:
    """Fields and models of which nobody has said whether he is told them."""
    return [f"{label}.{name}" for label in privacy.FIELDS for name in _undecided(label)]


def _undecided(label: str) -> Iterator[str]:
    if label in LEFT_OUT:
        return
    if label not in TOLD:
        yield "*"
        return
    model = apps.get_model(label)
    for name in privacy.FIELDS[label]:
        try:
            held(model, name)
        except KeyError:
            yield name
