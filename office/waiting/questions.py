"""Who is here to be asked the questions, and of whom somebody is to say whether a new arrest is known.

Quiet: only where the program asks at all, and two weeks long. The program goes on without.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from office.subjects import rows
from office.waiting.found import Found
from outcomes.actions.asking import facts
from outcomes.kinds import OPEN_FOR, Moment
from outcomes.models import Agreement, Asking, FollowUpDue, Instrument
from participants.kinds import AppointmentKind, AppointmentState
from participants.models import Appointment
from programs.models import Enrollment, Mark

ASKED_FOR = timedelta(days=14)


def to_ask(now: datetime, today: date) -> QuerySet[Any]:
    """After the intake; and at the exit interview, or after it."""
    may = rows(Enrollment).filter(
        ~Exists(Agreement.objects.said_no().filter(enrollment=OuterRef("pk"))),
        Exists(Instrument.objects.current().filter(program=OuterRef("program"))),
        participant__key__destroyed_at=None,
        silent=False,
    )
    kept = Q(state=AppointmentState.KEPT, starts_at__gte=now - ASKED_FOR)
    today_planned = Q(state=AppointmentState.PLANNED, starts_at__date=today)
    here, last = Enrollment.State, today - timedelta(days=OPEN_FOR[Moment.AFTER])
    before = Q(
        Exists(_met(AppointmentKind.INTAKE, kept)),
        ~Exists(_over(Moment.INTAKE)),
        ~Exists(Mark.objects.came().filter(enrollment=OuterRef("pk"))),
        closed_at=None,
    )
    after = Q(
        Exists(_met(AppointmentKind.EXIT_INTERVIEW, kept | today_planned)),
        Exists(Asking.objects.first_done().filter(enrollment=OuterRef("pk"))),
        ~Exists(_over(Moment.AFTER)),
        facts(now=now)["leads"],
        Q(state=here.SEATED) | Q(state=here.FINISHED, closed_at__date__gte=last),
    )
    found: QuerySet[Any] = may.filter(before | after)
    return found.order_by("opened_at", "pk")


def _met(kind: AppointmentKind, when: Q) -> QuerySet[Any]:
    """In this enrollment's own time: an earlier one had an intake of its own."""
    since = {"starts_at__gte": OuterRef("opened_at")}
    return Appointment.objects.filter(when, participant=OuterRef("participant"), kind=kind, **since)


def _over(moment: Moment) -> QuerySet[Any]:
    return Asking.objects.closed().filter(enrollment=OuterRef("pk"), moment=moment)


def ask(found: Found) -> dict[str, Any]:
    return {"what": "Ask him the questions", "why": "He hasn’t answered yet.", "since": None} | _case(found)


def arrests(now: datetime, today: date) -> QuerySet[Any]:
    due = FollowUpDue.objects.open(today).order_by().filter(enrollment=OuterRef("pk"))
    found: QuerySet[Any] = rows(Enrollment).filter(Exists(due), participant__key__destroyed_at=None)
    return found.order_by("opened_at", "pk")


def first_due() -> Subquery:
    """The oldest one that nobody has said."""
    open_ones = FollowUpDue.objects.filter(enrollment=OuterRef("pk"), is_said=False).exclude(sealed=b"")
    return Subquery(open_ones.order_by("due_on").values("due_on")[:1])


def arrest(found: Found) -> dict[str, Any]:
    since = date.fromisoformat(found.one[:10]) if found.one else None
    url = reverse("office:do", args=["enrollment", found.pk, "arrest"])
    why = "Yes, no or not known: noted under his code, for the numbers."
    return {"what": "New arrest known?", "why": why, "since": since, "button": "Say it", "url": url}


def _case(found: Found) -> dict[str, Any]:
    return {"button": "Open the case", "url": reverse("office:person", args=[found.man])}
