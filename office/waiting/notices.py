"""What says no more than whom, what and since when: many kinds, one question to the database.

Each kind is a row of `KINDS`: which records, how they fill the same few columns, and the line that is made of one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import NoReverseMatch, reverse

from core.templatetags.days import hour
from courts.models import CourtPaper, Extension, Flag, ListUpload
from courts.moves import OVER
from messaging.models import InboundText, Message
from office import words
from office.doing import find, offered
from office.subjects import rows
from office.today import Line
from office.undone import gone
from office.waiting import disclosures, disposals, lists, money, outbox, questions
from office.waiting.found import Found, page
from office.waiting.making import AT_MOST, how_many, key_of, rest
from participants.kinds import AppointmentKind
from participants.models import Appointment, ContactPoint, Likeness, NonAssociation
from programs.models import Enrollment, PaymentPlan, Program, Seat, Session, SessionNote, WaiverRequest
from records.models import Disposal, OwnFile, Release

EMPTY = Value("", output_field=CharField())
# Of what happened at no moment; its line says since when.
NOBODYS = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`records`: the oldest first; `says`: the columns that differ; `line`: what `_line` doesn't say of itself."""

    model: type[Model]
    records: Callable[[datetime, date], QuerySet[Any]]
    says: Callable[[], dict[str, Any]]
    line: Callable[[Found], dict[str, Any]]
    many: str
    man: str = "participant"
    referral: str = ""
    # One line says how many there are.
    together: bool = False


def lines(*, now: datetime, today: date) -> list[Line]:
    asked = [_asked(name, kind, now, today) for name, kind in KINDS.items()]
    order = {name: place for place, name in enumerate(KINDS)}
    # A union has no order of its own.
    rows_of_all = (Found(*row) for row in asked[0].union(*asked[1:], all=True))
    found = sorted(rows_of_all, key=lambda one: (order[one.kind], one.at, one.pk))
    counts = {one.kind: one.of or 0 for one in found}
    single = {kind: of for kind, of in counts.items() if not KINDS[kind].together}
    return [*map(_line, found), *(line for kind, of in single.items() for line in _rest(kind, of))]


def _asked(name: str, kind: Kind, now: datetime, today: date) -> QuerySet[Any, tuple[Any, ...]]:
    records = kind.records(now, today)
    at_most = 1 if kind.together else AT_MOST
    first = kind.model._default_manager.filter(pk__in=records.values("pk")[:at_most]).order_by()
    man, case = f"{kind.man}__" if kind.man else "", f"{kind.referral}__" if kind.referral else ""
    columns = {
        "the_kind": Value(name, output_field=CharField()),
        "the_pk": F("pk"),
        "the_man": F(f"{man}pk"),
        **{f"the_{part}": F(f"{man}{part}") for part in ("first_name", "middle_name", "last_name", "suffix")},
        "the_court": F(f"{case}court__name") if case else EMPTY,
        "the_number": Coalesce(F(f"{case}case_number"), EMPTY) if case else EMPTY,
        "the_at": EMPTY,
        **dict.fromkeys(("the_one", "the_two", "the_three"), EMPTY),
        "the_user": Value(0, output_field=BigIntegerField()),
        **{f"the_{column}": said for column, said in kind.says().items()},
        "the_of": how_many(records),
    }
    asked: QuerySet[Any, tuple[Any, ...]] = first.annotate(**columns).values_list(*columns)
    return asked


def _line(found: Found) -> Line:
    kind = KINDS[found.kind]
    url = reverse("office:person", args=[found.man]) if found.man else ""
    said: dict[str, Any] = {
        "key": key_of(found.kind, f"{kind.model._meta.label}:{found.pk}"),
        "whom": found.whom,
        "whom_url": url,
        "since": words.local_day(found.at),
        "button": "Open the case",
        "url": url,
        "of": found.user or None,
    }
    return Line(**(said | kind.line(found)))


def _rest(name: str, of: int) -> Iterator[Line]:
    kind = KINDS[name]
    label = f"{kind.model._meta.app_label}_{kind.model._meta.model_name}"
    try:
        url = reverse(f"office:{label}_changelist")
    except NoReverseMatch:  # what has no list of its own
        url = reverse("office:index")
    yield from rest(of, name, kind.many, url)


def _deed(model: type[Model], name: str, pk: int) -> dict[str, str]:
    """Its button; nothing while it has none."""
    deed = find(str(model._meta.model_name), name)
    args = [str(model._meta.model_name), pk, name]
    return {"button": deed.label, "url": reverse("office:do", args=args)} if deed else {}


# --- Of a court's list, and what courts sent


def _flags(now: datetime, today: date) -> QuerySet[Any]:
    return rows(Flag).filter(settled_at=None).exclude(referral__state__in=OVER).order_by("made_at")


def _flag(found: Found) -> dict[str, Any]:
    why = f"{found.two} {found.case}"
    return {"what": f"Ask: {words.plain(found.one).lower()}", "why": why, **_deed(Flag, "settle", found.pk)}


def _papers(now: datetime, today: date) -> QuerySet[Any]:
    return rows(CourtPaper).filter(pk__in=CourtPaper.objects.unread().values("pk"), removed_at=None).order_by("at")


def _paper(found: Found) -> dict[str, Any]:
    try:
        url = reverse("office:paper", args=[found.pk])
    except NoReverseMatch:
        url = page(CourtPaper, found.pk)
    what = "Order to read" if found.one == CourtPaper.Kind.ORDER else "Paper to read"
    return {"what": what, "why": found.case, "button": "Read it", "url": url}


def _oral(now: datetime, today: date) -> QuerySet[Any]:
    """The court's word, of which no paper has come yet."""
    oral = rows(Extension).filter(pk__in=Extension.objects.unconfirmed().values("pk"))
    return oral.exclude(old__referral__state__in=OVER).order_by("made_at")


def _extension(found: Found) -> dict[str, Any]:
    why = f"Extended to {words.day(date.fromisoformat(found.one[:10]))} · {found.case}"
    return {"what": "Oral extension to confirm", "why": why, **_deed(Extension, "confirm", found.pk)}


# --- Reaching him


def _gone_points(now: datetime, today: date) -> QuerySet[Any]:
    return rows(ContactPoint).filter(ended_at=None, unreachable_at__isnull=False).order_by("unreachable_at")


WHY_NOT = {
    "landline": "A landline takes no texts.",
    "bounced": "What was sent there came back.",
    "refused": "What was sent there was refused.",
    "wrong_person": "Somebody else answers there.",
}


def _point(found: Found) -> dict[str, Any]:
    why = f"{words.plain(found.one)}: {WHY_NOT.get(found.two, words.plain(found.two))} Ask him for another."
    return {"what": "Can't be reached there", "why": why, "broken": True}


def _unsafe(now: datetime, today: date) -> QuerySet[Any]:
    """Who waits or sits, where nobody marked anything safe. Before that, an intake is for it."""
    points = ContactPoint.objects.in_use().filter(participant=OuterRef("participant"))
    known = Q(safe_at__isnull=False) | Q(unreachable_at__isnull=False)
    open_ones = rows(Enrollment).filter(state__in=(Enrollment.State.WAITING, Enrollment.State.SEATED), silent=False)
    return open_ones.exclude(Exists(points.filter(known))).order_by("opened_at")


def _nowhere(found: Found) -> dict[str, Any]:
    url = reverse("office:person", args=[found.man]) + "#reach"
    why = "Nothing goes to him until a contact is marked safe."
    return {"what": "No safe way to reach him", "why": why, "url": url}


# --- Who he is, and with whom


def _lookalikes(now: datetime, today: date) -> QuerySet[Any]:
    """Pairs that nobody has looked at; the job that compares newcomers found them. None of a list taken back."""
    both = {"one__merged_into": None, "other__merged_into": None}
    pairs = rows(Likeness).filter(settled_at=None, **both)
    return pairs.exclude(one__in=gone()).exclude(other__in=gone()).order_by("found_at")


def _alike(found: Found) -> dict[str, Any]:
    url = reverse("office:compare", args=[found.man, found.one])
    why = f"Like {found.two} {found.three}, in another file. Compare them."
    return {"what": "May be the same person", "why": why, "button": "Compare", "url": url}


def _apart(now: datetime, today: date) -> QuerySet[Any]:
    """Two who must not meet, where it was only said after both had been seated."""
    return rows(NonAssociation).filter(Exists(_shared()), ended_at=None).order_by("made_at")


def _shared() -> QuerySet[Any]:
    beside = Q(cohort__seats__to_on=None, cohort__seats__enrollment__participant=OuterRef("other"))
    return Seat.objects.taken().filter(beside, enrollment__participant=OuterRef("one"))


def _pair(found: Found) -> dict[str, Any]:
    why = f"Both sit in {found.one}. Move one of them to another cohort."
    whom = f"{found.whom}, {found.two} {found.three}"
    return {"what": "Must not share a group", "whom": whom, "why": why, "broken": True}


# --- Days


def _appointments(now: datetime, today: date) -> QuerySet[Any]:
    """Today's, and those of which nobody has said what became of them."""
    return rows(Appointment).filter(state="planned", starts_at__date__lte=today).order_by("starts_at")


def _appointment(found: Found) -> dict[str, Any]:
    why = f"With {found.three}{f', {found.two}' if found.two else ''}"
    said = {"what": f"{words.plain(found.one)} {hour(found.at)}", "why": why, "due_on": words.local_day(found.at)}
    if found.one == AppointmentKind.INTAKE:
        # There one also says that he did not come.
        return said | {"button": "Open the intake", "url": reverse("office:intake", args=[found.pk])}
    planned = Appointment(pk=found.pk, participant_id=found.man or 0, kind=found.one, starts_at=found.at)
    deed = next((deed for deed in offered(planned) if deed.first), None)
    return said | ({"button": deed.label, "url": deed.url(planned)} if deed else {})


def _incidents(now: datetime, today: date) -> QuerySet[Any]:
    """What a facilitator wrote down for the coordinator, until somebody has seen it; the words stand on its page."""
    return rows(SessionNote).filter(kind=SessionNote.Kind.INCIDENT, seen_at=None).order_by("id")


def _incident(found: Found) -> dict[str, Any]:
    evening = f"{found.one or 'Make-up session'}, week {found.two}"
    said = {"what": "Incident note", "button": "Read it", "url": reverse("office:incident", args=[found.pk])}
    if found.whom:
        return said | {"why": evening}
    return said | {"whom": evening, "whom_url": page(Session, int(found.three))}


def _word(expression: str) -> Cast:
    return Cast(expression, CharField())


_OF_NOBODY: dict[str, Any] = {
    "man": Value(None, output_field=BigIntegerField()),
    **dict.fromkeys(("first_name", "middle_name", "last_name", "suffix"), EMPTY),
}
_OF: dict[str, Any] = {"man": "referral__participant", "referral": "referral"}

KINDS: dict[str, Kind] = {
    "flag": Kind(
        model=Flag, records=_flags, line=_flag, many="Values to ask about", **_OF,
        says=lambda: {"at": F("made_at"), "one": F("field"), "two": F("reason")},
    ),
    "paper": Kind(
        model=CourtPaper, records=_papers, line=_paper, many="Papers to read", **_OF,
        says=lambda: {"at": F("at"), "one": F("kind")},
    ),
    "oral": Kind(
        model=Extension, records=_oral, line=_extension, many="Oral extensions to confirm",
        man="old__referral__participant", referral="old__referral",
        says=lambda: {"at": F("made_at"), "one": _word("new__due_on")},
    ),
    "message": Kind(
        model=Message, records=outbox.broken, line=outbox.message, many="Messages that broke",
        says=lambda: {"at": F("due_at"), "one": F("kind"), "two": F("state"), "three": F("reason")},
    ),
    "letter": Kind(
        model=Message, records=outbox.letters, line=outbox.letter, many="Letters to print",
        says=lambda: {"at": F("due_at"), "one": F("kind"), "two": outbox.PRINTED},
    ),
    "text": Kind(
        model=InboundText, records=outbox.texts, line=outbox.text, many="Texts that came in",
        man="contact_point__participant",
        says=lambda: {"at": F("came_at"), "one": F("meaning")},
    ),
    "point": Kind(
        model=ContactPoint, records=_gone_points, line=_point, many="Contacts that reach nobody",
        says=lambda: {"at": F("unreachable_at"), "one": F("kind"), "two": F("unreachable_why")},
    ),
    "unsafe": Kind(
        model=Enrollment, records=_unsafe, line=_nowhere, many="Men without a safe contact",
        says=lambda: {"at": F("opened_at")},
    ),
    "alike": Kind(
        model=Likeness, records=_lookalikes, line=_alike, many="Men who may be here twice", man="one",
        says=lambda: {
            "at": F("found_at"), "one": _word("other"), "two": F("other__first_name"), "three": F("other__last_name"),
        },
    ),
    "apart": Kind(
        model=NonAssociation, records=_apart, line=_pair, many="Pairs in one group", man="one",
        says=lambda: {
            "at": F("made_at"), "one": Subquery(_shared().values("cohort__name")[:1]),
            "two": F("other__first_name"), "three": F("other__last_name"),
        },
    ),
    "appointment": Kind(
        model=Appointment, records=_appointments, line=_appointment, many="Appointments",
        says=lambda: {
            "at": F("starts_at"), "one": F("kind"), "two": F("place"), "three": F("with_whom__name"),
            "user": F("with_whom"),
        },
    ),
    "incident": Kind(
        model=SessionNote, records=_incidents, line=_incident, many="Incident notes",
        man="enrollment__participant",
        says=lambda: {
            "at": F("at"), "one": Coalesce(F("session__cohort__name"), EMPTY),
            "two": _word("session__module__week"), "three": _word("session__pk"),
        },
    ),
    "list": Kind(
        model=ListUpload, records=lists.waiting, line=lists.line, many="Lists on their way in", man="",
        says=lambda: _OF_NOBODY | {
            "court": F("court__name"), "at": F("uploaded_at"), "one": F("state"), "two": F("why"),
            "three": F("uploaded_by__name"), "user": F("uploaded_by"),
        },
    ),
    "waiver": Kind(
        model=WaiverRequest, records=money.waivers, line=money.waiver, many="Fee waivers to decide",
        man="enrollment__participant", says=lambda: {"at": F("asked_at"), "one": _word("amount")},
    ),
    "behind": Kind(
        model=PaymentPlan, records=money.plans, line=money.plan, many="Payment plans behind",
        man="enrollment__participant",
        says=lambda: {"at": F("made_at"), "one": Cast(money.first_due(), CharField()), "two": _word("enrollment")},
    ),
    "books": Kind(
        model=Program, records=money.books, line=money.book, many="Books to close", man="",
        says=lambda: _OF_NOBODY | {
            "at": Value(NOBODYS, output_field=DateTimeField()),
            "one": Coalesce(Cast(money.last_closed(), CharField()), EMPTY),
            "two": Coalesce(Cast(money.first_line(), CharField()), EMPTY), "three": F("name"),
        },
    ),
    "order": Kind(
        model=Disposal, records=disposals.orders, line=disposals.order, many="Orders to carry out", **_OF,
        says=lambda: {
            "at": F("proposed_at"), "one": F("basis"), "two": _word("ordered_on"),
            "three": Coalesce(_word("first_at"), EMPTY),
        },
    ),
    "due": Kind(
        model=Disposal, records=disposals.due, line=disposals.due_line, many="Due to be disposed of", man="",
        together=True, says=lambda: _OF_NOBODY | {"at": F("proposed_at")},
    ),
    "own_file": Kind(
        model=OwnFile, records=disclosures.own_files, line=disclosures.own_file, many="Own files asked for",
        says=lambda: {"at": F("asked_at"), "one": _word("asked_on")},
    ),
    "release": Kind(
        model=Release, records=disclosures.releases, line=disclosures.release, many="Requests for records",
        says=lambda: {
            "at": F("made_at"), "one": F("grounds"), "two": Coalesce(_word("answer_by"), EMPTY),
        },
    ),
    "ask": Kind(
        model=Enrollment, records=questions.to_ask, line=questions.ask, many="Men to ask the questions",
        says=lambda: {"at": F("opened_at"), "one": F("state")},
    ),
    "arrest": Kind(
        model=Enrollment, records=questions.arrests, line=questions.arrest, many="New arrests to ask about",
        says=lambda: {"at": F("opened_at"), "one": Coalesce(Cast(questions.first_due(), CharField()), EMPTY)},
    ),
}  # fmt: skip
