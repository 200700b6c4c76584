"""Whom no message reaches, when an evening was changed."""

from datetime import datetime
from operator import itemgetter
from typing import Any

from django.http import HttpRequest

from accounts.roles import OFFICE
from participants.kinds import ContactKind
from participants.models import ContactPoint
from programs.actions.changes import to_be_called
from programs.models import Enrollment, Session
from programs.rosters import called
from programs.views.rows import name_of
from programs.views.staff import person, shut_to


def calls_of(session: Session, request: HttpRequest, now: datetime) -> list[dict[str, Any]]:
    """Whom to call about it. The office sees where, if a number was marked safe; a leader, only who."""
    away = shut_to(person(request), session)
    whom = [each for each in to_be_called(session, now=now) if each.participant_id not in away]
    office = bool(person(request).roles & OFFICE)
    numbers = _safe_numbers(whom) if office else {}
    calls = [
        {"name": name, "office": office, "person": each.participant_id, "numbers": numbers.get(each.participant_id, [])}
        for name, each in zip(called([name_of(each) for each in whom]), whom, strict=True)
    ]
    return sorted(calls, key=itemgetter("name"))


def _safe_numbers(whom: list[Enrollment]) -> dict[int, list[str]]:
    points = ContactPoint.objects.safe().filter(
        kind=ContactKind.PHONE, participant__in=[each.participant_id for each in whom]
    )
    numbers: dict[int, list[str]] = {}
    for point in points.order_by("-safe_at", "-id"):
        numbers.setdefault(point.participant_id, []).append(point.value)
    return numbers
