"""The audit trail, searched by whom it is about, who did it, what and when; and who looked at one man's file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import User
from audit.middleware import page_of
from audit.models import Event, EventQuerySet
from courts.models import Referral
from office import words
from office.history import actors
from office.subjects import ALSO, MAN, rows
from participants.models import Participant
from programs.models import Mark

A_PAGE = 100
USER, TASK = "user:", "task:"
REFUSED = "request.refused"
# Beside what ends with "looked_at": somebody has it on paper or in a file now, or was turned away.
LOOKS = (
    "report.downloaded", "delivery.opened", "delivery.downloaded", "delivery.printed", "letter.printed",
    "session.sheet_made", "proof.printed", "paper.read", REFUSED,
)  # fmt: skip
# Pages that name a man himself in their address.
HIS_PAGES = ("office:person", "office:looks", "office:proof", "office:proof_pdf")


@dataclass(frozen=True, slots=True)
class Seen:
    at: datetime
    who: str
    what: str
    record: str
    origin: str
    event: int


@dataclass(frozen=True, slots=True)
class Page:
    """`before`: from which event on older ones follow; None: there are none."""

    seen: list[Seen]
    before: int | None


# --- Who looked at him


def who_looked(man: Participant, *, before: int | None = None) -> Page:
    """At anything of his, the newest first; who tried to and was refused stands there, too."""
    looks = Q(verb__endswith="looked_at") | Q(verb__in=LOOKS)
    there: EventQuerySet = rows(Event)  # type: ignore[assignment]
    return page(about(there, [man.pk]).filter(looks), before=before)


def about(events: EventQuerySet, men: Iterable[int]) -> EventQuerySet:
    """What was done to, or seen of, any record of these."""
    there = Participant.objects.filter(Q(pk__in=list(men)) | Q(merged_into__in=list(men)))
    ids = list(there.values_list("pk", flat=True))
    keys = [
        *there.values_list("key", flat=True),
        *Referral.objects.filter(participant__in=ids).values_list("key", flat=True),
    ]
    return events.filter(Q(record__in=list(_names(ids))) | Q(key_id__in=keys))


def _names(men: list[int]) -> Iterator[str]:
    """Of their records, and of the pages on which these are seen."""
    for man in men:
        yield f"{Participant._meta.label}:{man}"
        yield from (page_of(name, {"pk": str(man)}) for name in HIS_PAGES)
    for label, pk in _records(men):
        yield f"{label}:{pk}"
        yield page_of(f"office:{label.lower().replace('.', '_')}_change", {"pk": str(pk)})


def _records(men: list[int]) -> list[tuple[str, str]]:
    """All of them by one question, however many nouns there are; the evenings on which he has a mark, too."""
    ways = [(model, path) for model, path in MAN.items()] + [(model, way) for model in ALSO for way in ALSO[model]]
    first, *others = (_labeled(model, path, men) for model, path in ways)
    evenings = Mark.objects.filter(enrollment__participant__in=men).order_by()
    held = evenings.values_list(Value("programs.Session", CharField()), Cast("session", CharField()))
    found: list[tuple[str, str]] = list(first.union(*others, held))
    return found


def _labeled(model: Any, path: str, men: list[int]) -> QuerySet[Any, Any]:
    found = model._default_manager.filter(**{f"{path}__in": men}).order_by()
    labeled: QuerySet[Any, Any] = found.values_list(Value(model._meta.label, CharField()), Cast("pk", CharField()))
    return labeled


# --- What an administrator looks for


def search(
    *,
    men: Iterable[int] | None = None,
    by: Iterable[str] | None = None,
    verbs: Iterable[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
) -> Page:
    """None: whatever it is. Without what is about a man whose file is shut to whoever looks."""
    found: EventQuerySet = rows(Event)  # type: ignore[assignment]
    if men is not None:
        found = about(found, men)
    if by is not None:
        found = found.filter(actor__in=list(by))
    if verbs is not None:
        found = found.filter(verb__in=list(verbs))
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return page(found, before=before)


def page(events: EventQuerySet, *, before: int | None) -> Page:
    """By the number of the last one shown, so that the thousandth page is as quick as the first."""
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events.defer("personal").order_by("-id")[: A_PAGE + 1])
    shown, more = found[:A_PAGE], found[A_PAGE:]
    return Page(_seen(shown), shown[-1].pk if more else None)


def _seen(events: list[Event]) -> list[Seen]:
    named = actors(event.actor for event in events)
    return [
        Seen(one.at, named[one.actor], words.plain(one.verb), one.record, one.origin, one.pk) for one in events
    ]  # fmt: skip


def actors_called(text: str) -> list[str]:
    """People whose name has this in it, a job by what the office calls it, or an actor as the trail names it."""
    if text.startswith((USER, TASK)):
        return [text] if Event.objects.filter(actor=text).exists() else []
    people = [f"{USER}{pk}" for pk in User.objects.filter(name__icontains=text).values_list("pk", flat=True)]
    jobs = [f"{TASK}{name}" for name, said in words.JOBS.items() if text.lower() in said.lower()]
    return [*people, *jobs]


def verbs_called(text: str) -> list[str]:
    """As it is stored, and as it is read in a list: "Person looked at" is "person.looked_at". Only what was ever done.

    What is searched for is written down: nothing goes there as it was typed.
    """
    parts = text.lower().replace("_", " ").split()
    read = [f"{'_'.join(parts[:at])}.{'_'.join(parts[at:])}" for at in range(1, len(parts))]
    done = Event.objects.filter(verb__in={text.lower(), *read}).order_by().values_list("verb", flat=True)
    return sorted(done.distinct())
