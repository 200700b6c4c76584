"""New referrals, and those on hold whose day to look again has come."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from courts.models import Hold, Referral
from courts.moves import State
from office.subjects import case, rows
from office.today import Line
from office.waiting.making import about, gathered, more


def lines(today: date) -> list[Line]:
    kinds = {"to_decide": rows(Referral).filter(state=State.RECEIVED).order_by("received_on"), "hold": _held(today)}
    review_on = Hold.objects.filter(referral=OuterRef("pk"), ended_at=None).values("review_on")[:1]
    found = gathered(rows(Referral).annotate(review_on=Subquery(review_on)), kinds)
    url = reverse("office:courts_referral_changelist")
    return [
        *map(_line, sorted(found, key=lambda one: one.received_on)),
        *more(found, "to_decide", "Referrals to decide", f"{url}?state__exact=received"),
        *more(found, "hold", "On hold: look again", f"{url}?state__exact=on_hold"),
    ]


def _held(today: date) -> QuerySet[Referral]:
    """From the day on which somebody meant to look again: nothing else there makes a sound."""
    due = Hold.objects.filter(ended_at=None, review_on__lte=today)
    found: QuerySet[Referral] = rows(Referral).filter(state=State.ON_HOLD, pk__in=due.values("referral"))
    return found.order_by("id")


def _line(one: Referral) -> Line:
    if one.state == State.RECEIVED:
        return about("to_decide", one, what="Referral to decide", why=case(one), since=one.received_on)
    return about("hold", one, what="On hold: look again", why=case(one), due_on=one.review_on)  # type: ignore[attr-defined]
