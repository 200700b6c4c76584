"""What must be decided about records: orders to vacate, seal or expunge first, then what is due by its age."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.roles import Role
from office import words
from office.subjects import rows
from office.waiting.found import Found, page
from records.kinds import BASIS_LABELS, BY_ORDER, Basis
from records.models import Disposal


def orders(now: datetime, today: date) -> QuerySet[Any]:
    return rows(Disposal).filter(basis__in=BY_ORDER, done_at=None, refused_at=None).order_by("ordered_on", "pk")


def order(found: Found) -> dict[str, Any]:
    """Broken until it is carried out: a court said that it must go."""
    on = date.fromisoformat(found.two[:10])
    waits = "One approved it; a second must." if found.three else "Two must approve it."
    return {
        "what": BASIS_LABELS[Basis(found.one)],
        "why": f"Ordered {words.day(on)} · {found.case}. {waits}",
        "since": on,
        "broken": True,
        "button": "Look at it",
        "url": page(Disposal, found.pk),
        "only": Role.ADMINISTRATOR,
    }


def due(now: datetime, today: date) -> QuerySet[Any]:
    return rows(Disposal).filter(basis=Basis.RETENTION, done_at=None, refused_at=None).order_by("proposed_at", "pk")


def due_line(found: Found) -> dict[str, Any]:
    """One line for all of them: the oldest says since when."""
    many = found.of or 0
    said = "1 record is due" if many == 1 else f"{many:,} records are due"
    url = reverse("office:records_disposal_changelist") + f"?how=open&why={Basis.RETENTION}"
    return {
        "key": "due:all",
        "what": f"{said} to be disposed of",
        "why": "They have been kept as long as the rule says. Two must approve each.",
        "button": "Look at them",
        "url": url,
        "only": Role.ADMINISTRATOR,
    }
