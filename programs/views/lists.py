from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from accounts.access import roles_only
from core import clock
from core.months import months_before
from programs.agenda import DAYS_AHEAD, MONTHS_BACK, Place, place_of
from programs.models import Session
from programs.views.kept import page_facts
from programs.views.staff import STAFF, own, person

# Nothing was held before; nobody pages back for ever.
FIRST_MONTH = date(2000, 1, 1)
Groups = dict[Place, list[Session]]


@require_GET
@roles_only(*STAFF)
def sessions(request: HttpRequest) -> HttpResponse:
    """Today, what is not yet logged, the next days, the past by month. `?before=2026-01`: only what was before it."""
    now, mine = clock.now(), own(person(request))
    before = _month(request.GET.get("before", ""))
    until = _morning(before) if before else now + timedelta(days=DAYS_AHEAD + 1)
    back_to = months_before((before or now.date()).replace(day=1), MONTHS_BACK)
    shown = Q(starts_at__gte=_morning(back_to), starts_at__lt=until)
    if not before:
        shown |= Q(state=Session.State.PLANNED, starts_at__lt=until)
    groups = _grouped(mine.filter(shown), now)
    context = {
        "today": groups[Place.TODAY],
        "not_logged": groups[Place.NOT_LOGGED],
        "next": groups[Place.NEXT],
        "months": _by_month(groups[Place.PAST]),
        "earlier": back_to if mine.filter(starts_at__lt=_morning(back_to)).exists() else None,
        "before": before,
        "now": now,
        "phone": page_facts(person(request)),
    }
    return render(request, "programs/sessions.html", context)


def _month(asked: str) -> date | None:
    try:
        month = parse_date(f"{asked}-01")
    except ValueError:
        return None
    return month if month and month >= FIRST_MONTH else None


def _morning(on: date) -> datetime:
    # At noon in UTC it is early morning in all of the states: no evening is cut in two, whatever its program's clock.
    return datetime.combine(on, time(12), UTC)


def _grouped(sessions: Iterable[Session], now: datetime) -> Groups:
    groups: Groups = {place: [] for place in Place}
    for session in sessions:
        today = now.astimezone(session.program.zone).date()
        planned = session.state == Session.State.PLANNED
        groups[place_of(session.on, today, planned=planned)].append(session)
    return groups


def _by_month(past: Iterable[Session]) -> list[dict[str, Any]]:
    """The newest first."""
    newest_first = sorted(past, key=lambda session: session.starts_at, reverse=True)
    months = groupby(newest_first, key=lambda session: session.on.replace(day=1))
    return [{"month": month, "sessions": list(sessions)} for month, sessions in months]
