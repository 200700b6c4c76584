"""Records that somebody asked for and that haven't been handed over."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from office import words
from office.subjects import rows
from office.waiting.found import Found, page
from records.kinds import ASKING_LABELS, Asking
from records.models import OwnFile, Release

# Before the day by which it is to be answered.
AHEAD = timedelta(days=14)


def own_files(now: datetime, today: date) -> QuerySet[Any]:
    kept: Any = rows(OwnFile)
    found: QuerySet[Any] = kept.open().order_by("asked_on", "pk")
    return found


def own_file(found: Found) -> dict[str, Any]:
    """Since he asked: no statute is assumed, so no day by which it is late."""
    asked = date.fromisoformat(found.one[:10])
    return {
        "what": "He asks for his file",
        "why": f"Since {words.day(asked)}",
        "since": asked,
        "button": "Open it",
        "url": page(OwnFile, found.pk),
    }


def releases(now: datetime, today: date) -> QuerySet[Any]:
    """What names no day waits at once, the others as their day nears."""
    near = Q(answer_by=None) | Q(answer_by__lte=today + AHEAD)
    kept = rows(Release).filter(key__destroyed_at=None, participant__key__destroyed_at=None)
    first = F("answer_by").asc(nulls_first=True)
    return kept.filter(near, handed_at=None, refused_at=None).order_by(first, "pk")


def release(found: Found) -> dict[str, Any]:
    due = {"due_on": date.fromisoformat(found.two[:10])} if found.two else {}
    said = {"what": "Records to hand over", "why": ASKING_LABELS[Asking(found.one)], "button": "Open it"}
    return said | due | {"url": page(Release, found.pk)}
