"""Today: what needs a person, the week beside it, and what one may do with a line itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from core import clock
from core.health import FRESH
from core.refusal import Refusal
from core.templatetags.days import hour
from office import waiting, words
from office.actions import ChangedMeanwhile, hand, snooze, wake
from office.forms.lines import HandLine, SnoozeLine
from office.handed import Handed, Job, Seen, Sleep, handed
from office.history import last_of_line
from office.site import office
from office.subjects import page
from office.today import Line, by_urgency, seen_by, sleeps_at_most
from programs.models import Session

MINE, EVERYONES = "mine", "everyones"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as it stands on the page."""

    line: Line
    when: str
    tone: str
    taken_by: str
    sleep: Sleep | None
    seen: Seen
    own_url: str


@dataclass(frozen=True, slots=True)
class Evening:
    """One of this week: `mark` is a sign, `word` what it means."""

    day: str
    group: str
    url: str
    mark: str
    word: str
    free: str


def today(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User), "the office lets nobody else in"
    now, on = clock.now(), words.today()
    week = waiting.met(now=now, today=on)
    given = handed()
    lines = seen_by(waiting.lines(now=now, today=on, week=week), request.user.roles)
    found = by_urgency(lines, on)
    awake = given.awake(found, on)
    mine = [line for line in awake if given.whose(line) == request.user.pk]
    whose = MINE if request.GET.get("whose") == MINE else EVERYONES
    said = {
        "today": on,
        "whose": whose,
        "lines": _shown(mine if whose == MINE else awake, given, on),
        "mine": len(mine),
        "everyones": len(awake),
        "asleep": _shown([line for line in found if given.sleeps(line, on)], given, on),
        "undo": _undo(request, given),
        "evenings": [_evening(one, on) for one in week.week],
        **_jobs(given.jobs, now),
    }
    return render(request, "office/today.html", office.each_context(request) | said)


def _shown(lines: Iterable[Line], given: Handed, on: date) -> list[Shown]:
    own = reverse("office:line")
    return [
        Shown(
            line=line,
            when=line.when(on),
            tone=line.tone(on),
            taken_by=given.to[line.key][1] if line.key in given.to else "",
            sleep=given.asleep.get(line.key),
            seen=given.seen(line.key),
            own_url=f"{own}?{urlencode({'key': line.key})}",
        )
        for line in lines
    ]


def _undo(request: HttpRequest, given: Handed) -> dict[str, str] | None:
    """What was done a moment ago, with the button that takes it back; None: nothing, or it is taken back."""
    slept, gave = request.GET.get("slept", ""), request.GET.get("gave", "")
    if slept in given.asleep:
        said = f"Asleep until {words.day(given.asleep[slept].until)}."
        return {"key": slept, "do": "wake", "said": said, "seen": str(given.seen(slept))}
    if gave in given.to:
        return {"key": gave, "do": "hand", "said": f"Given to {given.to[gave][1]}.", "seen": str(given.seen(gave))}
    return None


def _evening(one: Session, on: date) -> Evening:
    group = f"{one.cohort.name if one.cohort else 'Make-up'} · week {one.module.week}"
    came, seated = one.came or 0, one.seated or 0  # type: ignore[attr-defined]  # waiting.evenings counted them
    mark, word = _how(one, came, seated, on)
    free = max(one.cohort.capacity - seated, 0) if one.cohort else 0
    seats = "" if not one.cohort else "full" if not free else f"{free} seat{'' if free == 1 else 's'} free"
    return Evening(f"{words.local_day(one.starts_at):%a} {hour(one.starts_at)}", group, page(one), mark, word, seats)


def _how(one: Session, came: int, seated: int, on: date) -> tuple[str, str]:
    if one.state == Session.State.CANCELED:
        return "✕", "canceled"
    if one.state == Session.State.HELD:
        return "●", f"{came}/{max(seated, came)} came"
    starts_on = words.local_day(one.starts_at)
    return "○", "today" if starts_on == on else "not closed" if starts_on < on else "to come"


def _jobs(jobs: Iterable[Job], now: datetime) -> dict[str, Any]:
    """Each with when it last came through; those that are behind are named first, and loudly."""
    known = {job.name: job for job in jobs}
    due = sorted({str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()})
    all_of_them = [known.get(name) or Job(name, None, "") for name in due]
    behind = [job for job in all_of_them if job.came_through_at is None or job.came_through_at < now - FRESH]
    return {"jobs": all_of_them, "behind": behind}


# --- What is done with a line itself


def line(request: HttpRequest) -> HttpResponse:
    """Give it to somebody, or let it sleep; what isn't among what waits now is 404.

    Where somebody else was faster both are shown, and what was typed stays.
    """
    assert isinstance(request.user, User), "the office lets nobody else in"
    on = words.today()
    found = _line(request, on)
    sent, doing = (request.POST, request.POST.get("do")) if request.method == "POST" else (None, None)
    to, why = HandLine(sent if doing == "hand" else None), SnoozeLine(sent if doing == "snooze" else None)
    meanwhile = None
    try:
        if doing and (then := _done(request, found, {"hand": to, "snooze": why}.get(doing), doing, on)):
            return then
    except ChangedMeanwhile:
        meanwhile = last_of_line(found.key)
    given = handed()
    said = {
        "meanwhile": meanwhile,
        "shown": _shown([found], given, on)[0],
        "asleep": given.sleeps(found, on),
        "last": sleeps_at_most(found, on),
        "hand": to,
        "snooze": why,
        "form": why if why.is_bound else to,
    }
    status = 409 if meanwhile else 200
    return render(request, "office/line.html", office.each_context(request) | said, status=status)


def _line(request: HttpRequest, on: date) -> Line:
    key = request.POST.get("key") or request.GET.get("key") or ""
    assert isinstance(request.user, User), "the office lets nobody else in"
    for one in seen_by(waiting.lines(now=clock.now(), today=on), request.user.roles):
        if key and one.key == key:
            return one
    raise Http404


def _done(request: HttpRequest, line: Line, form: Any, doing: str, on: date) -> HttpResponse | None:
    """None: the form has errors."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    by, now, seen = request.user, clock.now(), Seen.read(request.POST.get("seen", ""))
    if form is not None and not form.is_valid():
        return None
    try:
        if doing == "snooze":
            snooze(line=line, today=on, seen=seen, by=by, now=now, **form.cleaned_data)
            return _back_to_today(slept=line.key)
        if doing == "hand":
            hand(line=line, seen=seen, by=by, now=now, **form.cleaned_data)
            return _back_to_today(**({"gave": line.key} if form.cleaned_data["to"] else {}))
        wake(line=line, seen=seen, by=by, now=now)
    except ChangedMeanwhile:
        raise
    except Refusal as refusal:
        if form is None:
            messages.warning(request, str(refusal))
            return _back_to_today()
        form.add_error(None, str(refusal))
        return None
    return _back_to_today()


def _back_to_today(**said: str) -> HttpResponse:
    query = f"?{urlencode(said)}" if said else ""
    return redirect(f"{reverse('office:index')}{query}")
